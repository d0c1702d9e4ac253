using System.Text.Json;
using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Tests.Applications;

public sealed class LookAlikesTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

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
            shown.EnumerateArray().Where(l => l.GetProperty("kind").GetString() != "SameFile").Select(l => (l.GetProperty("kind").GetString()!, l.GetProperty("application").GetString())));

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
