using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Tests.Platform;

/// <summary>The API from outside: what is refused before a command is even given.</summary>
public sealed class ApiTests(RegistryFixture registry, PostgresFixture postgres) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    [Theory]
    [InlineData("POST", "/api/v1/no-such-thing", "application/json", "{}", 404, "request.no-address")]
    [InlineData("PUT", "/api/v1/applications", "application/json", "{}", 405, "request.method")]
    [InlineData("POST", "/api/v1/applications", "text/plain", "{}", 415, "request.media-type")]
    [InlineData("POST", "/api/v1/applications", "application/json", "{}", 401, "access.not-signed-in")]
    public async Task A_request_that_fits_nothing_is_a_problem_with_a_code(string method, string path, string type, string body, int status, string code)
    {
        var (answer, problem) = await SendAsync(method, path, body, type, token: null, key: "a-key-of-mine");
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(code, problem!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_command_without_a_key_or_in_another_form_is_refused_and_nothing_is_done()
    {
        var token = await ClerkTokenAsync();
        Assert.Equal("request.key-missing", await CodeAsync("/api/v1/applications", """{"batch":"x.y"}""", token, key: null));
        Assert.Equal("request.key-missing", await CodeAsync("/api/v1/applications", """{"batch":"x.y"}""", token, key: "short"));
        foreach (var body in new[] { "{", "[]", "null", """{"batch":"x.y","more":1}""", """{"Batch":"x.y"}""", """{"batch":"a.b","batch":"x.y"}""", """{"batch":null}""", "{}" })
            Assert.Equal("request.malformed", await CodeAsync("/api/v1/applications", body, token));
    }

    [Theory]
    [InlineData("""{"login":1,"password":"x"}""", "request.malformed")]
    [InlineData("""{"login":"a","password":null}""", "request.malformed")]
    [InlineData("""{"login":"a","password":"x","more":1}""", "request.malformed")]
    [InlineData("""{"login":"abc","password":"\ud800"}""", "request.malformed")]
    [InlineData("{", "request.malformed")]
    [InlineData("""{"login":"a\u0000b","password":"x"}""", "account.sign-in-failed")]
    [InlineData("""{"login":"admin","password":""}""", "account.sign-in-failed")]
    public async Task A_sign_in_in_another_form_is_a_problem_with_a_code(string body, string code)
    {
        var (_, problem) = await SendAsync("POST", "/api/v1/session", body, "application/json", token: null, key: null);
        Assert.Equal(code, problem!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_one_character_that_the_database_cannot_hold_is_refused_wherever_it_comes()
    {
        var token = await ClerkTokenAsync();
        Assert.Equal("request.malformed", await CodeAsync("/api/v1/applications", """{"batch":"x\u0000y"}""", token));
        foreach (var path in new[] { "/api/v1/publicity?batch=%00", "/api/v1/cases?application=a%00" })
        {
            var (_, problem) = await SendAsync("GET", path, null, null, token, null);
            Assert.Equal("request.malformed", problem!["code"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("declarations", """{"conflicts":[null],"general":null,"confidentiality":true}""")]
    [InlineData("declarations", """{"conflicts":[{"application":1,"reason":"x"}],"general":null,"confidentiality":true}""")]
    [InlineData("recusals", """{"expert":{},"application":null,"reason":"x"}""")]
    public async Task A_null_in_a_list_and_an_id_that_is_no_text_are_said_where_they_stand(string route, string body)
    {
        var (_, problem) = await SendAsync("POST", $"/api/v1/panels/none/{route}", body, "application/json", await TokenAsync(new Actor("expert", Roles.Expert)), "a-key-of-mine");
        Assert.Equal("request.malformed", problem!["code"]!.GetValue<string>());
        Assert.DoesNotContain("Unicode", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"list":[{"text":null}],"map":{},"open":[],"kind":"One"}""")]
    [InlineData("""{"list":[null],"map":{},"open":[],"kind":"One"}""")]
    [InlineData("""{"list":[],"map":{"a":[null]},"open":[],"kind":"One"}""")]
    [InlineData("""{"list":[],"map":{"a":null},"open":[],"kind":"One"}""")]
    [InlineData("""{"list":[],"map":{},"open":[],"kind":0}""")]
    [InlineData("""{"list":[],"map":{},"open":[],"kind":"0"}""")]
    public void Lists_maps_and_names_hold_what_their_types_say(string body) =>
        Assert.Throws<System.Text.Json.JsonException>(() => System.Text.Json.JsonSerializer.Deserialize<Holder>(body, Json.Sent));

    [Fact]
    public void A_list_whose_type_has_null_keeps_it() =>
        Assert.Equal([null], System.Text.Json.JsonSerializer.Deserialize<Holder>("""{"list":[{"text":""}],"map":{"a":["b"]},"open":[null],"kind":"One"}""", Json.Sent)!.Open);

    private sealed record Holder(IReadOnlyList<Held> List, IReadOnlyDictionary<string, IReadOnlyList<string>> Map, IReadOnlyList<string?> Open, Kind Kind);

    private sealed record Held(string Text);

    private enum Kind { One }

    [Fact]
    public async Task A_draft_with_half_of_a_character_is_refused_and_nothing_is_saved()
    {
        var (id, clerk) = await scenario.DraftedAsync(await registry.Announce());
        var token = await TokenAsync(clerk);
        Assert.Equal("request.malformed", await CodeAsync($"/api/v1/applications/{id.Value}/draft", """{"form":{"cluster_name":"\ud800"},"version":1}""", token));
    }

    [Theory]
    [InlineData("9999-12-31")]
    [InlineData("0001-01-01")]
    [InlineData("2025-02-30")]
    [InlineData("2025-06-20T00:00:00")]
    public async Task A_day_that_no_office_means_is_refused_before_it_can_stand_in_an_event(string day)
    {
        var batch = await registry.Announce();
        var token = await TokenAsync(Scenario.Province());
        Assert.Equal("request.malformed", await CodeAsync($"/api/v1/batches/{batch.Value}/extension", $$"""{"lastDay":"{{day}}","reason":"停电","version":1}""", token));
    }

    [Fact]
    public async Task A_filter_that_a_question_does_not_have_is_refused_and_never_answers_with_everything()
    {
        var (_, problem) = await SendAsync("GET", "/api/v1/publicity?bach=x", null, null, null, null);
        Assert.Equal("request.malformed", problem!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_token_that_is_none_is_401_on_every_address_of_the_api()
    {
        var (answer, problem) = await SendAsync("GET", "/api/v1/batches", null, null, "nobody.nothing", null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("access.not-signed-in", problem!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task On_the_real_server_a_body_beyond_the_limit_and_a_fault_inside_are_problems_that_tell_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("registry-test-");
        await using var app = App.Build(RegistrySettings.For(folder.FullName, PostgresFixture.ServingOf(await postgres.CreateRegistryAsync())) with { Alone = true, Jobs = false, Url = "http://127.0.0.1:0" });
        app.MapGet("/api/v1/broken", string () => throw new InvalidOperationException("a secret of the inside"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()), DefaultRequestHeaders = { ExpectContinue = true } };

        using var large = await client.PostAsync("/api/v1/session", new ByteArrayContent(new byte[CommandEndpoints.LargestBody + 1]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } }, TestContext.Current.CancellationToken);
        Assert.Equal(413, (int)large.StatusCode);
        Assert.Contains("request.too-large", await large.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var broken = await client.GetAsync("/api/v1/broken", TestContext.Current.CancellationToken);
        var text = await broken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(500, (int)broken.StatusCode);
        Assert.Contains("server.error", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.False(broken.Headers.Contains("Server"));
        await app.StopAsync(TestContext.Current.CancellationToken);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Evidence_is_told_by_its_content_and_goes_to_fields_that_take_it()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.DraftedAsync(batch);
        var token = await TokenAsync(clerk);
        Assert.Equal("evidence.type", await UploadAsync(id, token, "positioning", "<html><script>alert(1)</script>"u8.ToArray(), "report.pdf"));
        Assert.Equal("evidence.indicator", await UploadAsync(id, token, "sensitive_material", Files.MadeFiles.Pdf(), "secret.pdf"));
        Assert.Equal("evidence.too-large", await UploadAsync(id, token, "positioning", new byte[Registry.Platform.EvidenceStore.Largest + 1], "big.pdf"));
        Assert.Null(await UploadAsync(id, token, "positioning", Files.MadeFiles.Pdf("other"), "规划.pdf"));
        var stranger = await TokenAsync(Scenario.Clerk(Scenario.NewOrganisation(Scenario.Jinan), Scenario.Jinan));
        Assert.Equal("access.not-found", await UploadAsync(id, stranger, "positioning", Files.MadeFiles.Pdf(), "x.pdf"));
    }

    private async Task<string?> UploadAsync(ApplicationId id, string token, string indicator, byte[] content, string name)
    {
        using var form = new MultipartFormDataContent { { new StringContent(indicator), "indicator" }, { new ByteArrayContent(content), "file", name } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/applications/{id.Value}/evidence") { Content = form };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        using var answer = await registry.Host.Server.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        return answer.IsSuccessStatusCode ? null : JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["code"]!.GetValue<string>();
    }

    private async Task<string> CodeAsync(string path, string body, string token, string? key = "a-key-of-mine") =>
        (await SendAsync("POST", path, body, "application/json", token, key)).Problem!["code"]!.GetValue<string>();

    private async Task<(HttpResponseMessage Answer, JsonNode? Problem)> SendAsync(string method, string path, string? body, string? type, string? token, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, type!);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        var answer = await registry.Host.Server.CreateClient().SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    private Task<string> ClerkTokenAsync() => TokenAsync(Scenario.Clerk(Scenario.NewOrganisation(Scenario.Jinan), Scenario.Jinan));

    /// <summary>A real session of an account with the same rights as the actor.</summary>
    private async Task<string> TokenAsync(Actor actor)
    {
        var login = $"login-{Guid.NewGuid():N}";
        await registry.OpenAccountAsync(login, Pages.Visitor.Password, actor.Role, actor.City, actor.Organisation);
        var signIn = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<SignIn>(registry.Host.Services);
        return (await signIn.OpenAsync(login, Pages.Visitor.Password, TestContext.Current.CancellationToken))!.Token;
    }
}
