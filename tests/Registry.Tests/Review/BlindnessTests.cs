using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>
/// Must hold 5: blind review breaks on the reading side. Every query of the program is asked by every role before anybody has scored and
/// after nearly all have signed; no answer may differ in a single byte, so neither scores nor counts, order, versions or times tell anything.
/// </summary>
public sealed class BlindnessTests(OwnStore own) : IClassFixture<OwnStore>
{
    private const string Readings = "/api/v1/readings", Password = Pages.Visitor.Password, Comment = "哨兵评语：产业链完整";
    private static readonly Roles[] Walkers =
        [Roles.Applicant, Roles.CityOfficer, Roles.ProvincialOfficer, Roles.IntegrityOfficer, Roles.Auditor, Roles.Supervision, Roles.Administrator];

    /// <summary>Both walks are at one instant, so that nothing in an answer differs by the clock.</summary>
    private static readonly DateTimeOffset Walking = Scenario.Reviewing.AddHours(1);

    private static int walks;

    private readonly RegistryFixture registry = own.Registry;

    /// <summary>The applications' files are nobody else's: what looks alike must not change because another test uploads the same.</summary>
    private readonly Scenario scenario = new(own.Registry) { Evidence = Files.MadeFiles.Pdf($"{Guid.NewGuid():N}") };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Until_the_closing_no_answer_to_anybody_depends_on_what_was_scored()
    {
        var stage = await SetUpAsync();
        var before = await WalkAsync(stage);
        Assert.Equal(Allowed, AnsweredReviewQueries(before));

        foreach (var member in stage.Members.Skip(1))
            await scenario.SignedAsync(member.Actor, new SheetId(stage.Panel, stage.Application, member.Id), [.. Scenario.Lines(stage.Rubric, 0.9m).Select(l => l with { Comment = Comment })]);
        var after = await WalkAsync(stage);

        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before, b => Assert.Equal((b.Key, b.Value.Status, b.Value.Body), (b.Key, after[b.Key].Status, after[b.Key].Body)));
        foreach (var family in new[] { "/as-of", "/differences", "/whole-file", "/readings", "/look-alikes" })
            Assert.Contains(before, b => b.Key.Contains(family, StringComparison.Ordinal) && b.Value.Status == HttpStatusCode.OK);
        Assert.All(after, a => Assert.DoesNotContain("哨兵评语", a.Value.Body));
    }

    [Fact]
    public async Task An_expert_reads_the_own_sheet_and_no_other()
    {
        var stage = await SetUpAsync();
        var (own, other) = (stage.Members[1], stage.Members[0]);
        var sheet = new SheetId(stage.Panel, stage.Application, own.Id);
        await registry.Accepted(own.Actor, new SaveSheet([new SheetLine("S1", 13.5m, Comment)], 0), sheet.Value);
        using var client = registry.Host.Server.CreateClient();
        Assert.Contains("哨兵评语", (await AskAsync(client, stage.Tokens[own.Actor.Id], $"/api/v1/sheets/{sheet.Value}")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(client, stage.Tokens[other.Actor.Id], $"/api/v1/sheets/{sheet.Value}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, stage.Tokens[other.Actor.Id], $"/api/v1/sheets/{new SheetId(stage.Panel, stage.Application, other.Id).Value}/dossier")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(client, stage.Tokens[other.Actor.Id], $"/api/v1/sheets/{sheet.Value}/dossier")).Status);
    }

    [Fact]
    public async Task Until_the_closing_the_record_of_readings_does_not_tell_who_reads_a_dossier()
    {
        var stage = await SetUpAsync();
        var member = stage.Members[1];
        using var client = registry.Host.Server.CreateClient();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, stage.Tokens[member.Actor.Id], $"/api/v1/sheets/{new SheetId(stage.Panel, stage.Application, member.Id).Value}/dossier")).Status);
        async Task<int> ReadAsync() => JsonDocument.Parse((await AskAsync(client, stage.Tokens[nameof(Roles.Auditor)], $"{Readings}?actor={member.Actor.Id}")).Body).RootElement.GetProperty("total").GetInt32();
        Assert.Equal(0, await ReadAsync());

        foreach (var one in stage.Members)
            await scenario.SignedAsync(one.Actor, new SheetId(stage.Panel, stage.Application, one.Id), Scenario.Lines(stage.Rubric, 0.9m));
        await registry.Accepted(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(stage.Panel.Stream)), stage.Panel.Value, Scenario.Reviewing);
        Assert.InRange(await ReadAsync(), 1, int.MaxValue);
    }

    [Fact]
    public async Task Cities_and_applicants_never_learn_who_the_experts_are()
    {
        var stage = await SetUpAsync();
        foreach (var member in stage.Members)
            await scenario.SignedAsync(member.Actor, new SheetId(stage.Panel, stage.Application, member.Id), Scenario.Lines(stage.Rubric, 0.9m));
        await registry.Accepted(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(stage.Panel.Stream)), stage.Panel.Value, Scenario.Reviewing);
        var answers = await WalkAsync(stage);
        Assert.Contains(answers, a => a.Key.StartsWith("Auditor /panels", StringComparison.Ordinal) && a.Value.Status == HttpStatusCode.OK);
        foreach (var (request, answer) in answers.Where(a => a.Key.StartsWith(nameof(Roles.Applicant), StringComparison.Ordinal) || a.Key.StartsWith(nameof(Roles.CityOfficer), StringComparison.Ordinal) || a.Key.StartsWith(nameof(Roles.Public), StringComparison.Ordinal)))
            foreach (var member in stage.Members)
            {
                Assert.False(answer.Body.Contains(member.Id.Value, StringComparison.Ordinal), request);
                Assert.False(answer.Body.Contains(member.Actor.Id, StringComparison.Ordinal), request);
            }
        Assert.All(answers.Where(a => a.Key.StartsWith(nameof(Roles.Auditor), StringComparison.Ordinal)), a => Assert.DoesNotContain("演示专家", a.Value.Body));
    }

    /// <summary>Who gets an answer to which query of the room while the panel is open.</summary>
    private static readonly string[] Allowed =
    [
        "Expert /review/assignments",
        "Expert /sheets/{id}",
        "Expert /sheets/{id}/dossier",
        "Expert /sheets/{id}/workbook",
        "ProvincialOfficer /batches/{id}/panels",
        "ProvincialOfficer /panels/{id}",
        "ProvincialOfficer /panels/{id}/draw/applications",
        "ProvincialOfficer /panels/{id}/draw/pool",
        "ProvincialOfficer /experts",
        "Auditor /batches/{id}/panels",
        "Supervision /experts",
    ];

    private static string[] AnsweredReviewQueries(IReadOnlyDictionary<string, (HttpStatusCode Status, string Body)> answers) =>
        [.. Allowed.Intersect(answers.Where(a => a.Value.Status == HttpStatusCode.OK).Select(NameOf)),
            .. answers.Where(a => a.Value.Status == HttpStatusCode.OK).Select(NameOf).Distinct().Where(IsReview).Except(Allowed)];

    private static bool IsReview(string name) => new[] { "/review/", "/sheets", "/panels", "/experts" }.Any(p => name.Contains(p, StringComparison.Ordinal));

    private static string NameOf(KeyValuePair<string, (HttpStatusCode, string)> answer) => string.Join(' ', answer.Key.Split(' ')[..2]);

    private sealed record Stage(
        BatchId Batch, ApplicationId Application, PanelId Panel, Rubric Rubric,
        IReadOnlyList<(ExpertId Id, Actor Actor, IReadOnlyList<string> Applications)> Members, IReadOnlyDictionary<string, string> Tokens, IReadOnlyList<string> Readers);

    private async Task<Stage> SetUpAsync()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDeclaredAsync(batch);
        var members = await scenario.MembersAsync(panel);
        await using var session = registry.Store.QuerySession();
        var head = await session.LoadAsync<Draft>(application.Stream, Ct);
        using var client = registry.Host.Server.CreateClient();
        var (tokens, readers) = (new Dictionary<string, string>(), new List<string> { members[0].Actor.Id });
        foreach (var role in Walkers)
        {
            var login = $"{role}-{Guid.NewGuid():N}"[..30];
            readers.Add((await registry.OpenAccountAsync(
                login, Password, role, role is Roles.Applicant or Roles.CityOfficer ? head!.City : null, role == Roles.Applicant ? head!.Organisation.Value : null)).Id);
            tokens[role.ToString()] = await SignInAsync(client, login);
        }
        foreach (var member in members.Take(2))
        {
            var credential = await session.Query<Credential>().SingleAsync(c => c.Account == new AccountId(member.Actor.Id).Stream, Ct);
            tokens[member.Actor.Id] = await SignInAsync(client, credential.Id);
        }
        var call = await registry.Host.Services.GetRequiredService<Calls>().ReadAsync(session, batch, Ct);
        return new Stage(batch, application, panel, call!.Definition.Rubric, members, tokens, readers);
    }

    /// <summary>Every GET below /api/v1, by every role and by the member who does not score, with every id of the scene in the place of the route's.</summary>
    private async Task<SortedDictionary<string, (HttpStatusCode Status, string Body)>> WalkAsync(Stage stage)
    {
        // Every walk comes from an address of its own: how often one may ask is counted by the real clock, and is no part of the question.
        var address = new IPAddress([192, 0, 2, (byte)Interlocked.Increment(ref walks)]);
        using var client = new HttpClient(registry.Host.Server.CreateHandler(c => c.Connection.RemoteIpAddress = address)) { BaseAddress = registry.Host.Server.BaseAddress };
        var routes = registry.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/')).Where(r => r.StartsWith("/api/v1/", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.Contains("/api/v1/panels/{id}", routes);
        string[] own =
        [
            stage.Panel.Value, stage.Application.Value, stage.Batch.Value, .. stage.Members.Take(2).Select(m => m.Id.Value),
            .. stage.Members.Take(2).Select(m => new SheetId(stage.Panel, stage.Application, m.Id).Value),
        ];
        var walkers = Walkers.Select(r => (Name: r.ToString(), Token: (string?)stage.Tokens[r.ToString()]))
            .Append((nameof(Roles.Expert), stage.Tokens[stage.Members[0].Actor.Id])).Append((nameof(Roles.Public), null));
        var answers = new SortedDictionary<string, (HttpStatusCode, string)>(StringComparer.Ordinal);
        foreach (var (name, token) in walkers)
            foreach (var route in routes)
                foreach (var id in route.Contains("{id}", StringComparison.Ordinal) ? own : [""])
                {
                    var path = route.Replace("{id}", id, StringComparison.Ordinal).Replace("{sha256}", new string('0', 64), StringComparison.Ordinal);
                    var (status, body) = await AskAsync(client, token, path);
                    if (route != Readings)
                        answers[$"{name} {route["/api/v1".Length..]} {id}"] =
                            (status, id.Length > 0 ? body : Concerning(body, route.EndsWith("/assignments", StringComparison.Ordinal) ? own[..1] : own));
                }
        string[] asked =
        [
            .. stage.Members.Select(m => $"actor={m.Actor.Id}"), $"subject={stage.Panel.Stream}", $"subject={stage.Application.Stream}",
            .. stage.Members.Select(m => $"subject={new SheetId(stage.Panel, stage.Application, m.Id).Stream}"),
        ];
        foreach (var (name, token) in walkers)
            foreach (var filter in asked)
                answers[$"{name} /readings {filter}"] = await ReadingsAsync(client, token, filter, stage);
        return answers;
    }

    /// <summary>
    /// What the record of readings says about the scene, all pages of it. The walk is kept there as every reading is and is left out; unfiltered, the
    /// first page would be the latest readings of every other test.
    /// </summary>
    private static async Task<(HttpStatusCode Status, string Body)> ReadingsAsync(HttpClient client, string? token, string filter, Stage stage)
    {
        var rows = new List<string>();
        for (var page = 1; ; page++)
        {
            var (status, body) = await AskAsync(client, token, $"{Readings}?{filter}&page={page}");
            if (status != HttpStatusCode.OK)
                return (status, body);
            var answer = JsonDocument.Parse(body).RootElement;
            rows.AddRange(answer.GetProperty("items").EnumerateArray().Where(i => !stage.Readers.Contains(i.GetProperty("actor").GetString()!)).Select(i => i.GetRawText()));
            if (page * answer.GetProperty("size").GetInt32() >= answer.GetProperty("total").GetInt32())
                return (status, string.Join('\n', rows.Order(StringComparer.Ordinal)));
        }
    }

    /// <summary>Lists over everything change under other tests; what of them concerns this scene must not. The same expert may sit on another test's panel.</summary>
    private static string Concerning(string body, string[] ids)
    {
        if (!body.StartsWith('{') && !body.StartsWith('['))
            return ids.Any(i => body.Contains(i, StringComparison.Ordinal)) ? body : "";
        var rows = new List<string>();
        Collect(JsonDocument.Parse(body).RootElement);
        return string.Join('\n', rows.Where(r => ids.Any(i => r.Contains(i, StringComparison.Ordinal))));

        void Collect(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
                rows.AddRange(element.EnumerateArray().Select(e => e.GetRawText()));
            else if (element.ValueKind == JsonValueKind.Object)
                foreach (var member in element.EnumerateObject())
                    Collect(member.Value);
        }
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpClient client, string? token, string path)
    {
        using var moved = RegistryClock.At(Walking);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.SendAsync(request, Ct);
        return (response.StatusCode, await TextOfAsync(response));
    }

    /// <summary>A workbook notes when it was packed and numbers its parts at random; what counts is what stands in its sheets.</summary>
    private static async Task<string> TextOfAsync(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            return await response.Content.ReadAsStringAsync(Ct);
        await using var workbook = new ZipArchive(await response.Content.ReadAsStreamAsync(Ct), ZipArchiveMode.Read);
        var text = new StringBuilder();
        foreach (var entry in workbook.Entries.Where(e => e.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)).OrderBy(e => e.FullName, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(await entry.OpenAsync(Ct));
            text.Append(entry.FullName).Append('\n').Append(await reader.ReadToEndAsync(Ct)).Append('\n');
        }
        Assert.NotEqual(0, text.Length);
        return text.ToString();
    }

    private static async Task<string> SignInAsync(HttpClient client, string login)
    {
        using var moved = RegistryClock.At(Walking);
        using var response = await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(login, Password), Ct);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("token").GetString()!;
    }
}
