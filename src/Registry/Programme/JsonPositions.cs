using System.Text;
using System.Text.Json;

namespace Registry.Programme;

/// <summary>
/// Where in a JSON text each value stands, by JSON pointer, so that an error can name a line. Also finds what a
/// parser passes over in silence: a member that is given twice.
/// </summary>
public sealed class JsonPositions
{
    private readonly byte[] _text;
    private readonly Dictionary<string, long> _offsets = [];

    private JsonPositions(byte[] text) => _text = text;

    /// <summary>Pointers of members that appear more than once in their object, with the offset of the later one.</summary>
    public List<(string Pointer, long Offset)> Repeated { get; } = [];

    /// <summary>Offsets of strings that are no text: broken UTF-8, or half of a surrogate pair.</summary>
    public List<long> Unreadable { get; } = [];

    /// <summary>Reads the text once. Throws <see cref="JsonException"/> with line and byte position if it is not JSON.</summary>
    public static JsonPositions Read(byte[] text)
    {
        var positions = new JsonPositions(text);
        var reader = new Utf8JsonReader(text);
        reader.Read();
        positions.ReadValue(ref reader, "");
        reader.Read();
        return positions;
    }

    /// <summary>Line and column (both from 1, columns in characters) of the value, a member at its name, or of the nearest value that holds it.</summary>
    public (int Line, int Column) Of(string pointer)
    {
        while (!_offsets.ContainsKey(pointer) && pointer.Length > 0)
            pointer = pointer[..pointer.LastIndexOf('/')];
        return At(_offsets.GetValueOrDefault(pointer));
    }

    /// <summary>Line and column of a byte of the text.</summary>
    public (int Line, int Column) At(long offset)
    {
        var before = _text.AsSpan(0, (int)offset);
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    /// <summary>One step of a JSON pointer (RFC 6901).</summary>
    public static string Step(string name) =>
        "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private void ReadValue(ref Utf8JsonReader reader, string pointer)
    {
        _offsets.TryAdd(pointer, reader.TokenStartIndex);
        if (reader.TokenType is JsonTokenType.StartObject)
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndObject)
            {
                var member = pointer + Step(Text(ref reader));
                if (!_offsets.TryAdd(member, reader.TokenStartIndex))
                    Repeated.Add((member, reader.TokenStartIndex));
                reader.Read();
                ReadValue(ref reader, member);
            }
        else if (reader.TokenType is JsonTokenType.StartArray)
            for (var i = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; i++)
                ReadValue(ref reader, $"{pointer}/{i}");
        else if (reader.TokenType is JsonTokenType.String)
            Text(ref reader);
    }

    private string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            Unreadable.Add(reader.TokenStartIndex);
            return "";
        }
    }
}
