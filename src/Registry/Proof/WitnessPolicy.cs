namespace Registry.Proof;

/// <summary>A witness that a policy names.</summary>
/// <param name="Name">Its name in the policy.</param>
/// <param name="Key">What verifies its cosignatures.</param>
/// <param name="Url">Where it takes checkpoints; null when somebody else asks it.</param>
public sealed record PolicyWitness(string Name, NoteKey Key, Uri? Url);

/// <summary>Who must have signed a checkpoint (C2SP tlog-policy): logs, witnesses, groups of them, and the one group that is enough.</summary>
public sealed class WitnessPolicy
{
    private readonly Dictionary<string, PolicyWitness> witnesses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Least, string[] Members)> groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> grouped = new(StringComparer.Ordinal);
    private readonly List<NoteKey> logs = [];
    private string? quorum;

    private WitnessPolicy() { }

    /// <summary>The witnesses it names.</summary>
    public IReadOnlyCollection<PolicyWitness> Witnesses => witnesses.Values;

    /// <summary>The logs it is about.</summary>
    public IReadOnlyList<NoteKey> Logs => logs;

    /// <summary>Reads a policy; null when it is none.</summary>
    public static WitnessPolicy? Parse(string text)
    {
        var policy = new WitnessPolicy();
        // Words are divided by any number of spaces and tabs; no other character counts as space.
        var lines = text.Split('\n').Select(l => l.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Where(w => w.Length > 0 && w[0][0] != '#');
        return lines.All(policy.Take) && policy.quorum is not null ? policy : null;
    }

    /// <summary>Whether these keys, which have signed, are enough.</summary>
    public bool IsMetBy(IReadOnlyCollection<NoteKey> signers) => quorum == "none" || IsMet(quorum!, signers);

    private bool IsMet(string name, IReadOnlyCollection<NoteKey> signers) =>
        witnesses.TryGetValue(name, out var witness) ? signers.Contains(witness.Key)
        : groups[name] is var group && group.Members.Count(m => IsMet(m, signers)) >= group.Least;

    private bool Take(string[] words)
    {
        switch (words)
        {
            case ["log", var key, .. { Length: <= 1 } url]:
                if (NoteKey.Parse(key) is not { Kind: NoteKeyKind.Note } log || logs.Contains(log) || !AreUrls(url))
                    return false;
                logs.Add(log);
                return true;
            case ["witness", var name, var key, .. { Length: <= 1 } url]:
                return IsNew(name) && NoteKey.Parse(key) is { } witness && witnesses.Values.All(w => w.Key != witness) && AreUrls(url)
                    && witnesses.TryAdd(name, new PolicyWitness(name, witness, url is [var at] ? new Uri(at) : null));
            case ["group", var name, var least, _, ..]:
                var members = words[3..];
                if (!IsNew(name) || !members.All(m => (witnesses.ContainsKey(m) || groups.ContainsKey(m)) && grouped.Add(m)))
                    return false;
                var count = least switch
                {
                    "all" => members.Length,
                    "any" => 1,
                    _ => Checkpoint.Number(least) is { } k && k <= members.Length ? (int)k : 0,
                };
                groups[name] = (count, members);
                return count > 0;
            case ["quorum", var name]:
                if (quorum is not null || name != "none" && !witnesses.ContainsKey(name) && !groups.ContainsKey(name))
                    return false;
                quorum = name;
                return true;
            default:
                return false;
        }
    }

    private bool IsNew(string name) => name != "none" && !witnesses.ContainsKey(name) && !groups.ContainsKey(name);

    private static bool AreUrls(string[] urls) => urls.All(u => Uri.TryCreate(u, UriKind.Absolute, out var url) && url.Scheme is "http" or "https");
}
