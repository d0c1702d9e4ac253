using Marten;
using Registry.Accounts;
using Registry.Programme;
using Registry.Review;

namespace Registry.Demo;

/// <summary>Experts are registered, drawn, declare, score and sign; the panel is closed.</summary>
public sealed class DemoReview(DemoStage stage, DemoPeople people, IDocumentStore store, CallDefinition definition)
{
    private const int Pool = 10;

    /// <summary>Registers the pool, once for all batches.</summary>
    public async Task RegisterPoolAsync(DateTimeOffset at)
    {
        for (var number = 1; number <= Pool; number++)
        {
            var actor = await people.OpenExpertAsync(number);
            string[] fields = [.. definition.Panel.Fields.Select(f => f.Code).Where((_, i) => (i + number) % 3 == 0), number % 3 == 0 ? "finance" : "industry-policy"];
            // Experts come from outside the province's cities, so that nobody is excluded for the own city.
            await stage.PlayAsync($"expert/{number}", people.Province, at, null, new RegisterExpert(
                actor.Id, $"演示专家{number}", [.. fields.Distinct()], DemoForm.Code("110000", 600_000 + number).Value, "110000"));
        }
    }

    /// <summary>Forms the panel, draws it and lets it score; <paramref name="merit"/> says how well an application is found, 0 to 1.</summary>
    public async Task<PanelId> ScoreAsync(string prefix, BatchId batch, DateTimeOffset drawn, DateTimeOffset closed, Func<ApplicationId, decimal> merit)
    {
        var panel = await DrawAsync(prefix, batch, drawn);
        var members = await MembersAsync(panel);
        foreach (var member in members)
            await stage.PlayAsync($"{prefix}/declare/{member.Id.Value}", member.Actor, drawn.AddHours(5), panel.Value, new DeclareConflicts([], null, true));
        await Parallel.ForEachAsync(members.Select((member, index) => (member, index)), stage.Cancelled, async (one, _) =>
        {
            foreach (var application in one.member.Applications)
                await ScoreOneAsync($"{prefix}/sheet/{one.index}/{application}", panel, one.member.Actor, one.member.Id, new ApplicationId(application), merit(new ApplicationId(application)), one.index, closed.AddDays(-3));
        });
        await stage.PlayAsync($"{prefix}/close", people.Province, closed, panel.Value, async () => new ClosePanel("专家组认为评审材料齐全、打分依据充分。", await stage.VersionAsync(panel.Stream)));
        return panel;
    }

    /// <summary>Forms a panel and draws it: two officers commit, the pool is recorded, both open.</summary>
    public async Task<PanelId> DrawAsync(string prefix, BatchId batch, DateTimeOffset at)
    {
        var panel = new PanelId((await stage.PlayAsync($"{prefix}/form", people.Province, at, batch.Value, new FormPanel(null))).Id!);
        Actor[] two = [people.Province, people.SecondProvince];
        string[] salts = [new string('3', 64), new string('8', 64)];
        for (var i = 0; i < two.Length; i++)
        {
            var (commitment, officer) = (Seed.Commit($"{i + 1}", salts[i]), two[i]);
            await stage.PlayAsync($"{prefix}/commit/{i}", officer, at.AddMinutes(10 + i), panel.Value, async () => new CommitSeed(commitment, await stage.VersionAsync(panel.Stream)));
        }
        await stage.PlayAsync($"{prefix}/snapshot", people.Province, at.AddMinutes(30), panel.Value, async () => new TakeSnapshot(await stage.VersionAsync(panel.Stream)));
        for (var i = 0; i < two.Length; i++)
        {
            var (number, salt) = ($"{i + 1}", salts[i]);
            await stage.PlayAsync($"{prefix}/open/{i}", two[i], at.AddMinutes(40 + i), panel.Value, async () => new OpenSeed(number, salt, await stage.VersionAsync(panel.Stream)));
        }
        await stage.PlayAsync($"{prefix}/draw", people.Province, at.AddMinutes(50), panel.Value, async () => new DrawPanel(await stage.VersionAsync(panel.Stream)));
        return panel;
    }

    private async Task ScoreOneAsync(string step, PanelId panel, Actor actor, ExpertId expert, ApplicationId application, decimal merit, int severity, DateTimeOffset at)
    {
        var sheet = new SheetId(panel, application, expert);
        var share = Math.Clamp(merit + (severity % 5 - 2) * 0.015m, 0.05m, 0.98m);
        SheetLine[] lines = [.. definition.Rubric.Criteria.Select(c => new SheetLine(c.Key, Math.Floor(c.Most * share / c.Step) * c.Step, "（演示）依据申报材料和佐证打分。"))];
        var saved = await stage.PlayAsync($"{step}/save", actor, at, sheet.Value, new SaveSheet(lines, 0));
        await stage.PlayAsync($"{step}/sign", actor, at.AddMinutes(20), sheet.Value, new SignSheet(saved.Version));
    }

    private async Task<IReadOnlyList<(ExpertId Id, Actor Actor, IReadOnlyList<string> Applications)>> MembersAsync(PanelId panel)
    {
        await using var session = store.QuerySession();
        var view = await session.LoadAsync<PanelView>(panel.Stream, stage.Cancelled);
        var experts = (await session.LoadManyAsync<ExpertView>(stage.Cancelled, view!.Experts.Select(e => new ExpertId(e).Stream))).ToDictionary(e => e.Expert.Value);
        return [.. view.State.Seats.Select(s => (new ExpertId(s.Expert), new Actor(experts[s.Expert].Account, Roles.Expert), (IReadOnlyList<string>)s.Applications))];
    }
}
