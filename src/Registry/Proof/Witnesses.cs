using System.Globalization;
using System.Text;

namespace Registry.Proof;

/// <summary>Asks the witnesses of a policy to sign a checkpoint before readers see it. Without a policy nobody is asked.</summary>
public sealed class Witnesses(string? policyFile, ILogger<Witnesses> log)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The policy as it is published; null without one.</summary>
    public string? PolicyText => policyFile is null ? null : File.ReadAllText(policyFile);

    /// <summary>The note with the lines of all witnesses that signed, and whether they are enough.</summary>
    /// <param name="note">The signed checkpoint.</param>
    /// <param name="guess">The size that the witnesses were told last, as far as we know.</param>
    /// <param name="tree">The tree at the checkpoint's size.</param>
    /// <param name="ct">Ends with the caller.</param>
    public async Task<(SignedNote Note, bool Enough)> CosignAsync(SignedNote note, long guess, Subtree tree, CancellationToken ct)
    {
        if (PolicyText is not { } text)
            return (note, true);
        var policy = WitnessPolicy.Parse(text) ?? throw new InvalidDataException($"{policyFile} is not a policy of witnesses (C2SP tlog-policy)");
        var checkpoint = Checkpoint.Parse(note.Text)!;
        foreach (var witness in policy.Witnesses.Where(w => w.Url is not null))
            if (await AskAsync(witness, note, checkpoint, guess, tree, ct) is { } line)
                note = note.With(line);
        var signers = note.Verified([.. policy.Witnesses.Select(w => w.Key)]) ?? [];
        return (note, policy.IsMetBy(signers));
    }

    private async Task<NoteSignature?> AskAsync(PolicyWitness witness, SignedNote note, Checkpoint checkpoint, long guess, Subtree tree, CancellationToken ct)
    {
        try
        {
            // A witness that was told another size last says so, and is asked once more.
            for (var (old, tries) = (Math.Min(guess, checkpoint.Size), 0); tries < 2; tries++)
            {
                var body = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {old}\n");
                foreach (var hash in Merkle.ConsistencyProof(old, checkpoint.Size, tree))
                    body.Append(Convert.ToBase64String(hash)).Append('\n');
                body.Append('\n').Append(note.Text).Append('\n').Append(string.Concat(note.Signatures));
                using var answer = await Http.PostAsync(new Uri($"{witness.Url!.ToString().TrimEnd('/')}/add-checkpoint"), new StringContent(body.ToString()), ct);
                var said = await answer.Content.ReadAsStringAsync(ct);
                if (answer.IsSuccessStatusCode)
                    return SignedNote.Parse($"{note.Text}\n{said}") is { } signed && signed.Verified([witness.Key]) is not null ? signed.Signatures.First(s => s.Id == witness.Key.Id) : null;
                if ((int)answer.StatusCode != 409 || !said.EndsWith('\n') || Checkpoint.Number(said.AsSpan(0, said.Length - 1)) is not { } told || told > checkpoint.Size)
                {
                    log.LogError("witness {Witness} did not sign size {Size}: {Status} {Said}", witness.Name, checkpoint.Size, (int)answer.StatusCode, said);
                    return null;
                }
                old = told;
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            log.LogError("witness {Witness} cannot be reached: {Fault}", witness.Name, fault.Message);
        }
        return null;
    }
}
