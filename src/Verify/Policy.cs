namespace Verify;

/// <summary>Who must have signed a checkpoint (C2SP tlog-policy).</summary>
public sealed class Policy
{
    private readonly Dictionary<string, VerifierKey> witnesses = [];
    private readonly Dictionary<string, (int Needed, string[] Members)> groups = [];
    private string? quorum;

    private Policy() { }

    /// <summary>Keys of the logs.</summary>
    public List<VerifierKey> Logs { get; } = [];

    /// <summary>Keys of the witnesses.</summary>
    public IReadOnlyCollection<VerifierKey> Witnesses => witnesses.Values;

    /// <summary>Reads a policy; null if it is malformed.</summary>
    public static Policy? Parse(string text)
    {
        var policy = new Policy();
        var used = new HashSet<string>();
        // Words are divided by any number of spaces and tabs; no other character counts as space.
        foreach (var words in text.Split('\n').Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 0 && w[0][0] != '#'))
            if (!policy.Read(words, used))
                return null;
        return policy.quorum is null ? null : policy;
    }

    /// <summary>Whether those who signed are enough.</summary>
    public bool IsMetBy(IReadOnlyCollection<Signer> signers) =>
        (Logs.Count == 0 || signers.Any(s => Logs.Contains(s.Key))) && (quorum == "none" || Counts(quorum!, signers));

    private bool Counts(string name, IReadOnlyCollection<Signer> signers) =>
        witnesses.TryGetValue(name, out var key) ? signers.Any(s => s.Key == key)
        : groups[name] is var (needed, members) && members.Count(m => Counts(m, signers)) >= needed;

    private bool Read(string[] words, HashSet<string> used)
    {
        // An address may follow a key: it says where the log or witness is found, not who must have signed.
        switch (words)
        {
            case ["log", _] or ["log", _, _]:
                if (VerifierKey.Parse(words[1]) is not { Kind: 1 } log || Logs.Contains(log) || !words[2..].All(IsAddress))
                    return false;
                Logs.Add(log);
                return true;
            case ["witness", _, _] or ["witness", _, _, _]:
                return IsNew(words[1]) && words[3..].All(IsAddress) && VerifierKey.Parse(words[2]) is { } witness && !witnesses.ContainsValue(witness) && witnesses.TryAdd(words[1], witness);
            case ["group", var name, var rule, .. { Length: > 0 } members]:
                if (!IsNew(name) || members.Any(m => IsNew(m) || !used.Add(m)))
                    return false;
                var needed = rule switch { "any" => 1, "all" => members.Length, _ => (int)Math.Min(Checkpoint.Number(rule) ?? 0, int.MaxValue) };
                return needed >= 1 && needed <= members.Length && groups.TryAdd(name, (needed, members));
            case ["quorum", var name]:
                if (quorum is not null || name != "none" && IsNew(name))
                    return false;
                quorum = name;
                return true;
            default:
                return false;
        }
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private bool IsNew(string name) => name != "none" && !witnesses.ContainsKey(name) && !groups.ContainsKey(name);
}
