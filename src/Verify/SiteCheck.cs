using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Verify;

/// <summary>The pages against the log, both ways; notices that stood unchanged; objections that were all handled.</summary>
public sealed class SiteCheck(Source site, Source log, string below, Report report)
{
    private const string Proofs = "data/v1/proofs.json";

    /// <summary>Stands for what is no number of a leaf: the log discloses none, so it is told of.</summary>
    private const long NoLeaf = -1;

    private static readonly string[] Handled = ["conclusion-confirmed", "objection-found-inadmissible", "objection-withdrawn"];

    /// <summary>Checks the files of the site and everything they say of the log.</summary>
    public async Task RunAsync(IReadOnlyList<Disclosure> disclosures, CancellationToken ct)
    {
        if (await site.ReadAsync("manifest.json", ct) is not { } bytes || Disclosures.Parse(bytes) is not { ValueKind: JsonValueKind.Object } manifest || !manifest.TryGetProperty("files", out var files) || files.ValueKind != JsonValueKind.Array)
        {
            report.Leave("site", "没有站点清单 manifest.json，只核对日志。", "There is no manifest.json of a site; only the log was checked.");
            return;
        }
        var shown = new SortedSet<(string Page, long Leaf)>();
        var count = 0;
        byte[]? proofs = null;
        foreach (var file in files.EnumerateArray())
        {
            if (OpenedField.Text(file, "path") is not { } path || OpenedField.Text(file, "sha256") is not { } digest)
            {
                report.Break("site.manifest", "清单有一行无法读取。", "A row of the manifest cannot be read.");
                continue;
            }
            count++;
            if (await site.ReadAsync(path, ct) is not { } content)
                report.Break("site.manifest", $"清单中的文件缺失：{path}", $"A file of the manifest is missing: {path}");
            else if (!string.Equals(Convert.ToHexString(SHA256.HashData(content)), digest, StringComparison.OrdinalIgnoreCase))
                report.Break("site.manifest", $"文件与清单不符：{path}", $"A file is not what the manifest says: {path}");
            else
                proofs = path == Proofs ? content : proofs;
        }
        if (proofs is null)
            report.Break("site.proofs", $"清单中没有可用的 {Proofs}。", $"The manifest names no usable {Proofs}.");
        else
            await ProofsAsync(proofs, shown, disclosures, ct);
        if (!report.IsBroken("site.manifest"))
            report.Hold("site.manifest", $"{count} 个文件与清单一致。", $"{count} files are those of the manifest.");
        BothWays(shown, disclosures);
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
    private async Task ProofsAsync(byte[] content, SortedSet<(string, long)> shown, IReadOnlyList<Disclosure> disclosures, CancellationToken ct)
    {
        if (Disclosures.Parse(content) is not { ValueKind: JsonValueKind.Object } file || !file.TryGetProperty("proofs", out var proofs) || proofs.ValueKind != JsonValueKind.Array)
        {
            report.Break("site.proofs", $"{Proofs} 无法读取。", $"{Proofs} cannot be read.");
            return;
        }
        foreach (var proof in proofs.EnumerateArray())
        {
            if (OpenedField.Text(proof, "page") is not { } page)
            {
                report.Break("site.proofs", $"{Proofs} 有一行没有页面。", $"A row of {Proofs} names no page.");
                continue;
            }
            var count = proof.TryGetProperty("count", out var counted) ? counted : default;
            foreach (var leaf in Leaves(proof, "leaves").Concat(Leaves(count, "receivedLeaves")).Concat(Leaves(count, "handledLeaves")))
                shown.Add((page, leaf));
            await AttestationsAsync(page, proof, disclosures, ct);
            Count(page, proof, disclosures);
        }
    }

    /// <summary>The same content each day, from the first day to the last, each in a leaf of its own.</summary>
    private async Task AttestationsAsync(string notice, JsonElement record, IReadOnlyList<Disclosure> disclosures, CancellationToken ct)
    {
        if (!record.TryGetProperty("attestations", out var list) || list.ValueKind != JsonValueKind.Array)
            return;
        string? content = null;
        DateOnly? day = null;
        var over = false;
        var before = report.Findings.Count(f => f.Outcome == Outcome.Broken);
        foreach (var one in list.EnumerateArray())
        {
            var (hash, occasion, reason) = (OpenedField.Text(one, "content"), OpenedField.Text(one, "occasion"), OpenedField.Text(one, "reason"));
            var leaf = Disclosures.Leaf(one);
            var disclosed = disclosures.FirstOrDefault(d => d.Leaf == leaf && d.Kind == "notice-attested");
            if (hash is null || disclosed is null || disclosed.Field("data.Content") != hash || disclosed.Field("data.Day") != OpenedField.Text(one, "day"))
                report.Break("notice.attested", $"{notice} 的一次存证没有日志条目，或与之不符。", $"An attestation of {notice} has no leaf, or another one.");
            if (hash is not null && (await log.ReadAsync($"{below}content/{hash}.txt", ct) is not { } text || Convert.ToHexStringLower(SHA256.HashData(text)) != hash))
                report.Break("notice.content", $"{notice} 存证的文本缺失或摘要不符：{hash}", $"The attested text of {notice} is missing or has another digest: {hash}");
            if (content is not null && hash != content && (occasion != "changed" || string.IsNullOrWhiteSpace(reason)))
                report.Break("notice.changed", $"{notice} 的内容在公示期间变化而没有说明理由。", $"The content of {notice} changed during the window without a reason.");
            if (DateOnly.TryParse(OpenedField.Text(one, "day"), System.Globalization.CultureInfo.InvariantCulture, out var next))
            {
                // After the last window an entry may be put up anew; until then there is no window to attest.
                if (day is { } last && next > last.AddDays(1) && !(over && occasion == "changed"))
                    report.Break("notice.days", $"{notice} 在 {last:yyyy-MM-dd} 与 {next:yyyy-MM-dd} 之间没有存证。", $"{notice} was not attested between {last:yyyy-MM-dd} and {next:yyyy-MM-dd}.");
                day = next;
            }
            (content, over) = (hash, occasion == "end");
        }
        if (report.Findings.Count(f => f.Outcome == Outcome.Broken) == before && day is not null)
            report.Hold("notice.attested", $"{notice} 逐日存证 {list.GetArrayLength()} 次，内容{(list.EnumerateArray().Select(a => OpenedField.Text(a, "content")).Distinct().Count() == 1 ? "未变" : "的变化均有理由")}。",
                $"{notice} was attested {list.GetArrayLength()} times, day by day; {(list.EnumerateArray().Select(a => OpenedField.Text(a, "content")).Distinct().Count() == 1 ? "its content did not change" : "each change has its reason")}.");
    }

    /// <summary>As many objections handled as the log received, one to one.</summary>
    private void Count(string notice, JsonElement record, IReadOnlyList<Disclosure> disclosures)
    {
        if (!record.TryGetProperty("count", out var count) || count.ValueKind != JsonValueKind.Object)
            return;
        var received = Streams(Leaves(count, "receivedLeaves"), d => d.Kind == "objection-filed", disclosures);
        var handled = Streams(Leaves(count, "handledLeaves"), d => Handled.Contains(d.Kind), disclosures);
        var said = Number(count, "received");
        if (received is null || handled is null || received.Count != said || said != Number(count, "concluded") + Number(count, "inadmissible") + Number(count, "withdrawn") || !received.Order().SequenceEqual(handled.Order()))
            report.Break("notice.objections", $"{notice}：收到的异议与办结的异议不能一一对应。", $"{notice}: the objections received and those handled are not one to one.");
        else
            report.Hold("notice.objections", $"{notice}：收到异议 {said} 件，全部办结。", $"{notice}: {said} objections were received and all were handled.");
    }

    private static List<string>? Streams(IReadOnlyList<long> leaves, Func<Disclosure, bool> ofKind, IReadOnlyList<Disclosure> disclosures)
    {
        var streams = leaves.Select(l => disclosures.FirstOrDefault(d => d.Leaf == l && ofKind(d))?.Field("stream")).OfType<string>().ToList();
        return streams.Count != leaves.Count || streams.Distinct().Count() != streams.Count ? null : streams;
    }

    private static long Number(JsonElement thing, string name) => thing.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) ? number : -1;

    private static IReadOnlyList<long> Leaves(JsonElement thing, string name) =>
        thing.ValueKind == JsonValueKind.Object && thing.TryGetProperty(name, out var leaves) && leaves.ValueKind == JsonValueKind.Array
            ? [.. leaves.EnumerateArray().Select(l => l.ValueKind == JsonValueKind.Number && l.TryGetInt64(out var leaf) ? leaf : NoLeaf)]
            : [];
}
