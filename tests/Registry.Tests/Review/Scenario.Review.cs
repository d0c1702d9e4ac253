using System.Net.Http.Json;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>1 July 2025, 10:00 in Beijing: reports are in, experts are at work.</summary>
    public static readonly DateTimeOffset Reviewing = new(2025, 7, 1, 2, 0, 0, TimeSpan.Zero);

    private const int PoolSize = 24;
    private static readonly SemaphoreSlim Registering = new(1);
    private static readonly HashSet<IDocumentStore> PoolsReady = [];
    private static int _experts;

    /// <summary>An expert as an actor.</summary>
    public static Actor Expert(string account) => new(account, Roles.Expert);

    /// <summary>An expert in the pool with an account of its own.</summary>
    public async Task<(ExpertId Id, Actor Actor)> ExpertAsync(string city = "371000", string? employer = null, params string[] fields)
    {
        var number = Interlocked.Increment(ref _experts);
        var account = await registry.OpenAccountAsync($"expert-{number}-{Guid.NewGuid():N}"[..30], Pages.Visitor.Password, Roles.Expert);
        var registered = await registry.Accepted(Province(), new RegisterExpert(
            account.Id, $"演示专家{number}", fields.Length > 0 ? fields : ["SW", "IC", "AI", number % 3 == 0 ? "finance" : "industry-policy"], employer ?? DemoForm.Code(city, 500_000 + number).Value, city));
        return (new ExpertId(registered.Id!), Expert(account.Id));
    }

    /// <summary>A client of the API that is signed in as this expert.</summary>
    public async Task<HttpClient> SignedInAsync(Actor expert)
    {
        await using var session = registry.Store.QuerySession();
        var credential = await session.Query<Credential>().SingleAsync(c => c.Account == new AccountId(expert.Id).Stream, Ct);
        var client = registry.Host.Server.CreateClient();
        using var response = await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(credential.Id, Pages.Visitor.Password), Ct);
        var token = (await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Ct)).GetProperty("token").GetString()!;
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>A pool that is large enough for any panel, made once for each store.</summary>
    public async Task PoolReadyAsync()
    {
        await Registering.WaitAsync(Ct);
        try
        {
            for (var i = 0; !PoolsReady.Contains(registry.Store) && i < PoolSize; i++)
                await ExpertAsync(i % 2 == 0 ? "371000" : "371600");
            PoolsReady.Add(registry.Store);
        }
        finally
        {
            Registering.Release();
        }
    }

    /// <summary>One application of each of these cities (of Jinan, if none is named) on the fixed list for expert review.</summary>
    public async Task<IReadOnlyList<ApplicationId>> ForReviewAsync(BatchId batch, params string[] cities) =>
        [.. (await ReviewListedAsync(batch, [.. (cities.Length == 0 ? [Jinan] : cities).Select(c => (c, 1))])).Select(a => a.Id)];

    /// <summary>A panel, formed.</summary>
    public async Task<PanelId> PanelFormedAsync(BatchId batch, string? industry = null) =>
        new((await registry.Accepted(Province(), new FormPanel(industry), batch.Value, Reviewing)).Id!);

    /// <summary>A panel with its experts drawn.</summary>
    public async Task<PanelId> PanelDrawnAsync(BatchId batch, string? industry = null)
    {
        await PoolReadyAsync();
        var panel = await PanelFormedAsync(batch, industry);
        await DrawAsync(panel);
        return panel;
    }

    /// <summary>The whole draw on a panel that was formed.</summary>
    public async Task<Answer> DrawAsync(PanelId panel)
    {
        var salt = new string('5', 64);
        var version = await VersionAsync(panel.Stream);
        for (var officer = 1; officer <= 2; officer++)
            version = (await registry.Accepted(Province(officer), new CommitSeed(Seed.Commit($"{officer}", salt), version), panel.Value, Reviewing)).Version;
        version = (await registry.Accepted(Province(), new TakeSnapshot(version), panel.Value, Reviewing)).Version;
        for (var officer = 1; officer <= 2; officer++)
            version = (await registry.Accepted(Province(officer), new OpenSeed($"{officer}", salt, version), panel.Value, Reviewing)).Version;
        return await registry.Accepted(Province(), new DrawPanel(version), panel.Value, Reviewing);
    }

    /// <summary>A panel whose members have all declared that they have no conflicts.</summary>
    public async Task<PanelId> PanelDeclaredAsync(BatchId batch, string? industry = null)
    {
        var panel = await PanelDrawnAsync(batch, industry);
        foreach (var member in await MembersAsync(panel))
            await registry.Accepted(member.Actor, new DeclareConflicts([], null, true), panel.Value, Reviewing);
        return panel;
    }

    /// <summary>The members of a panel, as actors, with the applications each scores.</summary>
    public async Task<IReadOnlyList<(ExpertId Id, Actor Actor, IReadOnlyList<string> Applications)>> MembersAsync(PanelId panel)
    {
        await using var session = registry.Store.QuerySession();
        var view = await session.LoadAsync<PanelView>(panel.Stream, Ct);
        var experts = (await session.LoadManyAsync<ExpertView>(Ct, view!.Experts.Select(e => new ExpertId(e).Stream))).ToDictionary(e => e.Expert.Value);
        return [.. view.State.Seats.Select(s => (new ExpertId(s.Expert), Expert(experts[s.Expert].Account), (IReadOnlyList<string>)s.Applications))];
    }

    /// <summary>A whole sheet; every criterion gets this share of its points, in half points.</summary>
    public static IReadOnlyList<SheetLine> Lines(Rubric rubric, decimal share) =>
        [.. rubric.Criteria.Select(c => new SheetLine(c.Key, Math.Floor(c.Most * share / c.Step) * c.Step, "依据申报材料"))];

    /// <summary>A sheet, saved and signed.</summary>
    public async Task<long> SignedAsync(Actor expert, SheetId sheet, IReadOnlyList<SheetLine> lines, long version = 0, DateTimeOffset? at = null)
    {
        var saved = await registry.Accepted(expert, new SaveSheet(lines, version), sheet.Value, at ?? Reviewing);
        return (await registry.Accepted(expert, new SignSheet(saved.Version), sheet.Value, at ?? Reviewing)).Version;
    }

    /// <summary>A panel with every sheet signed. <paramref name="share"/> says which share of the points an application gets.</summary>
    public async Task<PanelId> PanelSignedAsync(BatchId batch, Func<ApplicationId, decimal>? share = null)
    {
        var panel = await PanelDeclaredAsync(batch);
        var rubric = await RubricAsync(batch);
        await Task.WhenAll((await MembersAsync(panel)).Select(async member =>
        {
            foreach (var application in member.Applications)
                await SignedAsync(member.Actor, new SheetId(panel, new ApplicationId(application), member.Id), Lines(rubric, share?.Invoke(new ApplicationId(application)) ?? 0.8m));
        }));
        return panel;
    }

    /// <summary>
    /// All applications on the batch's review list scored (fix it first, with <see cref="ReviewListedAsync"/>): a panel drawn, its sheets signed, the panel closed, the ranking fixed.
    /// <paramref name="share"/> says which share of the points an application gets; 0.8 if left out, which passes.
    /// </summary>
    public async Task<PanelId> ScoredAsync(BatchId batch, Func<ApplicationId, decimal>? share = null)
    {
        var panel = await PanelSignedAsync(batch, share);
        await registry.Accepted(Province(), new ClosePanel("同意上述评分。", await VersionAsync(panel.Stream)), panel.Value, Reviewing);
        return panel;
    }

    internal async Task<Rubric> RubricAsync(BatchId batch)
    {
        await using var session = registry.Store.QuerySession();
        var calls = (Calls)registry.Host.Services.GetService(typeof(Calls))!;
        return (await calls.ReadAsync(session, batch, Ct))!.Definition.Rubric;
    }
}
