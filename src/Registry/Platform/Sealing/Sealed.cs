using System.Text.Json;
using System.Text.Json.Serialization;

namespace Registry.Platform.Sealing;

/// <summary>
/// A value that a person typed freely, or that is personal. It enters a decision as text and can only be stored sealed:
/// writing one that is not sealed is an error, so no event, view or message can hold the text by oversight.
/// </summary>
[JsonConverter(typeof(SealedJson))]
public sealed class Sealed
{
    private Sealed() { }

    /// <summary>The text, before it is sealed. A value read from the store has none: <see cref="Vault.Open"/> opens it, by right.</summary>
    public string? Text { get; private init; }

    /// <summary>Whose key seals it, when that is not the stream's own (for example one objector's).</summary>
    public string? Under { get; private init; }

    /// <summary>What is stored. Null until the value is sealed.</summary>
    public SealedBox? Box { get; internal set; }

    /// <summary>A text to be sealed when its event is appended, under the key of <paramref name="under"/> or else of the stream.</summary>
    public static Sealed Of(string text, string? under = null) => new() { Text = text, Under = under };

    /// <summary>A value as it was stored.</summary>
    public static Sealed From(SealedBox box) => new() { Box = box };

    /// <summary>Never the text: a sealed value may end up in a message by accident.</summary>
    public override string ToString() => "(sealed)";
}

/// <summary>AES-256-GCM output with the name of its key and the place it was sealed for, which is authenticated with it.</summary>
/// <param name="Key">The subject whose data key opens it.</param>
/// <param name="At">Stream, event and field it belongs to.</param>
/// <param name="Data">Base64 of nonce, ciphertext and tag.</param>
public sealed record SealedBox(
    [property: JsonPropertyName("key")] string Key, [property: JsonPropertyName("at")] string At, [property: JsonPropertyName("box")] string Data);

internal sealed class SealedJson : JsonConverter<Sealed>
{
    public override Sealed Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Sealed.From(JsonSerializer.Deserialize<SealedBox>(ref reader, options) ?? throw new JsonException("a sealed value is an object"));

    public override void Write(Utf8JsonWriter writer, Sealed value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Box ?? throw new InvalidOperationException("A sealed value must be sealed before it is written."), options);
}
