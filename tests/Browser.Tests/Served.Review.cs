using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Review;
using Registry.Screening;

namespace Registry.BrowserTests;

public sealed partial class Served
{
    private static readonly Actor FirstOfficer = new("province-review-1", Roles.ProvincialOfficer);
    private readonly Dictionary<string, ExpertId> experts = [];

    /// <summary>A panel that is formed for one application which is on the list for expert review of a batch of its own, and a pool to draw from.</summary>
    public async Task<(BatchId Batch, PanelId Panel, ApplicationId Application)> PanelFormedAsync(string city, int number)
    {
        var batch = await AnnouncedAsync($"review-{number}");
        var application = await LaterAsync(city, number, _ => [new ApplicationAdmitted(Sealed.Of("符合条件"), [])], batch);
        var organisation = DemoForm.Code(city, number);
        await using (var session = app.Services.GetRequiredService<IDocumentStore>().LightweightSession())
        {
            session.Events.Append(batch.Stream, new ReviewListFixed([new ListedApplication(application, organisation, "演示运营机构", "演示集群", city, "SW", Sealed.Of("符合条件"))]));
            await session.SaveChangesAsync(Ct);
        }
        for (var i = 0; i < 14; i++)
        {
            var actor = await PersonAsync(Roles.Expert);
            var registered = await GiveAsync(FirstOfficer, null, new RegisterExpert(
                actor.Id, $"演示专家{i}", ["SW", i % 3 == 0 ? "finance" : "industry-policy"], DemoForm.Code("371700", number + 100 + i).Value, "371700"));
            experts[actor.Id] = new ExpertId(registered.Id!);
        }
        return (batch, new PanelId((await GiveAsync(FirstOfficer, batch.Value, new FormPanel(null))).Id!), application);
    }

    /// <summary>The members of a panel that was drawn.</summary>
    public async Task<IReadOnlyList<(Actor Actor, ExpertId Expert)>> MembersAsync(PanelId panel)
    {
        await using var session = app.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var members = (await session.LoadAsync<PanelView>(panel.Stream, Ct))!.Experts;
        return [.. experts.Where(e => members.Contains(e.Value.Value)).Select(e => (new Actor(e.Key, Roles.Expert), e.Value))];
    }

    /// <summary>Declares that there is no conflict.</summary>
    public Task DeclaredAsync(Actor member, PanelId panel) => GiveAsync(member, panel.Value, new DeclareConflicts([], null, true));

    /// <summary>Fills a sheet in and signs it.</summary>
    public async Task SignedAsync(Actor member, SheetId sheet)
    {
        var rubric = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!.Rubric;
        var saved = await GiveAsync(member, sheet.Value, new SaveSheet([.. rubric.Criteria.Select(c => new SheetLine(c.Key, Math.Floor(c.Most * 0.8m / c.Step) * c.Step, "依据申报材料"))], 0));
        await GiveAsync(member, sheet.Value, new SignSheet(saved.Version));
    }

    /// <summary>The notice of a batch.</summary>
    public async Task<Registry.Publicity.PublicityId> NoticeAsync(BatchId batch)
    {
        await using var session = app.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return (await session.Query<Registry.Publicity.NoticeCard>().SingleAsync(n => n.Batch == batch.Value, Ct)).Publicity;
    }
}
