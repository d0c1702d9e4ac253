using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Applications.Sensitive;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// A submitted form parted for storing: what was chosen or counted stays plain, what was typed freely is sealed, and what is personal is sealed under
/// a key of its own, so that it can be erased without the rest. Put together again it is the form as it was sent, and has the same hash.
/// </summary>
public static class FrozenForm
{
    /// <summary>
    /// The form as it is frozen: every text as the check read it (in one Unicode form, without space around it, line breaks as LF) and every credit code in its
    /// normal form, so that what is judged is what is stored, and what is equal to a reader is equal in every comparison. Figures stay as they were written. The form has passed its check.
    /// </summary>
    public static JsonElement InNormalForm(FormDefinition definition, JsonElement form)
    {
        var normal = new JsonObject();
        foreach (var member in form.EnumerateObject())
            normal[member.Name] = Normal(definition.Find(member.Name), JsonNode.Parse(member.Value.GetRawText()));
        return JsonSerializer.SerializeToElement(normal);
    }

    private static JsonNode? Normal(FieldDefinition? field, JsonNode? value) => value switch
    {
        JsonArray rows => new JsonArray([.. rows.Select(row => Normal(field, row))]),
        JsonObject cells => new JsonObject(cells.Select(cell => KeyValuePair.Create(cell.Key, Normal(field?.Columns?.FirstOrDefault(c => c.Key == cell.Key), cell.Value)))),
        JsonValue text when text.GetValueKind() == JsonValueKind.String =>
            NormalText(field, text.GetValue<string>()),
        _ => value?.DeepClone(),
    };

    private static string NormalText(FieldDefinition? field, string text) => field?.Type switch
    {
        FieldType.CreditCode => CreditCode.Check(text).Code is { } code ? code.Value : text.InForm(),
        FieldType.Text or FieldType.LongText => PlainText.Check(text, field.Type == FieldType.LongText, text.Length).Text ?? text.InForm(),
        _ => text.InForm(),
    };

    /// <summary>Parts a form by what the definition says of each field.</summary>
    /// <param name="definition">Says which fields are free text or personal.</param>
    /// <param name="form">The form as it was sent.</param>
    /// <param name="application">Whose keys seal it.</param>
    /// <param name="round">Which submission it is: each text of each submission has a key of its own.</param>
    public static (Dictionary<string, JsonElement> Facts, Dictionary<string, Sealed> Prose) Part(FormDefinition definition, JsonElement form, ApplicationId application, int round)
    {
        var facts = new Dictionary<string, JsonElement>();
        var prose = new Dictionary<string, Sealed>();
        foreach (var field in definition.Fields)
        {
            if (!form.TryGetProperty(field.Key, out var value))
                continue;
            if (IsSealed(field))
                prose[field.Key] = Seal(field, value, application, round, field.Key);
            else if (field.Columns?.Any(IsSealed) == true && value.ValueKind == JsonValueKind.Array)
                facts[field.Key] = PartTable(field, value, prose, application, round);
            else
                facts[field.Key] = value.Clone();
        }
        return (facts, prose);
    }

    /// <summary>The form as it was sent; a value whose key was destroyed is missing.</summary>
    public static JsonObject Join(ApplicationSubmitted submission, Func<Sealed, string?> open)
    {
        var form = new JsonObject();
        foreach (var (key, value) in submission.Facts)
            form[key] = JsonNode.Parse(value.GetRawText());
        foreach (var (path, value) in submission.Prose)
        {
            var text = open(value) is { } json ? JsonNode.Parse(json) : null;
            if (path.Split('[', ']') is [var table, var row, var column])
                form[table]!.AsArray()[int.Parse(row, System.Globalization.CultureInfo.InvariantCulture)]!.AsObject()[column.TrimStart('.')] = text;
            else if (text is not null)
                form[path] = text;
        }
        return form;
    }

    /// <summary>
    /// SHA-256, hexadecimal, over the form with its members in ordinal order, the evidence digests by indicator, and the round: what is printed on the frozen form.
    /// </summary>
    public static string Hash(JsonNode form, IEnumerable<EvidenceFile> evidence, int round)
    {
        var whole = new JsonObject
        {
            ["form"] = Sorted(form),
            ["evidence"] = new JsonArray([.. evidence.OrderBy(e => e.Indicator, StringComparer.Ordinal).ThenBy(e => e.Sha256, StringComparer.Ordinal)
                .Select(e => (JsonNode)new JsonArray(e.Indicator, e.Sha256))]),
            ["round"] = round,
        };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(whole, Json.Store)));
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Key, Sorted(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    /// <summary>The key of everything personal in an application: one of its own, so that the persons can be erased and the file stays.</summary>
    public static string PersonalKey(string stream) => $"{stream}/personal";

    private static bool IsSealed(FieldDefinition field) => field.FreeText || field.Personal;

    private static Sealed Seal(FieldDefinition field, JsonElement value, ApplicationId application, int round, string of) =>
        Sealed.Of(value.GetRawText(), field.Personal ? PersonalKey(application.Stream) : OwnKeys.OfText(application, round, of));

    private static JsonElement PartTable(FieldDefinition table, JsonElement rows, Dictionary<string, Sealed> prose, ApplicationId application, int round)
    {
        var plain = new JsonArray();
        foreach (var (row, index) in rows.EnumerateArray().Select((row, index) => (row, index)))
        {
            // A row may be null: it was left blank, and the form keeps the numbers of the others.
            if (row.ValueKind == JsonValueKind.Null)
            {
                plain.Add(null);
                continue;
            }
            var kept = new JsonObject();
            foreach (var cell in row.EnumerateObject())
                if (table.Columns!.FirstOrDefault(c => c.Key == cell.Name) is { } column && IsSealed(column))
                    prose[$"{table.Key}[{index}].{cell.Name}"] = Seal(column, cell.Value, application, round, table.Key);
                else
                    kept[cell.Name] = JsonNode.Parse(cell.Value.GetRawText());
            plain.Add(kept);
        }
        return JsonSerializer.SerializeToElement(plain);
    }
}
