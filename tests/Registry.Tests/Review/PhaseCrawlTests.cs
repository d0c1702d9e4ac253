using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>
/// Must hold 5: every address of the program, read by every role in every phase of a review in which scores, comments, the opinion and the experts' names are such that they are
/// found wherever they stand. What is found is compared with what each role may know.
/// </summary>
[Trait("Category", "Long")]
public sealed class PhaseCrawlTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Password = Pages.Visitor.Password;

    /// <summary>Points of the first criterion, one for each member: nothing else on any page looks like them.</summary>
    private static readonly decimal[] Points = [13.37m, 12.93m, 11.71m];

    private static readonly Roles[] Officers =
        [Roles.Applicant, Roles.CityOfficer, Roles.ProvincialOfficer, Roles.IntegrityOfficer, Roles.Auditor, Roles.Supervision, Roles.Administrator];

    /// <summary>Who may never learn who the experts are, nor any score; ours are not published.</summary>
    private static readonly string[] Outside = [nameof(Roles.Applicant), nameof(Roles.CityOfficer), nameof(Roles.Public), "OtherExpert"];

    private readonly Kept logs = new();
    private readonly Dictionary<string, string?> tokens = new() { [nameof(Roles.Public)] = null };
    private readonly Dictionary<string, string[]> marks = [];
    private readonly Dictionary<string, string[]> own = [];
    private RegistryHost host = null!;
    private RegistryFixture registry = null!;
    private Scenario scenario = null!;
    private BatchId batch;
    private ApplicationId application;
    private PanelId panel;
    private IReadOnlyList<(ExpertId Id, Actor Actor, IReadOnlyList<string> Applications)> members = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync(), log: b => b.AddProvider(logs));
        registry = RegistryFixture.On(postgres, host);
        scenario = new Scenario(registry);
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task In_every_phase_every_role_finds_what_it_may_know_and_nothing_else()
    {
        batch = await registry.Announce(d =>
        {
            (d["panel"]!["size"], d["panel"]!["minimum"], d["panel"]!["alternates"], d["panel"]!["aggregate"]) = (3, 3, 1, "mean");
            foreach (var criterion in d["rubric"]!["criteria"]!.AsArray())
                criterion!["step"] = 0.01m;
        });
        application = (await scenario.ForReviewAsync(batch))[0];
        for (var i = 0; i < 4; i++)
            await scenario.ExpertAsync("371000", null, "SW", "finance");
        await OfficersAsync();
        await MarkExpertsAsync();

        await LookAsync("before the panel");
        panel = await scenario.PanelFormedAsync(batch);
        await LookAsync("formed");
        await scenario.DrawAsync(panel);
        members = await scenario.MembersAsync(panel);
        await ExpertsAsync();
        await LookAsync("drawn");
        foreach (var member in members)
            await registry.Accepted(member.Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
        await LookAsync("declared");

        var rubric = await RubricAsync();
        for (var i = 1; i < members.Count; i++)
            await scenario.SignedAsync(members[i].Actor, SheetOf(i), LinesOf(rubric, i));
        await LookAsync("all but one signed");
        await scenario.SignedAsync(members[0].Actor, SheetOf(0), LinesOf(rubric, 0));
        await LookAsync("all signed");
        await registry.Accepted(Scenario.Province(), new ClosePanel("哨兵意见：一致同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, Scenario.Reviewing);
        await LookAsync("closed");
        var proposed = await registry.Accepted(Scenario.Province(), new ProposeShortlist([new(application)], [], await scenario.VersionAsync(batch.Stream)), batch.Value, Scenario.PostingMorning);
        await registry.Accepted(Scenario.Province(2), new FixShortlist("厅长办公会", new DateOnly(2025, 7, 10), "演示签发人", proposed.Version), batch.Value, Scenario.PostingMorning);
        await LookAsync("ranked and shortlisted");

        Assert.DoesNotContain(logs.Lines, l => l.Contains("哨兵", StringComparison.Ordinal) || Points.Any(p => l.Contains(Text(p), StringComparison.Ordinal)));
    }

    /// <summary>What a role may find in a phase.</summary>
    private static bool Allowed(string walker, string kind, string phase)
    {
        var closed = phase is "closed" or "ranked and shortlisted";
        return (walker, kind) switch
        {
            // Names and opaque ids of the pool are the province's; supervision reads the pool, where complaints about people are handled; accounts are the administrator's.
            (nameof(Roles.ProvincialOfficer), "name" or "id") => true,
            (nameof(Roles.Supervision), "name" or "id") => true,
            (nameof(Roles.Administrator), "name" or "id") => true,
            // The auditor sees closed panels, by opaque ids.
            (nameof(Roles.Auditor), "id") => closed,
            (nameof(Roles.ProvincialOfficer) or nameof(Roles.Auditor), "points" or "aggregate") => closed,
            // What the shortlist is proposed from.
            (nameof(Roles.IntegrityOfficer), "aggregate") => closed,
            (nameof(Roles.ProvincialOfficer), "comment" or "opinion") => closed,
            _ => false,
        };
    }

    private async Task LookAsync(string phase)
    {
        var reads = await new ReadCrawl(host, tokens, IdsFor).WalkAsync(Scenario.Reviewing.AddHours(1), Ct);
        Assert.Contains(reads, r => r is { Walker: nameof(Roles.ProvincialOfficer), Path: "/api/v1/experts" } && r.Body.Contains("演示专家", StringComparison.Ordinal));
        Assert.DoesNotContain(reads, r => (int)r.Status >= 500);
        var found = reads.SelectMany(r => marks.Where(m => MarksFor(r.Walker, m.Key).Any(mark => r.Body.Contains(mark, StringComparison.Ordinal))).Select(m => (r.Walker, Kind: m.Key, r.Path))).ToList();
        var leaks = found.Where(f => !Allowed(f.Walker, f.Kind, phase) && !(f is { Walker: nameof(Roles.Auditor), Kind: "id" } && PoolAlone(reads.First(r => (r.Walker, r.Path) == (f.Walker, f.Path))))).ToList();
        Assert.True(leaks.Count == 0, $"{phase}:\n{string.Join('\n', leaks.Select(l => $"{l.Walker} found {l.Kind} at {l.Path}"))}");

        // The same look finds what is allowed, or it would prove nothing.
        Assert.Contains(found, f => f is { Walker: nameof(Roles.ProvincialOfficer), Kind: "name" });
        if (phase is "all signed" or "closed")
            Assert.Contains(reads, r => r.Walker == "Expert" && r.Body.Contains("哨兵评语0", StringComparison.Ordinal));
        if (phase == "closed")
            foreach (var (walker, kind) in new[] { (nameof(Roles.ProvincialOfficer), "comment"), (nameof(Roles.ProvincialOfficer), "opinion"), (nameof(Roles.Auditor), "points"), (nameof(Roles.Auditor), "aggregate"), (nameof(Roles.Auditor), "id") })
                Assert.Contains(found, f => f.Walker == walker && f.Kind == kind);
        Assert.DoesNotContain(found, f => Outside.Contains(f.Walker));
    }

    /// <summary>
    /// The whole history names experts by opaque ids, as it names everything; what it must not do is put one beside the panel or an application of it.
    /// </summary>
    private bool PoolAlone(Read read)
    {
        string?[] review = [panel.Value, application.Value];
        // Headers stand before an empty line; an answer of the API is one object whose items are the rows, a page has rows, cards and choices of its filters, a CSV file lines.
        var body = read.Body[(read.Body.IndexOf("\n\n", StringComparison.Ordinal) + 2)..];
        var rows = read.Path.StartsWith("/api/", StringComparison.Ordinal) ? JsonDocument.Parse(body).RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetRawText())
            : body.Split(read.Path.Contains("format=csv", StringComparison.Ordinal) ? ["\n"] : ["<tr", "<dl", "<option"], StringSplitOptions.None);
        return read.Path.Split('?')[0] is "/api/v1/history" or "/office/history" or "/api/v1/readings" or "/office/readings"
            && rows.All(row => !marks["id"].Any(m => row.Contains(m, StringComparison.Ordinal)) || !review.Any(r => r is not null && row.Contains(r, StringComparison.Ordinal)));
    }

    /// <summary>What a reader must not find of this kind: an expert knows the own points, comment, name and ids.</summary>
    private IEnumerable<string> MarksFor(string walker, string kind) => own.TryGetValue(walker, out var known) ? marks[kind].Except(known) : marks[kind];

    private IReadOnlyList<string> IdsFor(string route)
    {
        var segment = route.Split('/').SkipWhile(s => s is "" or "api" or "v1" or "office").FirstOrDefault();
        return segment switch
        {
            "panels" => panel.Value is { } p ? [p] : [],
            "sheets" => [.. members.Take(2).Select((_, i) => SheetOf(i).Value)],
            "applications" => [application.Value],
            "batches" => [batch.Value],
            "experts" => [.. members.Take(1).Select(m => m.Id.Value)],
            _ => [application.Value],
        };
    }

    private SheetId SheetOf(int member) => new(panel, application, members[member].Id);

    private static string Text(decimal points) => points.ToString(CultureInfo.InvariantCulture);

    private static SheetLine[] LinesOf(Rubric rubric, int member) =>
        [.. rubric.Criteria.Select((c, i) => new SheetLine(c.Key, i == 0 ? Points[member] : Math.Floor(c.Most * 0.8m), $"哨兵评语{member}：依据材料"))];

    private async Task<Rubric> RubricAsync()
    {
        await using var session = registry.Store.QuerySession();
        return ((await ((Calls)host.Host.Services.GetService(typeof(Calls))!).ReadAsync(session, batch, Ct))!).Definition.Rubric;
    }

    /// <summary>Names, ids and accounts of all experts in the pool, points, comments, and what the closing will compute of them.</summary>
    private async Task MarkExpertsAsync()
    {
        await using var session = registry.Store.QuerySession();
        var pool = await session.Query<ExpertView>().ToListAsync(Ct);
        var vault = (Registry.Platform.Sealing.Vault)host.Host.Services.GetService(typeof(Registry.Platform.Sealing.Vault))!;
        marks["name"] = [.. pool.Select(e => vault.Open(e.Name)!)];
        marks["id"] = [.. pool.Select(e => e.Expert.Value), .. pool.Select(e => e.Account)];
        marks["points"] = [.. Points.Select(Text)];
        marks["comment"] = [.. Points.Select((_, i) => $"哨兵评语{i}")];
        marks["opinion"] = ["哨兵意见"];
        var rest = (await RubricAsync()).Criteria.Skip(1).Sum(c => Math.Floor(c.Most * 0.8m));
        marks["aggregate"] = [Text(Math.Round(Points.Average() + rest, 2, MidpointRounding.AwayFromZero)), Text(Math.Round(Points.Average(), 2, MidpointRounding.AwayFromZero))];
    }

    private async Task OfficersAsync()
    {
        await using var session = registry.Store.QuerySession();
        var head = (await session.LoadAsync<Draft>(application.Stream, Ct))!;
        foreach (var role in Officers)
        {
            var login = $"walker-{role}".ToLowerInvariant();
            await registry.OpenAccountAsync(login, Password, role, role is Roles.Applicant or Roles.CityOfficer ? head.City : null, role == Roles.Applicant ? head.Organisation.Value : null);
            tokens[role.ToString()] = await SignInAsync(login);
        }
    }

    private async Task ExpertsAsync()
    {
        await using var session = registry.Store.QuerySession();
        var pool = await session.Query<ExpertView>().ToListAsync(Ct);
        var vault = (Registry.Platform.Sealing.Vault)host.Host.Services.GetService(typeof(Registry.Platform.Sealing.Vault))!;
        var other = pool.First(e => members.All(m => m.Id != e.Expert));
        own["Expert"] = [Text(Points[0]), "哨兵评语0", members[0].Id.Value, members[0].Actor.Id, vault.Open(pool.Single(e => e.Expert == members[0].Id).Name)!];
        own["OtherExpert"] = [other.Account, other.Expert.Value, vault.Open(other.Name)!];
        foreach (var (walker, account) in new[] { ("Expert", members[0].Actor.Id), ("OtherExpert", other.Account) })
        {
            var credential = await session.Query<Credential>().SingleAsync(c => c.Account == new AccountId(account).Stream, Ct);
            tokens[walker] = await SignInAsync(credential.Id);
        }
    }

    private async Task<string> SignInAsync(string login)
    {
        using var client = host.Host.Server.CreateClient();
        using var moved = Registry.Platform.RegistryClock.At(Scenario.Reviewing);
        using var response = await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(login, Password), Ct);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("token").GetString()!;
    }

    /// <summary>Keeps what is logged.</summary>
    private sealed class Kept : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose() { }
    }
}
