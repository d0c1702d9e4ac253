using System.Text;
using System.Text.Json.Nodes;

namespace Verify.Tests;

/// <summary>A whole published folder, and each fault that can be planted into it.</summary>
public sealed partial class StrangerTests : IDisposable
{
    private const string Notice = "notice/a.html", Cluster = "cluster/c1.html", Announced = "announcement/n1.html", Found = "finding/f1.html", Proofs = "data/v1/proofs.json";
    private const string Content = "公示甲\n1\t甲集群\t370100\tSW\t甲单位\t2025-07-14\t2025-07-15\n", Other = "公示甲\n1\t乙集群\t370100\tSW\t甲单位\t2025-07-14\t2025-07-15\n";
    private readonly Published site = new();
    private readonly Dictionary<long, string[]> pages = [];
    private readonly long first, second, third, late, changed, filed, concluded, counted;

    public StrangerTests()
    {
        for (var i = 0; i < 300; i++)
            site.Add("draft-of-somebody", ("data.Text", $"private {i}"));
        JsonArray Entries() => [new JsonObject { ["Number"] = 1, ["Application"] = "c1", ["ClusterName"] = "甲集群", ["City"] = "370100", ["Industry"] = "SW", ["OrganisationName"] = "甲单位" }];
        Show("2025-07-11T01:00:00Z", [Notice], "publicity-opened", ("stream", "publicity/a"), ("data.Batch", "p.b1"), ("data.PublicTitle", "公示甲"), ("data.PublicText", "全文"), ("data.TextHash", Hash("全文")), ("data.Entries", Entries()), ("data.Window.FirstDay", "2025-07-14"), ("data.Window.LastDay", "2025-07-15"));
        Show("2025-07-11T01:00:00Z", [Notice, Cluster], "application-publicised", ("stream", "application/c1"), ("data.Publicity", "a"), ("data.Entry", 1), ("data.OpensAt", "2025-07-14T01:00:00+00:00"));
        Show("2025-07-14T02:00:00Z", [Notice], "posting-verified", ("stream", "publicity/a"), ("data.PostedAt", "2025-07-14T01:00:00+00:00"), ("data.Window.FirstDay", "2025-07-14"), ("data.Window.LastDay", "2025-07-15"));
        first = Attest("2025-07-14T02:00:00Z", "2025-07-14", "Start", Content);
        filed = Show("2025-07-14T05:00:00Z", [Notice], "objection-filed", ("stream", "objection/x"), ("data.Publicity", "a"), ("data.Number", "N1"));
        second = Attest("2025-07-15T02:00:00Z", "2025-07-15", "Daily", Content);
        changed = Attest("2025-07-15T02:00:00Z", "2025-07-15", "Daily", Other);
        third = Attest("2025-07-15T17:00:00Z", "2025-07-16", "End", Content);
        concluded = Show("2025-07-18T03:00:00Z", [Notice], "conclusion-confirmed", ("stream", "objection/x"));
        Show("2025-07-18T03:00:00Z", [Notice, Cluster], "objection-concluded", ("stream", "application/c1"), ("time", "2025-07-18T02:00:00.0000000Z"), ("data.Number", "N1"), ("data.ConditionsMet", true), ("data.PublicReason", "经核实符合条件"));
        counted = Show("2025-07-18T04:00:00Z", [Notice], "objections-counted", ("stream", "publicity/a"), ("data.Received", 1), ("data.Concluded", 1), ("data.Inadmissible", 0), ("data.Withdrawn", 0));
        Show("2025-07-25T01:00:00Z", [Announced], "announcement-issued", ("stream", "announcement/n1"), ("data.Batch", "p.b1"), ("data.Kind", "Recognition"), ("data.Number", "演〔2025〕1号"), ("data.Day", "2025-07-25"), ("data.PublicTitle", "公告甲"), ("data.PublicSignatory", "演示厅"), ("data.Entries", Entries()));
        Show("2025-07-25T01:00:00Z", [Announced, Cluster], "application-recognised", ("stream", "application/c1"), ("data.Announcement", "n1"), ("data.Number", "演〔2025〕1号"), ("data.Day", "2025-07-25"), ("data.LastDay", null), ("data.Batch", "p.b1"), ("data.Entry.ClusterName", "甲集群"), ("data.Entry.City", "370100"), ("data.Entry.Industry", "SW"), ("data.Entry.Organisation", "CODE"), ("data.Entry.OrganisationName", "甲单位"));
        Show("2025-07-26T01:00:00Z", [Found], "finding-confirmed", ("data.Finding", "f1"), ("data.Organisation", "CODE2"), ("data.OrganisationName", "演示乙单位"), ("data.Batch", "p.b1"), ("data.Clause", "五(三)"), ("data.PublicWhatWasFalse", "数据不实"), ("data.FirstDay", "2025-07-26"), ("data.LastDay", "9999-12-31"), ("data.PublicDecidingBody", "演示厅"), ("data.DecidedOn", "2025-07-26"), ("data.PublicHowToSeekReview", "可复议"));
        late = Attest("2025-07-27T02:00:00Z", "2025-07-15", "Daily", Content);
        Write();
    }

    [Fact]
    public async Task Everything_holds_in_a_folder_that_is_as_it_should_be()
    {
        var report = await RunAsync([site.Key]);
        Assert.True(report.Holds, report.ToText());
        Assert.Empty(new[] { "log.trust", "log.checkpoint", "log.root", "log.tile", "disclosures", "site.manifest", "site.to-log", "site.facts", "notice.attested", "notice.objections" }
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
    [InlineData("notice.objections", "another number of objections than the log has")]
    [InlineData("notice.count", "objections that have ended and are not counted")]
    [InlineData("notice.start", "no attestation at the start")]
    [InlineData("notice.start", "no attestation at all")]
    [InlineData("notice.end", "no attestation at the end")]
    [InlineData("notice.time", "an attestation that was dated back")]
    [InlineData("notice.attested", "an attestation that the site leaves out")]
    [InlineData("site.facts", "a name changed in page, data and manifest")]
    [InlineData("site.facts", "a name changed in page and manifest alone")]
    [InlineData("site.facts", "a notice's entry changed in page, data and manifest")]
    [InlineData("site.facts", "an objection's outcome changed in page, data and manifest")]
    [InlineData("site.facts", "an announcement's number changed in page, data and manifest")]
    [InlineData("site.facts", "a finding's last day changed in page, data and manifest")]
    [InlineData("site.facts", "a cluster without a leaf")]
    [InlineData("site.facts", "a cluster that the data leaves out")]
    [InlineData("site.facts", "a page without its English one")]
    [InlineData("site.facts", "a name that stands in a file beside the page alone")]
    [InlineData("site.facts", "a name that stands outside the page's own part")]
    [InlineData("site.facts", "a window that was moved in the data")]
    [InlineData("log.tile", "a tile longer than its name says")]
    [InlineData("log.tile", "an earlier partial tile altered")]
    [InlineData("log.tile", "an earlier partial bundle altered")]
    public async Task Each_planted_fault_is_found(string name, string fault)
    {
        Plant(fault);
        var report = await RunAsync([site.Key]);
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
        Assert.Contains(Check(waiting).Findings, f => f.Name == "receipt.proof" && f.Outcome == Outcome.Waiting);
    }

    [Fact]
    public async Task A_published_policy_names_the_log_s_key_once_more_and_holds_as_does_a_key_that_is_given_twice()
    {
        site.Cosign(site.Batch);
        foreach (var keys in new[] { new[] { site.Key }, [site.Key, site.Key], [] })
        {
            var report = await RunAsync(keys);
            Assert.True(report.Holds, report.ToText());
            Assert.Contains(report.Findings, f => f is { Name: "log.witness", Outcome: Outcome.Holds });
        }
        site.WriteText("log/checkpoint", site.CheckpointOf(site.Leaves.Count));
        Assert.True((await RunAsync([site.Key])).IsBroken("log.witness"));
    }

    [Fact]
    public async Task TL_13_whoever_watches_two_mirrors_finds_a_log_that_shows_them_two_histories()
    {
        var state = Path.Combine(site.Folder, "seen");
        Assert.True((await RunAsync([site.Key], state)).Holds);
        // The other mirror serves as many leaves under the same key, soundly signed; one of them differs.
        site.Replace(5, Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(site.Leaves[6]).Replace("seq 6", "seq 5", StringComparison.Ordinal)));
        Write();
        Assert.True((await RunAsync([site.Key])).Holds);
        Assert.True((await RunAsync([site.Key], state)).IsBroken("log.history"));
        // Both signed checkpoints are kept: together they are the proof.
        Assert.Equal(2, Directory.GetFiles(state).Count(f => Note.Parse(File.ReadAllBytes(f))!.SignedBy([VerifierKey.Parse(site.Key)!]) is not null));
    }

    [Fact]
    public async Task A_site_on_the_web_is_checked_like_a_folder_and_one_that_fails_is_said_to_be_unreadable()
    {
        using var web = new FolderOnTheWeb(site.Folder);
        var report = new Report("web");
        await Stranger.RunAsync(web.Address, null, [VerifierKey.Parse(site.Key)!], null, Path.Combine(site.Folder, "seen"), report, TestContext.Current.CancellationToken);
        Assert.True(report.Holds, report.ToText());
        web.Fails = true;
        await Assert.ThrowsAsync<IOException>(() => Stranger.RunAsync(web.Address, null, [], null, null, new Report("web"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whatever_stands_in_a_published_document_is_a_finding_and_never_a_crash()
    {
        async Task TryAsync(string path, string document, Func<Task> run)
        {
            var thrown = await Record.ExceptionAsync(run);
            Assert.True(thrown is null, $"{path} {document}: {thrown}");
        }
        var sound = await new Disclosures(Source.Of(site.Folder), "log/", new Report("sound")).ReadAsync(Published.Origin, TestContext.Current.CancellationToken);
        foreach (var path in new[] { "manifest.json", Proofs, "data/v1/clusters.json", "data/v1/notices.json", "data/v1/announcements.json", "data/v1/findings.json" })
        {
            var (before, manifest) = (site.ReadText(path), site.ReadText("manifest.json"));
            foreach (var document in Misshapen(before))
            {
                if (path == "manifest.json")
                    site.WriteText(path, document);
                else
                    site.WriteSite((path, document));
                using var source = Source.Of(site.Folder);
                await TryAsync(path, document, () => new SiteCheck(source, source, "log/", new Report("site")).RunAsync(sound!, site.Batch, TestContext.Current.CancellationToken));
            }
            site.WriteText(path, before);
            site.WriteText("manifest.json", manifest);
        }
        foreach (var path in new[] { "log/disclosures/index.json", $"log/disclosures/{first}.json" })
        {
            var before = site.ReadText(path);
            foreach (var document in Misshapen(before, most: 10))
            {
                site.WriteText(path, document);
                await TryAsync(path, document, () => RunAsync([]));
            }
            site.WriteText(path, before);
        }
        foreach (var path in new[] { "log/key", "log/retired", "log/policy", "log/checkpoint" })
        {
            foreach (var text in new[] { "", "\n", "x", "9223372036854775808 x\n", $"{site.Key}\n\n{site.Key}", $"log {site.Key}\nlog {site.Key}\n", "quorum none", "\u2014 x x\n", $"x\n99999999999999999999\n\n\u2014 x AAAAAAAA\n" })
            {
                var before = File.Exists(Path.Combine(site.Folder, path)) ? site.ReadText(path) : null;
                site.WriteText(path, text);
                await TryAsync(path, text, () => RunAsync([site.Key]));
                if (before is null)
                    File.Delete(Path.Combine(site.Folder, path));
                else
                    site.WriteText(path, before);
            }
        }
        foreach (var document in Misshapen(site.Receipt(filed, "stream", "data.Number").ToJsonString()))
            ReceiptCheck.Run(Encoding.UTF8.GetBytes(document), [], new Report("receipt"));
    }

    /// <summary>A document with each of its values in turn replaced by one of every kind.</summary>
    private static IEnumerable<string> Misshapen(string json, int most = int.MaxValue)
    {
        string[] kinds = ["null", "true", "1.5", "-1", "1e400", "\"x\"", "\"\\ud800\"", "\"a\\u0000b\"", "\"9999-12-31\"", "\"0001-01-01\"", "\"9999-12-31T23:59:59Z\"", "9007199254740993", "[]", "[[]]", "{}"];
        const string mark = "\"###\"";
        var count = Math.Min(most, Values(JsonNode.Parse(json)!).Count());
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

    private async Task<Report> RunAsync(string[]? keys = null, string? state = null)
    {
        var report = new Report("test");
        await Stranger.RunAsync(site.Folder, null, [.. (keys ?? []).Select(k => VerifierKey.Parse(k)!)], null, state, report, TestContext.Current.CancellationToken);
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
