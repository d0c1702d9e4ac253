using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Registry.Cli;
using Registry.Platform;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Review;
using static Registry.Tests.TestData;

namespace Registry.Tests.Disclosure;

/// <summary>Scores as open data: only where the definition says so, only with the list of recognised clusters, and never with a way back to a person.</summary>
public sealed class OpenScoresTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly DateOnly After = Day("2025-07-22");
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_the_definition_says_no_nothing_of_the_scores_is_published()
    {
        var batch = await registry.Announce();
        await RecognisedAfterReviewAsync(batch);
        await using var session = registry.Store.QuerySession();
        Assert.DoesNotContain(await session.Events.FetchStreamAsync(batch.Stream, token: Ct), e => e.Data is ScoresPublished);
        var files = await scenario.SiteFilesAsync(batch, After);
        Assert.DoesNotContain(files.Keys, f => f.Contains("scores", StringComparison.Ordinal));
        foreach (var page in new[] { "data/index.html", "en/data/index.html" })
            Assert.DoesNotMatch("scores\\.|id=\"scores", Encoding.UTF8.GetString(files[page]));
    }

    [Fact]
    public async Task Where_it_says_yes_the_scores_come_with_the_list_and_lead_to_nobody()
    {
        var batch = await registry.Announce(d => d["panel"]!["publishScores"] = true);
        var (panel, listed, leftOut) = await RecognisedAfterReviewAsync(batch, beforeTheList: async () =>
            Assert.DoesNotContain((await scenario.SiteFilesAsync(batch, After)).Keys, f => f.Contains("scores", StringComparison.Ordinal)));

        var files = await scenario.SiteFilesAsync(batch, After);
        var rows = Scenario.Rows(files, "scores");
        Assert.Equal(2, rows.Select(r => r["rank"]).Distinct().Count());
        var entry = Assert.Single(Scenario.Rows(files, "notices"));
        Assert.All(rows.Where(r => r["listed"] == "是"), r => Assert.Equal((entry["notice"], entry["entry"]), (r["notice"], r["entry"])));
        Assert.All(rows.Where(r => r["listed"] == "否"), r => Assert.Equal(("", ""), (r["notice"], r["entry"])));
        Assert.Contains("scores.json", Encoding.UTF8.GetString(files["data/index.html"]), StringComparison.Ordinal);

        // Neither a person nor an application that was never public can be found from it, and a pseudonym means nothing outside the file.
        await using var session = registry.Store.QuerySession();
        var members = await scenario.MembersAsync(panel);
        string[] secrets = [.. members.Select(m => m.Id.Value), .. members.Select(m => m.Actor.Id), panel.Value, leftOut.Value, listed.Value, "演示专家"];
        var json = Encoding.UTF8.GetString(files["data/v1/scores.json"]);
        Assert.All(secrets, s => Assert.DoesNotContain(s, json, StringComparison.Ordinal));
        var recorded = (await session.Events.FetchStreamAsync(listed.Stream, token: Ct)).Select(e => e.Data).OfType<ApplicationScored>().Single();
        Assert.All(rows, r => Assert.DoesNotContain(r["expert"], recorded.Sheets.Select(s => s.Pseudonym)));
        Assert.Equal(recorded.Sheets.Count, rows.Where(r => r["listed"] == "是").Select(r => r["expert"]).Distinct().Count());
        Assert.True(rows.Select(r => r["expert"]).Distinct().Count() <= members.Count);

        // Anybody computes ranking and list again, and sees any change.
        Assert.Equal((0, ""), Check(json));
        Assert.Equal((1, $"{rows[0]["batch"]}: rank 1"), Check(Changed(json, a => (a[0]!["sheets"]![0]!["points"]!["S1"], a[0]!["sheets"]![1]!["points"]!["S1"]) = (0, 0))));
        Assert.Equal((1, $"{rows[0]["batch"]}: shortlist"), Check(Changed(json, a => (a[0]!["listed"], a[1]!["listed"]) = (false, true))));
        Assert.Equal(2, Check("{}").Exit);
    }

    [Fact]
    public void Experts_of_several_panels_share_no_pseudonym_and_the_rule_needs_the_definitions_word()
    {
        var definition = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!;
        var rule = ScoringRule.Of(definition);
        PanelId one = new("one"), two = new("two");
        PanelToPublish Panel(PanelId id) => new(id, new RankingFixed(new("b"), null, rule, [], []),
            [(new ApplicationId(id.Value), new ApplicationScored(id, 80, 1, true, new Dictionary<string, decimal>(), [new ScoredSheet("E01", new Dictionary<string, decimal>())], 0, rule), null)]);
        var pseudonyms = new Dictionary<(PanelId, string), string> { [(one, "E01")] = "P002", [(two, "E01")] = "P001" };
        Assert.Null(OpenScores.Of(definition, [Panel(one)], new HashSet<ApplicationId>(), pseudonyms));
        var open = definition with { Panel = definition.Panel with { PublishScores = true } };
        Assert.Equal(["P002", "P001"], OpenScores.Of(open, [Panel(one), Panel(two)], new HashSet<ApplicationId>(), pseudonyms)!.Panels.SelectMany(p => p.Scores).SelectMany(s => s.Sheets).Select(s => s.Pseudonym));
        Assert.Null(OpenScores.Of(open, [], new HashSet<ApplicationId>(), pseudonyms));
    }

    /// <summary>Two applications really scored; the better one is shortlisted, publicised and recognised.</summary>
    private async Task<(PanelId Panel, ApplicationId Listed, ApplicationId LeftOut)> RecognisedAfterReviewAsync(BatchId batch, Func<Task>? beforeTheList = null)
    {
        var ids = await scenario.ForReviewAsync(batch, Scenario.Jinan, Scenario.Zibo);
        var panel = await scenario.ScoredAsync(batch, a => a == ids[0] ? 0.9m : 0.8m);
        var proposed = await registry.Accepted(
            Scenario.Province(), new ProposeShortlist([new ListedApplication(ids[0])], [new LeftOutApplication(ids[1], "综合得分排名靠后。")], await scenario.VersionAsync(batch.Stream)), batch.Value, Scenario.PostingMorning.AddDays(-3));
        await registry.Accepted(Scenario.Province(), new FixShortlist("厅长办公会", Day("2025-07-10"), "演示签发人", proposed.Version), batch.Value, Scenario.PostingMorning.AddDays(-3));
        var notice = new PublicityId((await registry.Accepted(
            Scenario.Province(), new OpenPublicity(ChinaTime.ToDay(Scenario.PostingMorning), Scenario.NoticeAddress, await scenario.VersionAsync(batch.Stream)), batch.Value, Scenario.PostingMorning.AddHours(-1))).Id!);
        await registry.Accepted(Scenario.Province(), new VerifyPosting(Scenario.NoticeAddress, Scenario.PostingMorning, 1), notice.Value, Scenario.PostingMorning);
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), [ids[0]]), batch.Value, Scenario.AfterWindow);
        if (beforeTheList is not null)
            await beforeTheList();
        await registry.Accepted(Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), [ids[0]]), batch.Value, Scenario.AfterWindow);
        return (panel, ids[0], ids[1]);
    }

    private static string Changed(string json, Action<JsonNode> change)
    {
        var file = JsonNode.Parse(json)!;
        change(file["items"]![0]!["applications"]!);
        return file.ToJsonString();
    }

    private static (int Exit, string Differences) Check(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            using var output = new StringWriter();
            var exit = ReviewCheckVerb.Run(["--scores", path, "--json"], output, TextWriter.Null);
            return (exit, JsonDocument.Parse(output.ToString()).RootElement.TryGetProperty("differences", out var differences) ? string.Join(' ', differences.EnumerateArray()) : "");
        }
        finally
        {
            File.Delete(path);
        }
    }
}
