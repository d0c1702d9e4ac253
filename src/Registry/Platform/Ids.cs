using System.Text.Json;
using System.Text.Json.Serialization;

namespace Registry.Platform;

/// <summary>An id of one kind of thing: a small type, so that an application's id is never taken for an objection's.</summary>
public interface IId
{
    /// <summary>The opaque id as it stands in a URL.</summary>
    string Value { get; }
}

/// <summary>An id that JSON writes as its plain string.</summary>
public interface IId<TSelf> : IId where TSelf : struct, IId<TSelf>
{
    /// <summary>The id with this text.</summary>
    static abstract TSelf Of(string value);
}

internal sealed class IdJson : JsonConverterFactory
{
    public override bool CanConvert(Type type) => typeof(IId).IsAssignableFrom(type) && type.IsValueType;

    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(type))!;

    private sealed class Converter<T> : JsonConverter<T> where T : struct, IId<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String ? T.Of(reader.GetString()!) : throw new JsonException("an id is a string");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

        public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => T.Of(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
    }
}
