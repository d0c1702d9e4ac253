using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Accounts;
using Registry.Cli;
using Registry.Platform;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>The auditor's export of a closed panel, computed again by the verb.</summary>
public sealed class PanelRecordTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_auditor_gets_the_record_when_the_panel_is_closed_and_computes_the_same_and_sees_any_change()
    {
        var batch = await registry.Announce();
        await scenario.ForReviewAsync(batch, Scenario.Jinan, Scenario.Zibo);
        var panel = await scenario.PanelSignedAsync(batch);
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync($"/api/v1/panels/{panel.Value}/record", Ct)).StatusCode);
        await registry.Accepted(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);

        var record = (await auditor.GetFromJsonAsync<JsonNode>($"/api/v1/panels/{panel.Value}/record", Ct))!;
        Assert.Equal((0, ""), Check(record));
        Assert.Equal((1, "ranking"), Check(Changed(record, r => r["sheets"]![0]!["sheets"]![0]!["points"]!["S1"] = 0)));
        Assert.Equal((1, "ranking"), Check(Changed(record, r => r["ranking"]![1]!["aggregate"] = 99)));
        Assert.Equal((1, "commitments"), Check(Changed(record, r => r["openings"]![0]!["number"] = "9")));
        Assert.Equal((1, "seed draw"), Check(Changed(record, r => r["seed"] = new string('0', 64))));
        Assert.Equal((1, "files"), Check(Changed(record, r => r["poolHash"] = new string('0', 64))));
        Assert.Contains("files", Check(Changed(record, r => r["pool"]!["experts"]!.AsArray().RemoveAt(0))).Differences, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(29, "mean", 3)]
    [InlineData(1, "trimmedMean", 2)]
    public void A_record_that_cannot_be_computed_is_refused(int decimals, string kind, int sheets)
    {
        var rule = new ScoringRule(kind == "mean" ? Registry.Programme.Aggregate.Mean : Registry.Programme.Aggregate.TrimmedMean, 1, decimals, 60, [], [], ["S1"]);
        var sheet = new ScoredSheet("A", new Dictionary<string, decimal> { ["S1"] = 70 });
        var record = new PanelRecord(
            new("p"), new("b.c"), 1, [], [], new PoolFile([]), new ApplicationsFile(new DrawRule(3, 2, 2, [], true, 10), []), "", "", null, null,
            rule, [new RecordedSheets(new("a"), [.. Enumerable.Repeat(sheet, sheets)])], []);
        Assert.False(record.IsWhole());
        var whole = record with { Rule = rule with { Decimals = 1, Kind = Registry.Programme.Aggregate.Mean } };
        Assert.True(whole.IsWhole());
        Assert.False((whole with { Ranking = [new Ranked(new("a"), 1, 70, new Dictionary<string, decimal>(), 2, true)] }).IsWhole());
    }

    private static JsonNode Changed(JsonNode record, Action<JsonNode> change)
    {
        var copy = record.DeepClone();
        change(copy);
        return copy;
    }

    private static (int Exit, string Differences) Check(JsonNode record)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, record.ToJsonString(Json.Api));
            using var output = new StringWriter();
            var exit = PanelCheckVerb.Run(["--record", path, "--json"], output, TextWriter.Null);
            return (exit, string.Join(' ', JsonDocument.Parse(output.ToString()).RootElement.GetProperty("differences").EnumerateArray()));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
