using System.Text.Json.Nodes;
using Registry.Cli;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Tests.Platform;

/// <summary>The OpenAPI document is enough: nothing that a client has to send or may get back is missing from it.</summary>
public sealed class ApiDescriptionTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    [Fact]
    public async Task Every_command_has_its_address_and_every_place_in_an_address_is_declared()
    {
        var operations = Operations(await DocumentAsync());
        Assert.All(CommandEndpoints.CommandTypes.Select(CommandEndpoints.SpecOf).Where(s => s.Route is not null), s =>
            Assert.Contains(operations, o => o.Path == "/api/v1" + s.Route && o.Method == "post" && (string?)o.Operation["operationId"] == s.Name));
        Assert.All(operations, o => Assert.Equal(
            o.Path.Split('/').Where(p => p.StartsWith('{')).Select(p => p.Trim('{', '}')).Order(),
            Parameters(o.Operation).Where(p => (string?)p["in"] == "path").Select(p => (string)p["name"]!).Order()));
        Assert.All(operations.SelectMany(o => Parameters(o.Operation)), p => Assert.False(string.IsNullOrEmpty((string?)p["description"])));
    }

    [Fact]
    public async Task Every_command_tells_its_refusals_and_every_refusal_has_a_code()
    {
        var document = await DocumentAsync();
        foreach (var (path, _, operation) in Operations(document).Where(o => Parameters(o.Operation).Any(p => (string?)p["name"] == "Idempotency-Key")))
            Assert.True(new[] { "200", "400", "401", "403", "404", "409", "413", "415", "422" }.All(s => operation["responses"]!.AsObject().ContainsKey(s)), path);
        Assert.All(["code", "source", "arguments", "errors"], m => Assert.NotNull(document["components"]!["schemas"]!["ProblemDetails"]!["properties"]![m]));
    }

    [Fact]
    public async Task Every_list_says_of_what_and_a_number_is_never_a_text()
    {
        var schemas = Within((await DocumentAsync())["components"]!["schemas"]!).OfType<JsonObject>().Where(s => s["type"] is not null and not JsonObject).ToList();
        Assert.All(schemas.Where(s => Types(s).Contains("array")), s => Assert.NotNull(s["items"]));
        Assert.All(schemas.Where(s => Types(s).Contains("integer")), s => Assert.DoesNotContain("string", Types(s)));
    }

    [Fact]
    public async Task A_day_is_told_from_other_text()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!;
        Assert.Equal("date", (string?)schemas["ExtendDeadline"]!["properties"]!["lastDay"]!["format"]);
        Assert.Equal("date", (string?)schemas["RecordRuling"]!["properties"]!["lastDay"]!["format"]);
    }

    [Fact]
    public async Task A_role_is_one_of_a_list_of_names()
    {
        var roles = (await DocumentAsync())["components"]!["schemas"]!["Roles"]!["enum"]!.AsArray().Select(r => (string)r!);
        Assert.Contains("CityOfficer", roles);
    }

    [Fact]
    public async Task The_verb_prints_the_document_that_the_server_gives()
    {
        await using var printed = new StringWriter();
        Assert.Equal(0, await OpenApiVerb.RunAsync([], printed));
        Assert.True(JsonNode.DeepEquals(await DocumentAsync(), JsonNode.Parse(printed.ToString())));
    }

    private async Task<JsonNode> DocumentAsync() =>
        JsonNode.Parse(await registry.Host.Server.CreateClient().GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!;

    private static List<(string Path, string Method, JsonNode Operation)> Operations(JsonNode document) =>
        [.. document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(o => (p.Key, o.Key, o.Value!)))];

    private static IEnumerable<JsonNode> Parameters(JsonNode operation) => operation["parameters"]?.AsArray().Select(p => p!) ?? [];

    private static string[] Types(JsonObject schema) => schema["type"] is JsonArray several ? [.. several.Select(t => (string)t!)] : [(string)schema["type"]!];

    private static IEnumerable<JsonNode> Within(JsonNode node) => new[] { node }.Concat(node switch
    {
        JsonObject o => o.Select(m => m.Value).OfType<JsonNode>().SelectMany(Within),
        JsonArray a => a.OfType<JsonNode>().SelectMany(Within),
        _ => [],
    });
}
