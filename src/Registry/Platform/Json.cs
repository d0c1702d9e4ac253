using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Registry.Platform;

/// <summary>The two ways in which the program writes JSON.</summary>
public static class Json
{
    /// <summary>What clients send and get. Strict: an unknown, doubled or missing member is an error, letter case counts.</summary>
    public static readonly JsonSerializerOptions Api = Strict(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 32,
    });

    /// <summary>What is stored: events and documents.</summary>
    public static readonly JsonSerializerOptions Store = Strict(new JsonSerializerOptions(JsonSerializerDefaults.General));

    /// <summary>Sets what both share on options that somebody else has made.</summary>
    public static JsonSerializerOptions Strict(JsonSerializerOptions options)
    {
        options.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new IdJson());
        return options;
    }
}
