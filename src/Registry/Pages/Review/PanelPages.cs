using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Programme;
using Registry.Review;

namespace Registry.Pages.Review;

/// <summary>What a panel's page shows of one application.</summary>
/// <param name="Scorers">How many score it now.</param>
public sealed record PanelApplication(string Id, string Cluster, string City, int Scorers, bool LeftOut);

/// <summary>An officer's pages of a panel: from the sealed numbers to the ranking. Until the closing they show who has declared, and nothing of any score.</summary>
public static class PanelPages
{
    private const Roles Readers = Roles.ProvincialOfficer | Roles.Auditor;

    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        office.Page("/panels/{id}", Readers, call => call.Query("do").Length > 0 ? RecordPages.ShowAsync(call, $"panels/{call.Route("id")}") : ShowAsync(call));
        office.Page("/batches/{id}/panels", Readers, call =>
            call.Query("do").Length > 0 || call.Query("format").Length > 0 ? RecordPages.ShowAsync(call, $"batches/{call.Route("id")}/panels") : ListAsync(call));
        office.Page("/panels/{id}/ranking", Readers, RankingAsync);
        File<PoolFile>(office, "/panels/{id}/draw/pool.json", "get-draw-pool");
        File<ApplicationsFile>(office, "/panels/{id}/draw/applications.json", "get-draw-applications");
        File<PanelRecord>(office, "/panels/{id}/record.json", "get-panel-record");
        File<Publicity.ReviewRecord>(office, "/batches/{id}/review-record.json", "get-review-record");
        office.Page("/panels/{id}/sealed-number", Roles.ProvincialOfficer, call => SealAsync(call, Fresh(), FormErrors.None, StatusCodes.Status200OK));
        office.Form("/panels/{id}/sealed-number", Roles.ProvincialOfficer, ReceiveSealAsync);
    }

    /// <summary>A query's answer as the file that the verbs read, byte for byte the one whose digest was recorded.</summary>
    private static void File<T>(IEndpointRouteBuilder office, string pattern, string query) where T : class =>
        office.Page(pattern, Readers, async call => await Ask.OneAsync<T>(call, query, call.Route("id")) is { } answer
            ? Results.File(JsonSerializer.SerializeToUtf8Bytes(answer, Json.Api), "application/json", pattern.Split('/')[^1])
            : call.NotFound());

    private static async Task<IResult> ListAsync(PageCall call)
    {
        var batch = new BatchId(call.Route("id"));
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return await call.Service<Calls>().ReadAsync(session, batch, call.Cancelled) is { } found && await Ask.OneAsync<IReadOnlyList<PanelCard>>(call, "list-panels", batch.Value) is { } panels
            ? call.Show<PanelsPage>(new { Panels = panels, Definition = found.Definition, Batch = batch })
            : call.NotFound();
    }

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        if (await Ask.OneAsync<PanelAnswer>(call, "get-panel", call.Route("id")) is not { } panel)
            return call.NotFound();
        var definition = await DefinitionAsync(call, panel.Batch);
        var cards = await CardsAsync(call, panel.Applications);
        var experts = (await Ask.ManyAsync<IReadOnlyList<ExpertAnswer>>(call, "list-experts") ?? []).ToDictionary(e => e.Id.Value);
        call = call with { Page = call.Page with { Known = await NamesOf.AnswerAsync(call, panel) } };
        return call.Show<PanelPage>(new
        {
            Panel = panel,
            Definition = definition,
            Applications = panel.Applications.Select(a => new PanelApplication(
                a, cards[a].Cluster, cards[a].City, panel.Members.Count(m => m.Applications.Contains(a)), panel.LeftOut.Contains(a))).ToList(),
            Experts = experts,
            Actions = panel.Closed ? [] : ActionsOf(call, panel, definition.Panel.For(panel.Industry)),
        });
    }

    /// <summary>What the panel's state allows now; every command judges for itself all the same.</summary>
    private static List<NavigationLink> ActionsOf(PageCall call, PanelAnswer panel, PanelRule rule)
    {
        if (call.Actor.Role != Roles.ProvincialOfficer)
            return [];
        var id = panel.Id.Value;
        var mine = panel.Commitments.FirstOrDefault(c => c.By == call.Actor.Id);
        var links = new List<(bool Now, string Href, string Command)>
        {
            (rule.Selection == ExpertSelection.Appointment && panel.Members.Count < rule.Size, $"/office/panels/{id}/appointments?do=appoint-experts", "appoint-experts"),
            (rule.Selection == ExpertSelection.Draw && panel.Members.Count == 0 && panel.PoolHash is null && mine is null && panel.Commitments.Count < Seed.Officers, $"/office/panels/{id}/sealed-number", "commit-seed"),
            (panel.Members.Count == 0 && panel.PoolHash is null && panel.Commitments.Count == Seed.Officers, $"/office/panels/{id}/snapshot?do=take-snapshot", "take-snapshot"),
            (panel.PoolHash is not null && mine is { Opened: false }, $"/office/panels/{id}/openings?do=open-seed", "open-seed"),
            (panel.Members.Count == 0 && panel.PoolHash is not null && panel.Commitments.All(c => c.Opened), $"/office/panels/{id}/draw?do=draw-panel", "draw-panel"),
            (panel.Members.Count > 0, $"/office/panels/{id}/recusals?do=recuse-expert", "recuse-expert"),
            (panel.Members.Count > 0, $"/office/panels/{id}/closing?do=close-panel", "close-panel"),
            (panel.Commitments.Count > 0, $"/office/panels/{id}/abandonment?do=abandon-draw", "abandon-draw"),
        };
        return [.. links.Where(l => l.Now).Select(l => new NavigationLink(l.Href, call.Page.Say("command." + l.Command)))];
    }

    private static async Task<IResult> RankingAsync(PageCall call)
    {
        if (await Ask.OneAsync<RankingAnswer>(call, "get-ranking", call.Route("id")) is not { } answer)
            return call.NotFound();
        return call.Show<RankingPage>(new
        {
            Answer = answer,
            Definition = await DefinitionAsync(call, answer.Ranking.Batch),
            Cards = await CardsAsync(call, [.. answer.Ranking.Entries.Select(e => e.Application.Value), .. answer.Ranking.LeftOut.Select(a => a.Value)]),
        });
    }

    private static async Task<IResult> SealAsync(PageCall call, Posted typed, FormErrors errors, int status) =>
        await Ask.OneAsync<PanelAnswer>(call, "get-panel", call.Route("id")) is { Closed: false } panel
            ? call.Show<SealPage>(new { Panel = panel, Input = typed.Seeing(panel.Version, status), Errors = errors }, status)
            : call.NotFound();

    /// <summary>The commitment is computed from what the officer keeps; number and salt are not stored anywhere.</summary>
    private static async Task<IResult> ReceiveSealAsync(PageCall call)
    {
        var (number, salt) = (call.Posted.One("number").Trim(), call.Posted.One("salt").Trim());
        var wrong = new List<(string, string)>();
        if (!Seed.IsNumber(number))
            wrong.Add(("number", call.Page.Say("page.seal.number-wrong", ("most", Seed.MostDigits))));
        if (!Seed.IsSalt(salt))
            wrong.Add(("salt", call.Page.Say("page.seal.salt-wrong")));
        if (call.Posted.One("kept") is not ("true" or "on"))
            wrong.Add(("kept", call.Page.Say("page.seal.not-kept")));
        if (wrong.Count > 0)
            return await SealAsync(call, call.Posted, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);
        var given = await CommandPost.GiveAsync(call, call.Route("id"), new CommitSeed(Seed.Commit(number, salt), call.Posted.SeenVersion));
        return given.Errors is { } refused ? await SealAsync(call, call.Posted, refused, given.Status) : call.Next($"/office/panels/{call.Route("id")}", "commit-seed");
    }

    /// <summary>A proposal for number and salt; the officer may put another number.</summary>
    private static Posted Fresh() => Posted.Empty
        .With("number", string.Concat(Enumerable.Range(0, 12).Select(_ => RandomNumberGenerator.GetInt32(10))))
        .With("salt", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    private static async Task<CallDefinition> DefinitionAsync(PageCall call, BatchId batch)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (await call.Service<Calls>().ReadAsync(session, batch, call.Cancelled))!.Definition;
    }

    private static async Task<IReadOnlyDictionary<string, ApplicationCard>> CardsAsync(PageCall call, IReadOnlyList<string> applications)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (await session.LoadManyAsync<ApplicationCard>(call.Cancelled, applications.Select(a => new ApplicationId(a).Stream))).ToDictionary(c => c.Application);
    }
}
