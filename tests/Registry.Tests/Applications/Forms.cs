using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Tests.Applications;

/// <summary>
/// Forms of the second batch. The complete one stands exactly on every threshold: 50 亿元, 20 firms, one firm at 10
/// 亿元, three at 1 亿元 or more, one national platform, 1000 items, 3 %.
/// </summary>
internal static class Forms
{
    public static readonly CallDefinition SecondBatch = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required();

    public static JsonObject Complete() => JsonNode.Parse(TestData.Bytes("application.json"))!.AsObject();

    /// <summary>The complete form with one field replaced by this JSON; null leaves the field out.</summary>
    public static JsonObject With(string field, string? json)
    {
        var form = Complete();
        form.Remove(field);
        if (json is not null)
            form[field] = JsonNode.Parse(json);
        return form;
    }

    public static FormCheckResult Check(JsonObject form) => FormCheck.Validate(SecondBatch, JsonSerializer.SerializeToElement(form));

    public static FormCheckResult Check(string json) => FormCheck.Validate(SecondBatch, JsonDocument.Parse(json).RootElement);

    /// <summary>So many rows of firms with valid codes and this revenue in 亿元.</summary>
    public static string Firms(int count, string revenue) =>
        new JsonArray([.. Enumerable.Range(1, count).Select(i => new JsonObject
        {
            ["name"] = $"演示数据·{i} 号公司",
            ["credit_code"] = Code(i),
            ["revenue"] = revenue
        })]).ToJsonString();

    private static string Code(int number)
    {
        var body = $"91370100MA8{number:D6}";
        return body + Registry.Organisations.CreditCode.CheckCharacter(body);
    }
}
