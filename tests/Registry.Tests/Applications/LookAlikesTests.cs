using System.Text.Json;
using Npgsql;
using Registry.Accounts;
using Registry.Applications;
using Registry.Applications.Sensitive;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Tests.Applications;

public sealed class LookAlikesTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    /// <summary>Each application here has a file of its own, so that none is shown for sharing another's.</summary>
    private Scenario scenario => new(registry) { Evidence = Files.MadeFiles.Pdf(Guid.NewGuid().ToString()) };

    [Theory]
    [InlineData("演示高端软件产业集群", "演示高端软件数字产业集群", true)]
    [InlineData("演示 高端软件集群", "演示高端软件集群", true)]
    [InlineData("演示市人工智能产业集群", "演示市人工智能与大数据产业集群", true)]
    [InlineData("演示高端软件集群", "演示集成电路集群", false)]
    [InlineData("集群", "演示集成电路集群", false)]
    public void Names_are_similar_when_what_is_their_own_is(string one, string other, bool similar)
    {
        Assert.Equal(similar, LookAlikes.AreSimilar(one, other));
        Assert.Equal(similar, LookAlikes.AreSimilar(other, one));
    }

    [Fact]
    public async Task Who_shares_a_file_is_found_by_an_index_within_the_reader_s_city_and_is_never_more_than_a_hundred()
    {
        var digest = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + new string('0', 32);
        SubmittedFiles Of(int number) => new()
        {
            Id = $"application/sharing-{digest[..8]}-{number:000}", Batch = "b", City = number % 2 == 0 ? Scenario.Jinan : Scenario.Zibo, Organisation = "o", Cluster = "演示集群", Digests = [new string('f', 64), digest],
        };
        await using var session = registry.Store.LightweightSession();
        session.Store([.. Enumerable.Range(0, 120).Select(Of)]);
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        var own = Of(0) with { Digests = [digest, new string('e', 64)] };
        Assert.Equal(SubmittedFiles.MostSharing, (await SubmittedFiles.SharingAsync(session, own, null, TestContext.Current.CancellationToken)).Count);
        var jinan = await SubmittedFiles.SharingAsync(session, own, Scenario.Jinan, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 59).Select(n => Of(2 * n).Id), jinan.Select(f => f.Id));

        await using var connection = (NpgsqlConnection)registry.Store.Storage.Database.CreateConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var explain = new NpgsqlCommand(
            $"set enable_seqscan = off; explain select id from {Registry.Platform.Store.Schema}.mt_doc_submittedfiles where {SubmittedFiles.Shared.Replace("?", "array['{}']", StringComparison.Ordinal)}", connection);
        await using var plan = await explain.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var steps = new List<string>();
        while (await plan.ReadAsync(TestContext.Current.CancellationToken))
            steps.Add(plan.GetString(0));
        Assert.Contains(steps, s => s.Contains("Bitmap Index Scan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Officers_see_look_alikes_within_their_reach_and_what_changed_between_rounds()
    {
        var batch = await registry.Announce();
        var code = Scenario.NewOrganisation(Scenario.Jinan);
        var (id, clerk) = await scenario.SubmittedAsync(batch, cluster: "演示泉城软件产业集群", organisation: code);
        var (second, _) = await scenario.SubmittedAsync(batch, cluster: "演示半导体材料集群", organisation: code);
        var (similar, _) = await scenario.SubmittedAsync(batch, cluster: "演示泉城软件数字产业集群", at: Scenario.Open.AddMinutes(1));
        await scenario.SubmittedAsync(batch, Scenario.Zibo, cluster: "演示泉城软件产业集群");
        await registry.Accepted(Scenario.Province(), new RecordEarlierList(
            "演示计划", id.Value, "2023", "演示机关", EarlierStatus.Recognised, ListCompleteness.Complete, 1, [new("演示泉城软件集群", [Scenario.Jinan], null)]));

        var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var shown = JsonSerializer.Deserialize<JsonElement>(await officer.GetStringAsync($"/api/v1/applications/{id.Value}/look-alikes", TestContext.Current.CancellationToken));
        Assert.Equal(
            [("SameOrganisation", second.Value), ("SimilarName", similar.Value), ("EarlierList", null)],
            shown.EnumerateArray().Select(l => (l.GetProperty("kind").GetString()!, l.GetProperty("application").GetString())));

        await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan), new ReturnForCorrection(new Dictionary<string, string> { ["area"] = "请核实" }, 1), id.Value, Scenario.Open);
        var draft = JsonSerializer.Deserialize<JsonElement>(await (await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, code.Value))
            .GetStringAsync($"/api/v1/applications/{id.Value}/draft", TestContext.Current.CancellationToken));
        var form = System.Text.Json.Nodes.JsonNode.Parse(draft.GetProperty("form").GetRawText())!.AsObject();
        form["area"] = "13.5";
        await registry.Accepted(clerk, new SaveDraft(JsonSerializer.SerializeToElement(form), 1), id.Value, Scenario.Open);
        await registry.Accepted(clerk, new SubmitApplication(2), id.Value, Scenario.Open);
        var changes = JsonSerializer.Deserialize<JsonElement>(await officer.GetStringAsync($"/api/v1/applications/{id.Value}/changes", TestContext.Current.CancellationToken));
        var change = Assert.Single(changes.GetProperty("fields").EnumerateArray().ToList());
        Assert.Equal(("area", "12.5", "13.5"), (change.GetProperty("field").GetString(), change.GetProperty("before").GetString(), change.GetProperty("after").GetString()));
    }
}
