using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Verify.Tests;

/// <summary>Notices whose windows have a history, published whole: told as they were they hold, and told otherwise they do not.</summary>
public sealed class NoticeTests : IDisposable
{
    private const string Page = "notice/a.html";
    private readonly Published site = new();
    private readonly List<(long Leaf, string[] Pages)> shown = [];
    private readonly JsonArray attestations = [];
    private readonly Dictionary<string, string> contents = [];

    [Theory]
    [InlineData(16, null)]
    [InlineData(17, "notice.start")]
    public async Task A_posting_elsewhere_that_was_recorded_two_days_later_is_attested_from_then_on(int start, string? broken)
    {
        Open("14/18", 1);
        Post(recorded: 16, "14/18");
        for (var day = start; day <= 19; day++)
            Attest(day, day == start ? "Start" : day == 19 ? "End" : "Daily");
        await CheckAsync(broken, "14/18", [(1, null)]);
    }

    [Fact]
    public async Task A_posting_recorded_late_that_was_never_attested_is_found()
    {
        Open("14/18", 1);
        Post(recorded: 16, "14/18");
        await CheckAsync("notice.start", "14/18", [(1, null)]);
    }

    [Theory]
    [InlineData(19, "14/15", "16/18", null)]
    [InlineData(18, "14/15", "16/18", "notice.end")]
    [InlineData(19, "14/16", "16/18", "site.facts")]
    [InlineData(19, "14/15", "16/19", "site.facts")]
    [InlineData(19, "14/15", null, "site.facts")]
    public async Task An_entry_that_was_put_up_anew_counts_by_its_new_window_alone(int end, string window, string? own, string? broken)
    {
        Open("14/15", 1, 2);
        Post(recorded: 14, "14/15");
        Attest(14, "Start");
        Redate(15, "14/25", whole: false, 1);
        Attest(15, "Changed");
        Show(16, "entry-added", [("data.Entry.Number", 3), .. Names("data.Entry."), ("data.Replaces", 1), ("data.PostedAt", "2025-07-16T01:00:00+00:00"), .. Window("16/18")]);
        Attest(16, "Changed");
        for (var day = 17; day <= end; day++)
            Attest(day, day == end ? "End" : "Daily");
        await CheckAsync(broken, window, [(2, null), (3, own)]);
    }

    [Theory]
    [InlineData("14/15", null, false)]
    [InlineData("14/17", null, true)]
    [InlineData("14/15", "16/17", true)]
    public async Task An_entry_that_awaits_its_posting_opens_with_its_read_back(string window, string? own, bool isBroken)
    {
        Open("14/15", 1);
        Post(recorded: 14, "14/15");
        Attest(14, "Start");
        Show(15, "entry-added", [("data.Entry.Number", 2), .. Names("data.Entry."), ("data.Replaces", 1), ("data.PostedAt", null), .. Window("15/16")]);
        Attest(15, "Daily");
        Show(16, "entry-posted", [("data.Entry", 2), ("data.Replaces", 1), ("data.PostedAt", "2025-07-16T01:00:00+00:00"), .. Window("16/18")]);
        Attest(16, "Changed");
        Attest(17, "Daily");
        Attest(18, "Daily");
        Attest(19, "End");
        await CheckAsync(isBroken ? "site.facts" : null, window, [(2, own ?? "16/18")]);
    }

    [Theory]
    // All who share the notice's window are moved: it moves.
    [InlineData(null, true, "14/17", null, null, null)]
    [InlineData(null, true, "14/15", null, null, "site.facts")]
    [InlineData(null, true, "14/16", null, null, "site.facts")]
    // One of two is moved, and nothing says whether the other was still in publicity: either may be shown, and nothing else.
    [InlineData(null, false, "14/15", "14/17", null, null)]
    [InlineData(null, false, "14/17", null, null, null)]
    [InlineData(null, false, "14/15", null, null, "site.facts")]
    [InlineData(null, false, "14/16", "14/17", null, "site.facts")]
    [InlineData(null, false, "14/15", "14/17", "14/18", "site.facts")]
    // It is said.
    [InlineData(true, false, "14/17", null, null, null)]
    [InlineData(true, false, "14/15", "14/17", null, "site.facts")]
    [InlineData(false, false, "14/15", "14/17", null, null)]
    [InlineData(false, false, "14/17", null, null, "site.facts")]
    public async Task A_window_that_was_moved_is_shown_as_it_was_moved(bool? whole, bool both, string window, string? first, string? second, string? broken)
    {
        Open("14/15", 1, 2);
        Post(recorded: 14, "14/15");
        Attest(14, "Start");
        Redate(15, "14/17", whole, both ? [1, 2] : [1]);
        Attest(15, "Changed");
        Attest(16, "Daily");
        Attest(17, "Daily");
        Attest(18, "End");
        await CheckAsync(broken, window, [(1, first), (2, second)]);
    }

    [Fact]
    public async Task One_objection_that_was_upheld_does_not_say_that_the_others_to_the_application_have_ended()
    {
        Open("14/15", 1);
        Post(recorded: 14, "14/15");
        Attest(14, "Start");
        Attest(15, "Daily");
        Attest(16, "End");
        Show(17, "objection-concluded", [("time", "2025-07-17T01:00:00Z"), ("data.Number", "N1"), ("data.ConditionsMet", false), ("data.PublicReason", "不符合条件")], "application/c1");
        var report = await CheckAsync(null, "14/15", [(1, null)], """[{"number":"N1","outcome":"conditions-not-met","concludedOn":"2025-07-17","reason":"不符合条件"}]""");
        Assert.Contains(report.Findings, f => f is { Name: "notice.count", Outcome: Outcome.Open });
    }

    private void Open(string window, params int[] entries)
    {
        Show(11, "publicity-opened",
        [
            ("data.Batch", "p.b1"), ("data.PublicTitle", "公示甲"), ("data.PublicText", "全文"), ("data.TextHash", Hash("全文")), .. Window(window),
            ("data.Entries", new JsonArray([.. entries.Select(n => (JsonNode)new JsonObject([new("Number", n), .. Names("").Select(f => KeyValuePair.Create(f.Name, f.Value))]))])),
        ]);
        foreach (var number in entries)
            Show(11, "application-publicised", [("data.Publicity", "a"), ("data.Entry", number), ("data.OpensAt", "2025-07-14T01:00:00+00:00")], $"application/c{number}");
    }

    private void Post(int recorded, string window) => Show(recorded, "posting-verified", [("data.PostedAt", "2025-07-14T01:00:00+00:00"), .. Window(window)]);

    private void Redate(int day, string window, bool? whole, params int[] entries) =>
        Show(day, "publicity-redated", [("data.Entries", new JsonArray([.. entries.Select(n => (JsonNode)n)])), ("data.Whole", whole), .. Window(window)]);

    /// <summary>The text changes with each attestation that says so.</summary>
    private void Attest(int day, string occasion)
    {
        if (occasion is "Start" or "Changed")
        {
            var text = $"公示甲\n{attestations.Count}\n";
            contents[Hash(text)] = text;
        }
        var (content, reason) = (contents.Keys.Last(), occasion == "Changed" ? "更正" : null);
        var leaf = Show(day, "notice-attested", [("time", Instant(day)), ("data.Day", $"2025-07-{day}"), ("data.Occasion", occasion), ("data.Content", content), ("data.PublicReason", reason)]);
        attestations.Add(new JsonObject { ["day"] = $"2025-07-{day}", ["occasion"] = occasion.ToLowerInvariant(), ["content"] = content, ["reason"] = reason, ["leaf"] = leaf });
    }

    private long Show(int day, string kind, (string Name, JsonNode? Value)[] fields, string stream = "publicity/a")
    {
        site.Batch = DateTimeOffset.Parse(Instant(day), System.Globalization.CultureInfo.InvariantCulture);
        var leaf = site.Add(kind, [("stream", stream), .. fields]);
        shown.Add((leaf, [Page]));
        return leaf;
    }

    /// <summary>Publishes everything with these windows, looks at it a month later, and demands that this and nothing else is broken.</summary>
    private async Task<Report> CheckAsync(string? broken, string window, (int Number, string? Own)[] entries, string objections = "[]")
    {
        site.Batch = DateTimeOffset.Parse("2025-08-14T01:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        site.Add("draft-of-somebody");
        site.WriteLog();
        site.Disclose([.. shown.Select(s => (s.Leaf, Array.Empty<string>(), s.Pages))]);
        foreach (var (hash, text) in contents)
            site.WriteText($"log/content/{hash}.txt", text);
        static JsonObject? Said(string? days) => days?.Split('/') is [var from, var to] ? new JsonObject { ["firstDay"] = $"2025-07-{from}", ["lastDay"] = $"2025-07-{to}" } : null;
        var notice = new JsonObject
        {
            ["id"] = "a", ["batch"] = "b1", ["title"] = "公示甲", ["text"] = "全文", ["textSha256"] = Hash("全文"), ["postedAt"] = "2025-07-14T01:00:00Z", ["window"] = Said(window), ["objections"] = JsonNode.Parse(objections),
            ["entries"] = new JsonArray([.. entries.Select(e => (JsonNode)new JsonObject { ["id"] = $"{e.Number}", ["name"] = "甲集群", ["city"] = "370100", ["industry"] = "sw", ["applicant"] = "甲单位", ["ownWindow"] = Said(e.Own) })]),
        };
        var proof = new JsonObject { ["page"] = Page, ["leaves"] = new JsonArray([.. shown.Select(s => (JsonNode)s.Leaf)]), ["attestations"] = attestations };
        site.WriteSite([
            ("data/v1/proofs.json", new JsonObject { ["version"] = 1, ["proofs"] = new JsonArray(proof) }.ToJsonString()), ("data/v1/notices.json", new JsonObject { ["items"] = new JsonArray(notice) }.ToJsonString()),
            .. new[] { "clusters", "announcements", "findings" }.Select(set => ($"data/v1/{set}.json", """{"items":[]}""")), .. Published.InBothLanguages(Page, "公示甲 甲集群 甲单位"),
        ]);
        var report = new Report("notice");
        await Stranger.RunAsync(site.Folder, null, [VerifierKey.Parse(site.Key)!], null, null, report, TestContext.Current.CancellationToken);
        Assert.True(report.Findings.Where(f => f.Outcome == Outcome.Broken).Select(f => f.Name).Distinct().SequenceEqual(broken is null ? [] : [broken]), report.ToText());
        return report;
    }

    private static (string Name, JsonNode? Value)[] Window(string days) => days.Split('/') is [var from, var to] ? [("data.Window.FirstDay", $"2025-07-{from}"), ("data.Window.LastDay", $"2025-07-{to}")] : [];

    private static (string Name, JsonNode? Value)[] Names(string before) => [(before + "ClusterName", "甲集群"), (before + "City", "370100"), (before + "Industry", "SW"), (before + "OrganisationName", "甲单位")];

    private static string Instant(int day) => $"2025-07-{day}T01:00:00Z";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public void Dispose() => site.Dispose();
}
