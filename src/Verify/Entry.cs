using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Verify;

/// <summary>What stands in a leaf: its number, its batch, a subject that nobody can link, and digests of fields.</summary>
/// <param name="Sequence">Its own number, equal to its place.</param>
/// <param name="Batch">When its batch was published, UTC.</param>
/// <param name="Digests">Digests of the fields, base64, ascending by bytes.</param>
public sealed record Entry(long Sequence, DateTimeOffset Batch, IReadOnlySet<string> Digests)
{
    private const int Longest = 65_535, Padding = 16, DigestLine = 45;

    /// <summary>Reads a leaf; what is wrong with it otherwise.</summary>
    public static (Entry? Entry, string? Wrong) Parse(ReadOnlySpan<byte> bytes)
    {
        if (Check(bytes, out var sequence, out var batch, out var digests) is { } wrong)
            return (null, wrong);
        return (new Entry(sequence, batch, Encoding.ASCII.GetString(digests).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet()), null);
    }

    /// <summary>Checks a leaf's form without keeping anything of it: a walk over a million leaves does this for each.</summary>
    /// <returns>What is wrong, or null.</returns>
    public static string? Check(ReadOnlySpan<byte> bytes, out long sequence, out DateTimeOffset batch, out ReadOnlySpan<byte> digests)
    {
        (sequence, batch) = (0, default);
        digests = default;
        if (bytes.Length > Longest)
            return $"has {bytes.Length} bytes, more than {Longest}";
        var rest = bytes;
        if (!Line(ref rest, "sdreg-event/v1"u8, out var none) || none.Length > 0)
            return "is not an sdreg-event/v1";
        if (!Line(ref rest, "seq "u8, out var seq) || !Number(seq, out sequence))
            return "has no number";
        if (!Line(ref rest, "batch "u8, out var at) || !IsInstant(at, out batch))
            return "has no batch";
        Span<byte> digest = stackalloc byte[Tree.HashSize + 1], before = stackalloc byte[Tree.HashSize];
        if (!Line(ref rest, "subject "u8, out var subject) || !IsDigest(subject, digest))
            return "has no subject";
        if (!Line(ref rest, "fields "u8, out var fields) || !Number(fields, out var count) || count <= 0 || count % Padding != 0 || rest.Length != count * DigestLine)
            return "has not as many digests as it says, or not a multiple of 16";
        digests = rest;
        for (var i = 0; i < count; i++)
        {
            if (!Line(ref rest, default, out var line) || !IsDigest(line, digest))
                return "has a digest that is none";
            if (i > 0 && before.SequenceCompareTo(digest[..Tree.HashSize]) >= 0)
                return "has digests out of order";
            digest[..Tree.HashSize].CopyTo(before);
        }
        return null;
    }

    /// <summary>Takes the next line, which begins with the label.</summary>
    private static bool Line(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> label, out ReadOnlySpan<byte> value)
    {
        value = default;
        var end = rest.IndexOf((byte)'\n');
        if (end < 0 || !rest.StartsWith(label))
            return false;
        value = rest[label.Length..end];
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> digits, out long number) =>
        System.Buffers.Text.Utf8Parser.TryParse(digits, out number, out var read) && read == digits.Length && digits[0] is >= (byte)'0' and <= (byte)'9' && (digits.Length == 1 || digits[0] != '0');

    private static bool IsInstant(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        instant = default;
        Span<char> chars = stackalloc char["2025-01-01T00:00:00Z".Length];
        return text.Length == chars.Length && Ascii.ToUtf16(text, chars, out _) == System.Buffers.OperationStatus.Done
            && DateTimeOffset.TryParseExact(chars, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant);
    }

    /// <summary>44 characters of base64 that are exactly what their 32 bytes encode to.</summary>
    private static bool IsDigest(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        Span<byte> again = stackalloc byte[DigestLine];
        return text.Length == DigestLine - 1
            && Base64.DecodeFromUtf8(text, digest, out var read, out var written) == System.Buffers.OperationStatus.Done && read == text.Length && written == Tree.HashSize
            && Base64.EncodeToUtf8(digest[..Tree.HashSize], again, out _, out var length) == System.Buffers.OperationStatus.Done && again[..length].SequenceEqual(text);
    }
}

/// <summary>A field that was opened: name, value, and the text whose digest stands in the leaf.</summary>
/// <param name="Name">The field.</param>
/// <param name="Value">Its value.</param>
public sealed record OpenedField(string Name, JsonElement Value)
{
    private const int SaltSize = 32;

    /// <summary>Opens a disclosure's or receipt's field against the digests of a leaf; what is wrong with it otherwise.</summary>
    public static (OpenedField? Field, string? Wrong) Open(JsonElement field, IReadOnlySet<string> digests)
    {
        if (field.ValueKind != JsonValueKind.Object || Text(field, "name") is not { } name || Text(field, "opening") is not { } opening || !field.TryGetProperty("value", out var value))
            return (null, "a field lacks name, value or opening");
        if (!digests.Contains(Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(opening)))))
            return (null, $"the opening of {name} is not committed to");
        try
        {
            var parts = JsonDocument.Parse(Base64Url.DecodeFromChars(opening)).RootElement;
            return parts.ValueKind != JsonValueKind.Array || parts.GetArrayLength() != 3 || Base64Url.DecodeFromChars(parts[0].GetString() ?? "").Length != SaltSize ? (null, $"the opening of {name} is no [salt, name, value]")
                : parts[1].GetString() != name || !JsonElement.DeepEquals(parts[2], value) ? (null, $"{name} is shown with another name or value than the leaf holds")
                : (new OpenedField(name, value), null);
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException)
        {
            return (null, $"the opening of {name} is no [salt, name, value]");
        }
    }

    /// <summary>A member that is a text; null where there is none, or one that is no text.</summary>
    internal static string? Text(JsonElement thing, string name) =>
        thing.ValueKind == JsonValueKind.Object && thing.TryGetProperty(name, out var member) ? TextOf(member) : null;

    /// <summary>An element as text; null if it is none. Half of a character escaped in JSON is no text either.</summary>
    internal static string? TextOf(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
