using System.Globalization;

namespace Registry.Proof;

/// <summary>The state of a log at one size (C2SP tlog-checkpoint), the text that a signed note carries. Ours has no extension lines.</summary>
/// <param name="Origin">The log's name.</param>
/// <param name="Size">How many leaves.</param>
/// <param name="Root">Base64 of their root.</param>
public sealed record Checkpoint(string Origin, long Size, string Root)
{
    /// <summary>The root's bytes.</summary>
    public byte[] RootHash => Convert.FromBase64String(Root);

    /// <summary>A checkpoint of these leaves.</summary>
    public static Checkpoint Of(string origin, long size, byte[] root) => new(origin, size, Convert.ToBase64String(root));

    /// <summary>The text that is signed.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root}\n");

    /// <summary>Reads the text; extension lines are passed over. Null when it is no checkpoint of SHA-256 hashes.</summary>
    public static Checkpoint? Parse(string text)
    {
        if (text.Split('\n') is not [{ Length: > 0 } origin, var size, var root, .. var rest] || rest is not [.. var extensions, ""] || extensions.Contains(""))
            return null;
        return Number(size) is { } count && IsHash(root) ? new Checkpoint(origin, count, root) : null;
    }

    /// <summary>A number as every format here writes it: digits alone, no leading zero, up to 2^63 - 1. Null for anything else.</summary>
    internal static long? Number(ReadOnlySpan<char> text) =>
        (text is "0" || text.Length > 0 && text[0] != '0') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static bool IsHash(string base64)
    {
        Span<byte> hash = stackalloc byte[Merkle.HashSize];
        return base64.Length == 44 && Convert.TryFromBase64String(base64, hash, out var length) && length == Merkle.HashSize && Convert.ToBase64String(hash) == base64;
    }
}
