using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Registry.Platform;

/// <summary>The two ways in which the program writes JSON.</summary>
public static class Json
{
    /// <summary>What clients send and get. Strict: an unknown, doubled or missing member is an error, letter case counts.</summary>
    public static readonly JsonSerializerOptions Api = ForApi(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { WholeLists.Require } },
    });

    /// <summary>The same for what a client sends: every text comes in normal form, so that what looks alike is stored alike.</summary>
    public static readonly JsonSerializerOptions Sent = new(Api) { Converters = { new NormalTextJson() } };

    /// <summary>What is stored: events and documents.</summary>
    public static readonly JsonSerializerOptions Store = Strict(new JsonSerializerOptions(JsonSerializerDefaults.General));

    /// <summary>Makes options that somebody else has made those of the API, so that the API's description tells what the API takes.</summary>
    public static JsonSerializerOptions ForApi(JsonSerializerOptions options)
    {
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 32;
        options.Converters.Add(new DayJson());
        options.Converters.Add(new JsonStringEnumConverter(null, allowIntegerValues: false));
        return Strict(options);
    }

    /// <summary>Sets what both share on options that somebody else has made.</summary>
    public static JsonSerializerOptions Strict(JsonSerializerOptions options)
    {
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new IdJson());
        return options;
    }
}

/// <summary>Texts in Unicode's composed form (NFC). One that is no text at all is left to the rule that refuses it.</summary>
internal sealed class NormalTextJson : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String ? reader.GetString()!.InForm() : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <summary>
/// Days as clients write them. A day that no office means (9999-12-31) is refused here: its end lies beyond what a calendar can count, and once it stood in
/// an event every later step would fail on it.
/// </summary>
internal sealed class DayJson : JsonConverter<DateOnly>
{
    private const int FirstYear = 1900, LastYear = 2199;

    public override DateOnly Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && DateOnly.TryParseExact(reader.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= FirstYear and <= LastYear
            ? day
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateOnly value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
}
