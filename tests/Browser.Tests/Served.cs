using System.Text.Json;
using System.Text.Json.Nodes;
using Marten.Events;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Tests;
using Registry.Tests.Accounts;

namespace Registry.BrowserTests;

/// <summary>All browser tests share one program and one browser.</summary>
[CollectionDefinition(nameof(Served))]
public sealed class ServedCollection : ICollectionFixture<Served>;

/// <summary>The whole program on a port of its own, one batch that is open now, and Debian's Chromium. Without Chromium the tests are skipped and say so.</summary>
public sealed partial class Served(PostgresFixture postgres) : IAsyncLifetime
{
    public const string Password = "correct horse battery";
    private const string FirstPassword = "first of two passwords 71";
    private const string Chromium = "/usr/bin/chromium";
    private static readonly string[] Arguments =
        ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    private DirectoryInfo folder = null!;
    private WebApplication app = null!;
    private TestProvider? provider;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private int people;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> logins = [];
    private string connection = "";

    /// <summary>Where the program listens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The batch that takes applications now.</summary>
    public BatchId Batch { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
            return;
        folder = Directory.CreateTempSubdirectory("registry-browser-");
        var builder = App.Builder(RegistrySettings.For(folder.FullName, PostgresFixture.ServingOf(connection = await postgres.CreateRegistryAsync())) with { Alone = true, SearchTool = null, SecondFactor = SecondFactorRule.Nobody, Url = "http://127.0.0.1:0", ExternalSignIn = (provider = await TestProvider.StartAsync()).Settings() });
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        app = builder.Build();
        App.Map(app);
        await app.StartAsync(Ct);
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        // These tests play today, whenever that is; the years that the program does not know yet are taken in as an officer would.
        for (var year = 2027; year <= ChinaTime.ToDay(DateTimeOffset.UtcNow).AddDays(60).Year; year++)
            await GiveAsync(new Actor("province-calendar", Roles.ProvincialOfficer), null, new ImportCalendarYear(year, "演示年历", [new("元旦", new(year, 1, 1), new(year, 1, 1))], []));
        Batch = await AnnouncedAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (provider is not null)
            await provider.DisposeAsync();
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A batch that takes applications now; one of its own where a key is named.</summary>
    public async Task<BatchId> AnnouncedAsync(string? key = null)
    {
        var definition = JsonNode.Parse(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source)!;
        if (key is not null)
            definition["batch"]!["key"] = key;
        var today = ChinaTime.ToDay(DateTimeOffset.UtcNow);
        foreach (var window in new[] { "applications", "cityReports" })
        {
            definition[window]!["opens"] = $"{today.AddDays(-10):yyyy-MM-dd}T00:00:00+08:00";
            definition[window]!["lastDay"] = $"{today.AddDays(20):yyyy-MM-dd}";
        }
        return new BatchId((await GiveAsync(Actor.Job("test"), null, new AnnounceBatch(definition.ToJsonString(Json.Api)))).Id!);
    }

    /// <summary>Who signs in at the identity provider next.</summary>
    public void AtProvider(string subject) => provider!.Subject = subject;

    /// <summary>A browser of one person's own.</summary>
    public async Task<IPage> OpenAsync(bool script = true, int width = 1280)
    {
        Assert.SkipWhen(browser is null, $"There is no browser at {Chromium}; ops/test installs it.");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Address,
            JavaScriptEnabled = script,
            Locale = "zh-CN",
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    /// <summary>Opens an account and signs in with it by the page.</summary>
    public async Task<Actor> SignInAsync(IPage page, Roles role, string? city = null, string? organisation = null)
    {
        var actor = await PersonAsync(role, city, organisation);
        await SignInAsync(page, actor);
        return actor;
    }

    /// <summary>Opens an account.</summary>
    public async Task<Actor> PersonAsync(Roles role, string? city = null, string? organisation = null)
    {
        var login = $"person-{Interlocked.Increment(ref people)}";
        var opened = await GiveAsync(Actor.Job("test"), null, new OpenAccount(login, FirstPassword, $"演示用户{people}", role, city, organisation));
        var actor = new Actor(opened.Id!, role, city, organisation);
        await GiveAsync(actor, opened.Id, new SetPassword(Password, opened.Version, FirstPassword));
        logins[actor.Id] = login;
        return actor;
    }

    /// <summary>Signs in by the page with an account that was opened before.</summary>
    public async Task SignInAsync(IPage page, Actor actor)
    {
        await page.GotoAsync("/office/sign-in");
        await EnterAsync(page, actor);
        await Assertions.Expect(page).ToHaveURLAsync($"{Address}/office", new() { Timeout = 20_000 });
    }

    /// <summary>Fills in the sign-in that the page shows.</summary>
    public async Task EnterAsync(IPage page, Actor actor)
    {
        await page.FillAsync("input[name=login]", logins[actor.Id]);
        await page.FillAsync("input[name=password]", Password);
        await page.ClickAsync("main button:not(.default)");
    }

    /// <summary>A draft whose form is whole and has its evidence.</summary>
    public async Task<ApplicationId> DraftAsync(Actor clerk, BatchId? batch = null)
    {
        var id = new ApplicationId((await GiveAsync(clerk, null, new OpenDraft(batch ?? Batch))).Id!);
        var form = DemoForm.Make($"演示集群{clerk.Organisation![^6..]}", clerk.City!, "SW", "演示运营机构", CreditCode.Parse(clerk.Organisation));
        await GiveAsync(clerk, id.Value, new SaveDraft(JsonSerializer.SerializeToElement(form), 0));
        var stored = await app.Services.GetRequiredService<EvidenceStore>().PutAsync(id.Value, "%PDF-1.7 demo"u8.ToArray(), Ct);
        foreach (var field in DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!.Form.Fields.Where(f => f.Evidence))
            await GiveAsync(clerk, id.Value, new AttachEvidence(field.Key, stored.Sha256, stored.Size, "application/pdf", "佐证.pdf"));
        return id;
    }

    /// <summary>A submitted application of an applicant of this city; again: returned once and submitted anew.</summary>
    public async Task<string> SubmittedAsync(string city, int number, bool again = false, BatchId? batch = null)
    {
        var clerk = new Actor($"clerk-{number}", Roles.Applicant, city, DemoForm.Code(city, number).Value);
        var id = (await DraftAsync(clerk, batch)).Value;
        await GiveAsync(clerk, id, new SubmitApplication(0));
        if (again)
        {
            await GiveAsync(new Actor($"officer-{city}", Roles.CityOfficer, city), id, new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请补充。" }, 1));
            var form = DemoForm.Make($"演示集群{clerk.Organisation![^6..]}", city, "SW", "演示运营机构", CreditCode.Parse(clerk.Organisation), new DemoFigures { Revenue = "99" });
            await GiveAsync(clerk, id, new SaveDraft(JsonSerializer.SerializeToElement(form), 1));
            await GiveAsync(clerk, id, new SubmitApplication(2));
        }
        return id;
    }

    /// <summary>An application that its city recommended and reported.</summary>
    public async Task<string> ReportedAsync(string city, int number)
    {
        var id = await SubmittedAsync(city, number);
        Actor first = new($"officer-{city}", Roles.CityOfficer, city), second = new($"officer-{city}-2", Roles.CityOfficer, city);
        await using var session = app.Services.GetRequiredService<Marten.IDocumentStore>().QuerySession();
        var check = (await session.Events.FetchStreamAsync(new ApplicationId(id).Stream, token: Ct)).Select(e => e.Data).OfType<ApplicationSubmitted>().Last().Check;
        await GiveAsync(first, id, new RecommendApplication("建议推荐。", 1,
            [.. check.Where(v => Findings.AskedBy(v.Verdict) is not null).Select(v => new Finding(v.Condition, Findings.AskedBy(v.Verdict)!.Value, "经核查，符合。"))], 1));
        var scan = await app.Services.GetRequiredService<EvidenceStore>().PutAsync(CityReport.Stream(Batch, city), "%PDF-1.7 scan"u8.ToArray(), Ct);
        await GiveAsync(first, Batch.Value, new DraftCityReport("演工信〔2026〕1号", scan.Sha256, scan.Sha256, [new ApplicationId(id)], 0));
        await GiveAsync(second, Batch.Value, new IssueCityReport(1));
        return id;
    }

    /// <summary>A submitted application with these events after it, written straight to the store: the way there is gone by other tests.</summary>
    public async Task<ApplicationId> LaterAsync(string city, int number, Func<AnnouncementEntry, IReadOnlyList<object>> events, BatchId? batch = null)
    {
        var id = new ApplicationId(await SubmittedAsync(city, number, batch: batch));
        var organisation = DemoForm.Code(city, number);
        await using var session = app.Services.GetRequiredService<Marten.IDocumentStore>().LightweightSession();
        session.Events.Append(id.Stream, events(new AnnouncementEntry(id, $"演示集群{organisation.Value[^6..]}", city, "SW", organisation, "演示运营机构")));
        await session.SaveChangesAsync(Ct);
        return id;
    }

    /// <summary>A finding of false material that was confirmed today against the organisation of a submitted application: the case's id.</summary>
    public async Task<string> FoundAsync(string application)
    {
        Actor first = new("integrity-1", Roles.IntegrityOfficer), second = new("integrity-2", Roles.IntegrityOfficer);
        var today = ChinaTime.ToDay(DateTimeOffset.UtcNow);
        var opened = await GiveAsync(first, application, new OpenCase(CaseSource.Officer, null, "营业收入与年报不符", [new AllegedItem("revenue_digital_above_size", 1, null)]));
        var id = opened.Id!;
        var version = (await GiveAsync(first, id, new ServeNotice("direct", today, opened.Version))).Version;
        version = (await GiveAsync(first, id, new RecordDefence(null, "数据口径不同", version))).Version;
        version = (await GiveAsync(first, id, new ProposeFinding(true, "五(三)", "申报书所填上一年度营业收入与实际不符", "自收到决定之日起六十日内可申请行政复议。", "核对年报", version))).Version;
        version = (await GiveAsync(first, id, new DecideFinding("厅党组会议", today, "演示签发人", version))).Version;
        await GiveAsync(second, id, new ConfirmFinding(version));
        return id;
    }

    /// <summary>Everything that the lists are made of has been taken in.</summary>
    public Task ListedAsync() => app.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(60));

    /// <summary>Gives a command that must be accepted.</summary>
    public async Task<Answer> GiveAsync<T>(Actor actor, string? target, T command) where T : ICommand<T>
    {
        var outcome = await app.Services.GetRequiredService<CommandRunner>().RunAsync(
            actor, target, command, Guid.NewGuid().ToString("N"), app.Services.GetRequiredService<RegistryClock>().GetUtcNow(), Ct);
        return outcome.Answer ?? throw new InvalidOperationException($"{T.Spec.Name} was refused: {outcome.Refusal!.Rule.Code} {string.Join(", ", outcome.Refusal.Errors)}");
    }

    /// <summary>Every rule, told of what breaks one: naming each node that keeps one takes longer than looking at it.</summary>
    public static readonly Deque.AxeCore.Commons.AxeRunOptions Axe = new() { ResultTypes = [Deque.AxeCore.Commons.ResultType.Violations] };

    /// <summary>Keeps a picture of the page where <c>REGISTRY_SCREENSHOTS</c> names a folder for them.</summary>
    public static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("REGISTRY_SCREENSHOTS") is { Length: > 0 } pictures)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(pictures, name + ".png"), FullPage = true });
    }
}
