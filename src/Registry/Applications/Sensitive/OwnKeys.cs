using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Platform.Sealing;
using Registry.Platform;

namespace Registry.Applications.Sensitive;

/// <summary>
/// Names of keys under which one text lies alone, so that it can be withheld and destroyed without the others: each free text of each submission, the
/// words of each later step, and the draft's text up to the last destruction.
/// </summary>
public static class OwnKeys
{
    /// <summary>The key of a form's free text in one submission.</summary>
    public static string OfText(ApplicationId application, int round, string field) => $"{application.Stream}/text/{round}/{field}";

    /// <summary>The key of a draft's text. After a destruction the draft goes on under the next one.</summary>
    public static string OfDraft(Draft draft) => OfDraft(draft.Id, draft.Generation);

    /// <summary>Destroys the keys under which a draft's text lay before this generation: whatever a backup or the database's log still holds of it opens no more.</summary>
    public static void DestroyDrafts(KeyStore keys, string stream, int before)
    {
        foreach (var key in Enumerable.Range(0, before).Select(g => OfDraft(stream, g)).Where(k => !keys.IsDestroyed(k)))
            keys.Destroy(key);
    }

    private static string OfDraft(string stream, int generation) => $"{stream}/draft/{generation}";

    /// <summary>Whether nothing else lies under this key.</summary>
    public static bool IsOwn(string key) =>
        key.Split('/') is ["application", _, "text", _, _] or [Commitments.OwnKeyRoom, _, Commitments.OwnKeyStep, _];
}

/// <summary>Digests of withheld words: keyed, because short words could be guessed back from a plain one.</summary>
public static class TextDigests
{
    private const string Purpose = "sdreg/quarantine/v1";

    /// <summary>The digest of the words at a place of an application, each different text once.</summary>
    public static string Of(KeyStore keys, ApplicationId application, string place, IEnumerable<string> texts) =>
        string.Join(',', texts.Select(Plain).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).Select(t => One(keys, application, place, t)));

    /// <summary>Whether one of the texts of the form's field is among those withheld.</summary>
    public static bool Holds(QuarantineCard card, KeyStore keys, ApplicationId application, JsonElement form) =>
        card.Kind == MaterialKind.Text && form.ValueKind == JsonValueKind.Object && form.TryGetProperty(card.Place, out var value)
        && TextsOf(JsonNode.Parse(value.GetRawText())).Where(t => t.Length > 0).Any(t => card.Digest.Contains(One(keys, application, card.Place, t), StringComparison.Ordinal));

    private static string One(KeyStore keys, ApplicationId application, string place, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(keys.Derive(Purpose), Encoding.UTF8.GetBytes($"{application.Value}\n{place}\n{text}")));

    /// <summary>The texts of a field, one for each cell of a table.</summary>
    private static IEnumerable<string> TextsOf(JsonNode? value) => value switch
    {
        JsonArray rows => rows.OfType<JsonObject>().SelectMany(r => r.Select(c => Plain(c.Value?.ToJsonString() ?? ""))),
        null => [],
        _ => [Plain(value.ToJsonString())],
    };

    /// <summary>A submission seals a text as JSON. However that was written, with escapes or without, in whichever Unicode form, it is the same text.</summary>
    private static string Plain(string sealedText)
    {
        try
        {
            return (JsonNode.Parse(sealedText) is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : sealedText).InForm().Trim();
        }
        catch (JsonException)
        {
            return sealedText.InForm().Trim();
        }
    }
}
