using System.Text;
using System.Text.Json.Nodes;

namespace Verify.Tests;

/// <summary>A whole published folder, and each fault that can be planted into it.</summary>
public sealed class StrangerTests : IDisposable
{
    private const string Content = "拟认定名单：甲集群、乙集群";
    private readonly Published site = new();
    private readonly long shortlisted, filed, concluded, first, second;

    public StrangerTests()
    {
        for (var i = 0; i < 300; i++)
            site.Add("draft-of-somebody", ("data.Text", $"private {i}"));
        shortlisted = site.Add("publicity-opened", ("stream", "publicity/a"));
        first = site.Add("notice-attested", ("data.Day", "2025-07-14"), ("data.Content", Hash(Content)));
        filed = site.Add("objection-filed", ("stream", "objection/x"), ("data.Number", "1"));
        second = site.Add("notice-attested", ("data.Day", "2025-07-15"), ("data.Content", Hash(Content)));
        concluded = site.Add("conclusion-confirmed", ("stream", "objection/x"));
        Write();
    }

    [Fact]
    public async Task Everything_holds_in_a_folder_that_is_as_it_should_be()
    {
        var report = await RunAsync(key: site.Key);
        Assert.True(report.Holds, report.ToText());
        Assert.Empty(new[] { "log.trust", "log.checkpoint", "log.root", "log.tile", "disclosures", "site.manifest", "site.to-log", "notice.attested", "notice.objections" }
            .Except(report.Findings.Where(f => f.Outcome == Outcome.Holds).Select(f => f.Name)));
        Assert.Contains("全部成立", report.ToText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log.root", "a leaf altered")]
    [InlineData("log.root", "two leaves swapped")]
    [InlineData("log.entries", "a bundle missing")]
    [InlineData("log.tile", "a tile altered")]
    [InlineData("log.tile", "a tile of the second level missing")]
    [InlineData("log.checkpoint", "a checkpoint signed by another key")]
    [InlineData("log.checkpoint", "a checkpoint of another size with the same signature")]
    [InlineData("log.trust", "another key published than the reader trusts")]
    [InlineData("disclosures", "a disclosed value altered")]
    [InlineData("disclosures", "an opening of another leaf")]
    [InlineData("disclosures", "a disclosure missing")]
    [InlineData("disclosures.proof", "a proof altered")]
    [InlineData("disclosures.proof", "a proof missing")]
    [InlineData("log.history", "a proof from another history of the log")]
    [InlineData("site.manifest", "a page altered")]
    [InlineData("site.manifest", "a page missing")]
    [InlineData("site.to-log", "a page that rests on a leaf that is not disclosed")]
    [InlineData("log.to-site", "a disclosed fact that its page does not show")]
    [InlineData("notice.attested", "an attestation without a leaf")]
    [InlineData("notice.content", "an attested text altered")]
    [InlineData("notice.changed", "a content that changed without a reason")]
    [InlineData("notice.days", "a day without an attestation")]
    [InlineData("notice.objections", "an objection that was dropped")]
    public async Task Each_planted_fault_is_found(string name, string fault)
    {
        Plant(fault);
        var report = await RunAsync(key: site.Key);
        Assert.True(report.IsBroken(name), $"{fault}: {report.ToText()}");
    }

    [Fact]
    public async Task A_log_that_was_rewritten_or_rolled_back_is_found_by_whoever_saw_it_before()
    {
        var state = Path.Combine(site.Folder, "seen");
        Assert.True((await RunAsync(state: state)).Holds);
        site.Add("one-more");
        Write();
        Assert.True((await RunAsync(state: state)).Holds);
        Assert.Equal(2, Directory.GetFiles(state).Length);
        // The same log with one leaf of long ago replaced, whole and soundly signed: only memory finds it.
        site.Replace(5, site.Leaves[6].ToArray());
        site.Replace(5, Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(site.Leaves[6]).Replace("seq 6", "seq 5", StringComparison.Ordinal)));
        Write();
        Assert.True((await RunAsync()).Holds);
        Assert.True((await RunAsync(state: state)).IsBroken("log.history"));
    }

    [Fact]
    public async Task An_older_state_of_the_log_is_found_too()
    {
        var state = Path.Combine(site.Folder, "seen");
        Directory.CreateDirectory(state);
        File.WriteAllText(Path.Combine(state, "later.checkpoint"), site.CheckpointOf(1000, new byte[32]));
        Assert.True((await RunAsync(state: state)).IsBroken("log.history"));
    }

    [Fact]
    public void A_receipt_is_checked_without_network_and_any_change_of_it_is_found()
    {
        var receipt = site.Receipt(filed, "stream", "data.Number");
        Assert.True(Check(receipt).Holds);
        Assert.Contains(Check(receipt).Findings, f => f.Name == "receipt.proof" && f.Outcome == Outcome.Holds);
        Assert.True(Check(receipt, VerifierKey.Parse(site.Key)!).Holds);
        Assert.True(Check(receipt, new VerifierKey(Published.Origin, 1, new byte[32])).IsBroken("receipt.proof"));
        foreach (var (member, value, broken) in new (string, JsonNode?, string)[]
        {
            ("leaf", filed + 1, "receipt.fields"), ("proof", site.Receipt(concluded)["proof"]!.DeepClone(), "receipt.proof"), ("fields", site.Receipt(concluded)["fields"]!.DeepClone(), "receipt.fields"), ("origin", "example.test/other", "receipt.proof"), ("format", "other", "receipt"),
        })
        {
            var changed = receipt.DeepClone().AsObject();
            changed[member] = value;
            Assert.True(Check(changed).IsBroken(broken), member);
        }
        var waiting = receipt.DeepClone().AsObject();
        waiting["proof"] = null;
        Assert.Contains(Check(waiting).Findings, f => f.Name == "receipt.proof" && f.Outcome == Outcome.Open);
    }

    [Fact]
    public async Task Whatever_stands_in_a_published_document_is_a_finding_and_never_a_crash()
    {
        foreach (var path in new[] { "manifest.json", "data/v1/proofs.json", "log/disclosures/index.json", $"log/disclosures/{first}.json" })
        {
            var (before, manifest) = (site.ReadText(path), site.ReadText("manifest.json"));
            foreach (var changed in Misshapen(before))
            {
                if (path.StartsWith("data/", StringComparison.Ordinal))
                    site.WriteSite(("notice/a.html", "<h1>甲</h1>"), (path, changed));
                else
                    site.WriteText(path, changed);
                var thrown = await Record.ExceptionAsync(() => RunAsync());
                Assert.True(thrown is null, $"{path} {changed}: {thrown}");
            }
            site.WriteText(path, before);
            site.WriteText("manifest.json", manifest);
        }
        foreach (var changed in Misshapen(site.Receipt(filed, "stream", "data.Number").ToJsonString()))
            ReceiptCheck.Run(Encoding.UTF8.GetBytes(changed), [], new Report("receipt"));
    }

    /// <summary>A document with each of its values in turn replaced by one of every kind.</summary>
    private static IEnumerable<string> Misshapen(string json)
    {
        string[] kinds = ["null", "true", "1.5", "-1", "1e400", "\"x\"", "\"\\ud800\"", "\"a\\u0000b\"", "[]", "[[]]", "{}"];
        const string mark = "\"###\"";
        var count = Values(JsonNode.Parse(json)!).Count();
        for (var i = -1; i < count; i++)
        {
            var document = JsonNode.Parse(json)!;
            if (i >= 0)
                Values(document).ElementAt(i).ReplaceWith("###");
            foreach (var kind in kinds)
                yield return i < 0 ? kind : document.ToJsonString().Replace(mark, kind, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<JsonNode> Values(JsonNode node) => node switch
    {
        JsonObject map => map.Select(m => m.Value).OfType<JsonNode>().SelectMany(v => Values(v).Prepend(v)),
        JsonArray list => list.OfType<JsonNode>().SelectMany(v => Values(v).Prepend(v)),
        _ => [],
    };

    [Fact]
    public async Task A_folder_without_a_log_is_said_to_have_none()
    {
        Directory.Delete(Path.Combine(site.Folder, "log"), recursive: true);
        Assert.True((await RunAsync()).IsBroken("log.key"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    public async Task TL_04_logs_at_the_boundaries_of_a_tile_hold(int size)
    {
        using var small = new Published();
        for (var i = 0; i < size; i++)
            small.Add("kind");
        small.WriteLog();
        var report = new Report("small");
        await Stranger.RunAsync(small.Folder, null, [], null, null, report, TestContext.Current.CancellationToken);
        Assert.True(report.Holds, report.ToText());
    }

    public void Dispose() => site.Dispose();

    private void Write(bool counted = true, string[]? attested = null, long[]? rests = null)
    {
        site.WriteLog();
        site.Disclose((shortlisted, ["stream"], ["notice/a.html"]), (first, ["data.Day", "data.Content"], ["notice/a.html"]), (filed, ["stream", "data.Number"], ["notice/a.html"]), (second, ["data.Day", "data.Content"], ["notice/a.html"]), (concluded, ["stream"], ["notice/a.html"]));
        site.WriteText($"log/content/{Hash(Content)}.txt", Content);
        var notice = new JsonObject
        {
            ["leaves"] = new JsonArray([.. (rests ?? [shortlisted, first, filed, second, concluded]).Select(l => (JsonNode)l)]),
            ["attestations"] = new JsonArray(
                Attestation("2025-07-14", "start", attested?[0] ?? Hash(Content), first),
                Attestation(attested?.ElementAtOrDefault(2) ?? "2025-07-15", "end", attested?[1] ?? Hash(Content), second)),
        };
        if (counted)
            notice["count"] = new JsonObject { ["received"] = 1, ["concluded"] = 1, ["inadmissible"] = 0, ["withdrawn"] = 0, ["receivedLeaves"] = new JsonArray(filed), ["handledLeaves"] = new JsonArray(concluded) };
        notice["page"] = "notice/a.html";
        site.WriteSite(("notice/a.html", "<h1>甲</h1>"), ("data/v1/proofs.json", new JsonObject { ["version"] = 1, ["proofs"] = new JsonArray(notice) }.ToJsonString()));
    }

    private static JsonObject Attestation(string day, string occasion, string content, long leaf) =>
        new() { ["day"] = day, ["occasion"] = occasion, ["content"] = content, ["reason"] = null, ["leaf"] = leaf };

    private void Plant(string fault)
    {
        void Edit(string path, string from, string to) => site.WriteText(path, site.ReadText(path).Replace(from, to, StringComparison.Ordinal));
        void Remove(string path) => File.Delete(Path.Combine(site.Folder, path));
        var bundle = $"log/tile/entries/001.p/{site.Leaves.Count - 256}";
        switch (fault)
        {
            case "a leaf altered": Edit(bundle, "2025-07-14T03", "2025-07-14T04"); break;
            case "two leaves swapped":
                var (a, b) = (site.Leaves[2], site.Leaves[3]);
                var checkpoint = site.ReadText("log/checkpoint");
                site.Replace(2, Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(b).Replace("seq 3", "seq 2", StringComparison.Ordinal)));
                site.Replace(3, Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(a).Replace("seq 2", "seq 3", StringComparison.Ordinal)));
                site.WriteLog();
                site.WriteText("log/checkpoint", checkpoint);
                break;
            case "a bundle missing": Remove("log/tile/entries/000"); break;
            case "a tile altered":
                var tile = File.ReadAllBytes(Path.Combine(site.Folder, "log/tile/0/000"));
                tile[1000] ^= 1;
                site.Write("log/tile/0/000", tile);
                break;
            case "a tile of the second level missing": Remove("log/tile/1/000.p/1"); break;
            case "a checkpoint signed by another key": site.WriteText("log/checkpoint", site.CheckpointOf(site.Leaves.Count, otherSeed: new byte[32])); break;
            case "a checkpoint of another size with the same signature": Edit("log/checkpoint", $"\n{site.Leaves.Count}\n", $"\n{site.Leaves.Count - 1}\n"); break;
            case "another key published than the reader trusts": site.WriteText("log/key", new VerifierKey(Published.Origin, 1, new byte[32]) + "\n"); break;
            case "a disclosed value altered": Edit($"log/disclosures/{filed}.json", "\"value\":\"1\"", "\"value\":\"2\""); break;
            case "an opening of another leaf": site.WriteText($"log/disclosures/{filed}.json", site.ReadText($"log/disclosures/{concluded}.json").Replace($"\"leaf\":{concluded}", $"\"leaf\":{filed}", StringComparison.Ordinal)); break;
            case "a disclosure missing": Remove($"log/disclosures/{filed}.json"); break;
            case "a proof altered": Edit($"log/disclosures/{filed}.tlog-proof", $"index {filed}", $"index {filed - 1}"); break;
            case "a proof missing": Remove($"log/disclosures/{filed}.tlog-proof"); break;
            case "a proof from another history of the log":
                using (var other = new Published())
                {
                    for (var i = 0; i <= filed; i++)
                        other.Replace((int)other.Add("x"), site.Leaves[i == 4 ? 5 : i].ToArray());
                    other.WriteLog();
                    other.Disclose((filed, [], []));
                    site.WriteText($"log/disclosures/{filed}.tlog-proof", other.ReadText($"log/disclosures/{filed}.tlog-proof"));
                }
                break;
            case "a page altered": Edit("notice/a.html", "甲", "乙"); break;
            case "a page missing": Remove("notice/a.html"); break;
            case "a page that rests on a leaf that is not disclosed": Write(rests: [shortlisted, first, filed, second, concluded, 7]); break;
            case "a disclosed fact that its page does not show": Write(rests: [first, filed, second, concluded]); break;
            case "an attestation without a leaf": Write(attested: [Hash(Content), Hash(Content), "2025-07-14"]); break;
            case "an attested text altered": site.WriteText($"log/content/{Hash(Content)}.txt", Content + "丙"); break;
            case "a content that changed without a reason": Write(attested: [Hash(Content), Hash("别的名单")]); break;
            case "a day without an attestation": Write(attested: [Hash(Content), Hash(Content), "2025-07-17"]); break;
            case "an objection that was dropped": site.WriteSite(("notice/a.html", "<h1>甲</h1>"), ("data/v1/proofs.json", site.ReadText("data/v1/proofs.json").Replace($"\"handledLeaves\":[{concluded}]", "\"handledLeaves\":[]", StringComparison.Ordinal))); break;
            default: throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }

    private async Task<Report> RunAsync(string? key = null, string? state = null)
    {
        var report = new Report("test");
        await Stranger.RunAsync(site.Folder, null, key is null ? [] : [VerifierKey.Parse(key)!], null, state, report, TestContext.Current.CancellationToken);
        return report;
    }

    private static Report Check(JsonObject receipt, params VerifierKey[] keys)
    {
        var report = new Report("receipt");
        ReceiptCheck.Run(Encoding.UTF8.GetBytes(receipt.ToJsonString()), keys, report);
        return report;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
