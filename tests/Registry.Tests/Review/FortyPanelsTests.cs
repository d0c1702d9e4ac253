using System.Diagnostics;
using System.Text.Json.Nodes;
using Marten;
using MiniExcelLibs;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Review;
using Registry.Screening;

namespace Registry.Tests.Review;

/// <summary>A whole season in one go: forty panels with two hundred experts, formed, drawn, declared on, scored, signed and closed by the real commands.</summary>
[Trait("Category", "Long")]
public sealed class FortyPanelsTests(RegistryFixture registry, ITestOutputHelper output) : IClassFixture<RegistryFixture>
{
    private const int Panels = 40, ApplicationsEach = 3, Experts = 200;
    private static readonly string[] Cities = ["370100", "370200", "370300", "370400", "370500"];
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forty_panels_with_two_hundred_experts_are_drawn_scored_and_closed()
    {
        var batch = await registry.Announce(WithManyIndustries);
        await MeasuredAsync("experts imported", ImportAsync);
        await ListedAsync(batch);
        var panels = new List<PanelId>();
        await MeasuredAsync("panels formed and drawn", async () =>
        {
            for (var i = 0; i < Panels; i++)
            {
                panels.Add(await scenario.PanelFormedAsync(batch, Code(i)));
                await scenario.DrawAsync(panels[^1]);
            }
        });
        await MeasuredAsync("declared", () => EachMemberAsync(panels, (panel, member) =>
            registry.Accepted(member, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing)));

        var rubric = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required().Rubric;
        var sheets = 0;
        await MeasuredAsync("sheets saved and signed", () => Parallel.ForEachAsync(panels, Ct, async (panel, _) =>
        {
            foreach (var (member, number) in (await scenario.MembersAsync(panel)).Select((m, n) => (m, n)))
                foreach (var application in member.Applications)
                {
                    await scenario.SignedAsync(member.Actor, new SheetId(panel, new ApplicationId(application), member.Id), Scenario.Lines(rubric, 0.65m + number / 50m));
                    Interlocked.Increment(ref sheets);
                }
        }));
        await MeasuredAsync("panels closed", async () =>
        {
            foreach (var panel in panels)
                await registry.Accepted(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);
        });

        output.WriteLine($"{sheets} sheets");
        await using var session = registry.Store.QuerySession();
        var closed = (await session.Query<PanelView>().Where(p => p.Batch == batch.Value).ToListAsync(Ct)).ToArray();
        Assert.Equal(Panels, closed.Count(p => p.Ranking?.Entries.Count == ApplicationsEach));
        Assert.Equal(sheets, closed.Sum(p => p.Ranking!.Entries.Sum(e => e.Sheets)));
        var load = closed.SelectMany(p => p.State.Seats).GroupBy(s => s.Expert).Select(g => g.Sum(s => s.Applications.Count)).Max();
        Assert.InRange(load, 1, 6);
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        await MeasuredAsync("record read", async () => Assert.Contains(closed[^1].Panel.Value, await auditor.GetStringAsync($"/api/v1/batches/{batch.Value}/review-record", Ct), StringComparison.Ordinal));
    }

    private static string Code(int industry) => $"G{industry:00}";

    private static void WithManyIndustries(JsonNode definition)
    {
        for (var i = 0; i < Panels; i++)
            foreach (var list in new[] { definition["industries"]!["list"]!, definition["panel"]!["fields"]! })
                list.AsArray().Add(new JsonObject { ["code"] = Code(i), ["zh"] = $"演示产业{i}", ["en"] = $"Demonstration industry {i}" });
        definition["panel"]!["grouping"] = "byIndustry";
        definition["panel"]!["loadLimit"] = 6;
    }

    private async Task ImportAsync()
    {
        using var table = new System.Data.DataTable();
        foreach (var column in ExpertRow.Columns)
            table.Columns.Add(column);
        for (var i = 0; i < Experts; i++)
        {
            var login = $"forty-{Guid.NewGuid():N}"[..30];
            await registry.OpenAccountAsync(login, Pages.Visitor.Password, Roles.Expert);
            table.Rows.Add(login, $"演示专家{i}", i % 3 == 0 ? $"{Code(i % Panels)},finance,safety" : $"{Code(i % Panels)},safety", DemoForm.Code("371700", 700_000 + i).Value, Cities[i % Cities.Length]);
        }
        using var file = new MemoryStream();
        file.SaveAs(table);
        await registry.Accepted(Scenario.Province(), new ImportExperts(file.ToArray()));
    }

    private async Task ListedAsync(BatchId batch)
    {
        var listed = new List<ListedApplication>();
        for (var i = 0; i < Panels * ApplicationsEach; i++)
        {
            var (city, organisation) = (Cities[i % Cities.Length], Scenario.NewOrganisation(Cities[i % Cities.Length]));
            var id = await scenario.WrittenAsync(batch, organisation, city, industry: Code(i / ApplicationsEach));
            await scenario.AppendAsync<Application>(id.Stream, "province-1", Scenario.Rechecking, new ApplicationAdmitted(Sealed.Of("符合条件"), []));
            listed.Add(new(id, organisation, "演示运营机构", "演示集群", city, Code(i / ApplicationsEach), Sealed.Of("符合条件")));
        }
        await scenario.AppendAsync<Batch>(batch.Stream, "province-1", Scenario.Rechecking, new ReviewListFixed(listed));
    }

    private Task EachMemberAsync(IEnumerable<PanelId> panels, Func<PanelId, Actor, Task> act) => Parallel.ForEachAsync(panels, Ct, async (panel, _) =>
    {
        foreach (var member in await scenario.MembersAsync(panel))
            await act(panel, member.Actor);
    });

    private async Task MeasuredAsync(string what, Func<Task> act)
    {
        var watch = Stopwatch.StartNew();
        await act();
        output.WriteLine($"{what}: {watch.Elapsed.TotalSeconds:0.0} s");
    }
}
