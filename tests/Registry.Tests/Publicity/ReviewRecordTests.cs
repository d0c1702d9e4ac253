using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Accounts;
using Registry.Applications;
using Registry.Cli;
using Registry.Platform;
using Registry.Publicity;
using Registry.Review;

namespace Registry.Tests.Publicity;

/// <summary>The auditor's export of a whole review, computed again by the verb: draw, ranking and shortlist.</summary>
public sealed class ReviewRecordTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_auditor_computes_draw_and_shortlist_again_and_sees_any_change()
    {
        var batch = await registry.Announce();
        var applications = await scenario.ForReviewAsync(batch, Scenario.Jinan, "370200", Scenario.Zibo);
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        var path = $"/api/v1/batches/{batch.Value}/review-record";
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync(path, Ct)).StatusCode);
        await scenario.ScoredAsync(batch, a => a == applications[0] ? 0.9m : a == applications[1] ? 0.8m : 0.7m);
        Assert.Equal((0, true, true, null, ""), Check((await auditor.GetFromJsonAsync<JsonNode>(path, Ct))!));

        var proposed = await registry.Accepted(Scenario.Province(), new ProposeShortlist(
            [new(applications[0]), new(applications[2], "填补省内空白")], [new(applications[1], "与已入围集群重复建设")], await scenario.VersionAsync(batch.Stream)), batch.Value, Scenario.PostingMorning);
        await registry.Accepted(Scenario.Province(2), new FixShortlist("厅长办公会", new DateOnly(2025, 7, 10), "演示签发人", proposed.Version), batch.Value, Scenario.PostingMorning);
        var record = (await auditor.GetFromJsonAsync<JsonNode>(path, Ct))!;
        Assert.DoesNotContain("填补省内空白", record.ToJsonString(Json.Api), StringComparison.Ordinal);
        Assert.Equal((0, true, true, true, ""), Check(record));

        var panel = record["panels"]![0]!["panel"]!.GetValue<string>();
        Assert.Equal((1, false, true, true, $"{panel}: files|{panel}: draw"), Check(Changed(record, r => r["panels"]![0]!["pool"]!["experts"]!.AsArray().RemoveAt(0))));
        Assert.Equal((1, true, false, true, $"{panel}: ranking"), Check(Changed(record, r => r["panels"]![0]!["sheets"]![0]!["sheets"]![0]!["points"]!["S1"] = 0)));
        Assert.Equal((1, true, true, false, "shortlist: field"), Check(Changed(record, r => r["shortlist"]!["leftOut"]!.AsArray().Clear())));
        Assert.Equal((1, true, true, false, "shortlist: rank"), Check(Changed(record, r => r["shortlist"]!["listed"]![0]!["rank"] = 3)));
        Assert.Equal((1, true, true, false, "shortlist: deviations"), Check(Changed(record, r => r["shortlist"]!["leftOut"]![0]!["deviates"] = false)));
        Assert.Equal((1, true, true, false, "shortlist: deviations"), Check(Changed(record, Swap)));
        Assert.Equal((1, true, true, false, "shortlist: reason"), Check(Changed(record, r => r["shortlist"]!["listed"]![1]!["explained"] = false)));
        Assert.Equal((1, true, true, false, "shortlist: second-person"), Check(Changed(record, r => r["shortlist"]!["fixedBy"] = r["shortlist"]!["proposedBy"]!.GetValue<string>())));
        Assert.Equal((1, true, true, false, "shortlist: banned"), Check(Changed(record, r => r["shortlist"]!["banned"]!.AsArray().Add(applications[2].Value))));
        Assert.Equal((1, true, true, false, "shortlist: deviations"), Check(Changed(record, r => r["shortlist"]!["banned"]!.AsArray().Add(applications[1].Value))));
    }

    [Fact]
    public void Leaving_one_expert_out_says_who_would_enter_and_who_would_leave_the_list()
    {
        var rule = new ScoringRule(Registry.Programme.Aggregate.Mean, 2, 2, 60, [], [], ["S1"]);
        var panel = new PanelView { Id = "panel/p", Batch = "b", State = PanelState.Start, Ranking = new RankingFixed(new("b"), null, rule, [], []) };
        (ApplicationId, ApplicationScored)[] scored = [Scored("a", 1, 90, 60, 60), Scored("b", 2, 65, 65, 65), Scored("c", 3, 61, 61, 61)];
        var firm = ShortlistFirmness.Of([panel], new Dictionary<PanelId, IReadOnlyList<(ApplicationId, ApplicationScored)>> { [new("p")] = scored }, 1);
        Assert.Equal(["a"], firm.ByRanking.Select(a => a.Value));
        Assert.Equal(("E01", "b", "a"), (firm.Without[0].Without, firm.Without[0].Entering.Single().Value, firm.Without[0].Leaving.Single().Value));
        Assert.All(firm.Without.Skip(1), w => Assert.Empty(w.Entering.Concat(w.Leaving)));
        Assert.Equal(3, ShortlistFirmness.Of([panel], new Dictionary<PanelId, IReadOnlyList<(ApplicationId, ApplicationScored)>> { [new("p")] = scored }, null).Places);

        (ApplicationId, ApplicationScored) Scored(string id, int rank, params int[] totals)
        {
            var sheets = totals.Select((t, i) => new ScoredSheet($"E{i + 1:00}", new Dictionary<string, decimal> { ["S1"] = t })).ToArray();
            var score = Scoring.Of(rule, [.. sheets.Select(s => s.Points)]);
            return (new ApplicationId(id), new ApplicationScored(new PanelId("p"), score.Aggregate, rank, score.Passes, score.Means, sheets, 0, rule));
        }
    }

    private static void Swap(JsonNode record)
    {
        var (listed, left) = (record["shortlist"]!["listed"]!.AsArray(), record["shortlist"]!["leftOut"]!.AsArray());
        var (one, other) = (listed[0]!, left[0]!);
        listed.RemoveAt(0);
        left.RemoveAt(0);
        listed.Add(other);
        left.Add(one);
    }

    private static JsonNode Changed(JsonNode record, Action<JsonNode> change)
    {
        var copy = record.DeepClone();
        change(copy);
        return copy;
    }

    private static (int Exit, bool Draw, bool Ranking, bool? Shortlist, string Differences) Check(JsonNode record)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, record.ToJsonString(Json.Api));
            using var output = new StringWriter();
            var exit = ReviewCheckVerb.Run(["--record", path, "--json"], output, TextWriter.Null);
            var found = JsonDocument.Parse(output.ToString()).RootElement;
            bool? Flag(string name) => found.TryGetProperty(name, out var flag) && flag.ValueKind != JsonValueKind.Null ? flag.GetBoolean() : null;
            return (exit, Flag("draw")!.Value, Flag("ranking")!.Value, Flag("shortlist"), string.Join('|', found.GetProperty("differences").EnumerateArray().Select(d => d.GetString())));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
