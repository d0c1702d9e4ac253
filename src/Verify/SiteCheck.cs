using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Verify;

/// <summary>The site's files against its manifest, and what its pages rest on against the log, both ways.</summary>
public sealed class SiteCheck(Source site, Source log, string below, Report report)
{
    private const string Proofs = "data/v1/proofs.json";

    /// <summary>Checks the files of the site and everything they say of the log.</summary>
    /// <param name="disclosures">The public facts that are sound in themselves.</param>
    /// <param name="latest">The last batch of the log.</param>
    /// <param name="ct">Ends with the caller.</param>
    public async Task RunAsync(IReadOnlyList<Disclosure> disclosures, DateTimeOffset latest, CancellationToken ct)
    {
        if (await site.ReadAsync("manifest.json", ct) is not { } bytes || Disclosures.Parse(bytes) is not { ValueKind: JsonValueKind.Object } manifest || !manifest.TryGetProperty("files", out var files) || files.ValueKind != JsonValueKind.Array)
        {
            report.Leave("site", "没有站点清单 manifest.json，只核对日志。", "There is no manifest.json of a site; only the log was checked.");
            return;
        }
        var shown = new SortedSet<(string Page, long Leaf)>();
        var paths = new SortedSet<string>(StringComparer.Ordinal);
        byte[]? proofs = null;
        foreach (var file in files.EnumerateArray())
        {
            if (OpenedField.Text(file, "path") is not { } path || OpenedField.Text(file, "sha256") is not { } digest)
            {
                report.Break("site.manifest", "清单有一行无法读取。", "A row of the manifest cannot be read.");
                continue;
            }
            paths.Add(path);
            if (await site.ReadAsync(path, ct) is not { } content)
                report.Break("site.manifest", $"清单中的文件缺失：{path}", $"A file of the manifest is missing: {path}");
            else if (!string.Equals(Convert.ToHexString(SHA256.HashData(content)), digest, StringComparison.OrdinalIgnoreCase))
                report.Break("site.manifest", $"文件与清单不符：{path}", $"A file is not what the manifest says: {path}");
            else
                proofs = path == Proofs ? content : proofs;
        }
        var (facts, built) = (new Facts(disclosures), Facts.Day(OpenedField.Text(manifest, "buildDay")));
        var today = built is { } day && day > Facts.DayOf(latest) ? day : Facts.DayOf(latest);
        if (proofs is null)
            report.Break("site.proofs", $"清单中没有可用的 {Proofs}。", $"The manifest names no usable {Proofs}.");
        else
            await ProofsAsync(proofs, shown, facts, today, ct);
        if (!report.IsBroken("site.manifest"))
            report.Hold("site.manifest", $"{paths.Count} 个文件与清单一致。", $"{paths.Count} files are those of the manifest.");
        BothWays(shown, disclosures);
        await new PageCheck(site, paths, facts, report).RunAsync(ct);
    }

    private void BothWays(SortedSet<(string Page, long Leaf)> shown, IReadOnlyList<Disclosure> disclosures)
    {
        var told = disclosures.SelectMany(d => d.Pages.Select(p => (Page: p, d.Leaf))).ToHashSet();
        foreach (var (page, leaf) in shown.Where(s => !told.Contains(s)))
            report.Break("site.to-log", $"{page} 依据第 {leaf} 条，日志却没有这一披露。", $"{page} rests on leaf {leaf}, which is not disclosed for it.");
        foreach (var (page, leaf) in told.Where(t => !shown.Contains(t)).Order())
            report.Break("log.to-site", $"第 {leaf} 条披露为 {page} 的依据，该页却没有引用。", $"Leaf {leaf} is disclosed for {page}, which does not rest on it.");
        if (!report.IsBroken("site.to-log") && !report.IsBroken("log.to-site"))
            report.Hold("site.to-log", $"页面与日志双向一致：{shown.Count} 处引用。", $"Pages and log agree both ways: {shown.Count} references.");
    }

    /// <summary>The file in which the site says which leaves each page rests on.</summary>
    private async Task ProofsAsync(byte[] content, SortedSet<(string, long)> shown, Facts facts, DateOnly today, CancellationToken ct)
    {
        if (Disclosures.Parse(content) is not { ValueKind: JsonValueKind.Object } file || !file.TryGetProperty("proofs", out var proofs) || proofs.ValueKind != JsonValueKind.Array)
        {
            report.Break("site.proofs", $"{Proofs} 无法读取。", $"{Proofs} cannot be read.");
            return;
        }
        var demo = file.TryGetProperty("demo", out var invented) && invented.ValueKind == JsonValueKind.True;
        if (demo)
            report.Leave("notice.time", "站点是演示数据，没有核对存证与批次的时间。", "The site is demonstration data; its attestations were not held against the times of their batches.");
        var notices = new NoticeCheck(log, below, facts, today, demo, report);
        foreach (var proof in proofs.EnumerateArray())
        {
            if (OpenedField.Text(proof, "page") is not { } page)
            {
                report.Break("site.proofs", $"{Proofs} 有一行没有页面。", $"A row of {Proofs} names no page.");
                continue;
            }
            var count = proof.TryGetProperty("count", out var counted) ? counted : default;
            foreach (var leaf in NoticeCheck.Leaves(proof, "leaves").Concat(NoticeCheck.Leaves(count, "receivedLeaves")).Concat(NoticeCheck.Leaves(count, "handledLeaves")))
                shown.Add((page, leaf));
            await notices.RunAsync(page, proof, ct);
        }
    }
}
