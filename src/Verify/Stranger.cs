using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Verify;

/// <summary>Everything that a stranger can check of a published site and its log, in order.</summary>
public static class Stranger
{
    /// <summary>Runs all checks.</summary>
    /// <param name="place">Address or folder of the site, or of a log alone.</param>
    /// <param name="log">Address or folder of the log, if it is not below the site.</param>
    /// <param name="keys">Keys that the reader trusts; empty to take the published ones at their word.</param>
    /// <param name="policyText">A policy of the reader's own; null for the published one, if there is one.</param>
    /// <param name="state">Folder of checkpoints seen before; null to keep none.</param>
    /// <param name="report">Takes what is found.</param>
    /// <returns>The log's last batch; null where the log could not be walked.</returns>
    /// <exception cref="IOException">A source cannot be read.</exception>
    public static async Task<DateTimeOffset?> RunAsync(string place, string? log, IReadOnlyList<VerifierKey> keys, string? policyText, string? state, Report report, CancellationToken ct)
    {
        using var site = Source.Of(place);
        using var other = log is null ? null : Source.Of(log);
        var (source, below) = other is not null ? (other, "") : await site.ReadAsync("log/checkpoint", ct) is not null ? (site, "log/") : (site, "");
        policyText ??= await source.ReadAsync(below + "policy", ct) is { } published ? Encoding.UTF8.GetString(published) : null;
        var policy = policyText is null ? null : Policy.Parse(policyText);
        if (policyText is not null && policy is null)
            report.Break("log.policy", "见证策略无法读取。", "The policy of witnesses cannot be read.");

        var walk = new LogCheck(source, below, report);
        if (await walk.OpenAsync(keys, policy, ct) is not var (checkpoint, trusted, note))
            return null;
        var disclosures = new Disclosures(source, below, report);
        var facts = await disclosures.ReadAsync(checkpoint.Origin, ct);
        var seen = Seen(state, checkpoint.Origin, trusted, report);
        var sizes = seen.Select(s => s.Size).Concat((facts ?? []).Select(f => SizeOf(f.Proof)).OfType<long>()).ToHashSet();
        if (await walk.WalkAsync(checkpoint, trusted, (facts ?? []).Select(f => f.Leaf).ToHashSet(), sizes, ct) is not { } walked)
            return null;
        foreach (var before in seen)
            if (before.Size > walked.Size || !walked.Roots[before.Size].AsSpan().SequenceEqual(before.Root))
                report.Break("log.history", $"与以前看到的检查点（{before.Size} 条）不一致：日志被改写或退回。", $"The log is not the one of {before.Size} leaves seen before: it was rewritten or rolled back.");
        if (state is null)
            report.Leave("log.history", "未给出 --state，没有与以前看到的检查点比较。", "No --state was given; nothing was compared with earlier checkpoints.");
        else
        {
            if (!report.IsBroken("log.history"))
                report.Hold("log.history", $"与以前看到的 {seen.Count} 个检查点一致。", $"The log is consistent with {seen.Count} checkpoints seen before.");
            Keep(state, checkpoint, note);
        }
        if (facts is not null)
        {
            disclosures.Compare(facts, walked);
            await new SiteCheck(site, source, below, report).RunAsync(facts, walked.Latest, ct);
        }
        return walked.Latest;
    }

    private static long? SizeOf(ProofFile? proof) => proof is not null && Note.Parse(Encoding.UTF8.GetBytes(proof.Checkpoint)) is { } note ? Checkpoint.Parse(note.Text)?.Size : null;

    /// <summary>The checkpoints of this log that were kept. All of them are, also conflicting ones: they are the evidence.</summary>
    private static List<Checkpoint> Seen(string? state, string origin, LogTrust trust, Report report)
    {
        var seen = new List<Checkpoint>();
        if (state is null || !Directory.Exists(state))
            return seen;
        foreach (var file in Directory.EnumerateFiles(state, "*.checkpoint").Order(StringComparer.Ordinal))
        {
            if (Note.Parse(File.ReadAllBytes(file)) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint || checkpoint.Origin != origin)
                continue;
            if (note.SignedBy(trust.For(checkpoint.Size)) is null)
                report.Leave("log.history.key", $"以前看到的检查点 {Path.GetFileName(file)} 由别的公钥签名，未作比较。", $"The checkpoint {Path.GetFileName(file)} seen before is signed with another key and was not compared.");
            else
                seen.Add(checkpoint);
        }
        return seen;
    }

    private static void Keep(string state, Checkpoint checkpoint, byte[] note)
    {
        Directory.CreateDirectory(state);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checkpoint.Origin)))[..12]}-{checkpoint.Size:d12}-{Convert.ToHexStringLower(checkpoint.Root)[..12]}.checkpoint");
        var file = Path.Combine(state, name);
        if (File.Exists(file))
            return;
        File.WriteAllBytes(file + ".new", note);
        File.Move(file + ".new", file);
    }
}
