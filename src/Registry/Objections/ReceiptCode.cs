using System.Security.Cryptography;
using System.Text;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>
/// The code that leads an objector back to the own objection. The form makes it before anything is sent, so a lost answer loses nothing;
/// here only a keyed hash of it is kept. At least 128 random bits in Crockford's base 32: letters that are easily confused are read alike.
/// </summary>
public static class ReceiptCode
{
    private const string Symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>Fewest symbols: 26 of five bits each are 130 bits.</summary>
    public const int Fewest = 26;

    private const int Most = 64;

    /// <summary>A code from a form that repeats a few symbols was not made at random.</summary>
    private const int FewestDifferent = 8;

    /// <summary>A new code in groups of five or six, as it is printed.</summary>
    public static string New()
    {
        var code = RandomNumberGenerator.GetString(Symbols, Fewest);
        return $"{code[..6]}-{code[6..11]}-{code[11..16]}-{code[16..21]}-{code[21..]}";
    }

    /// <summary>A public number: twelve random symbols. It names an objection in public and opens nothing.</summary>
    public static string NewNumber()
    {
        var number = RandomNumberGenerator.GetString(Symbols, 12);
        return $"{number[..4]}-{number[4..8]}-{number[8..]}";
    }

    /// <summary>The code without its separators and in one spelling, or null when it cannot be one.</summary>
    public static string? Normal(string? text)
    {
        if (text is null || text.Length > 2 * Most)
            return null;
        var code = new StringBuilder();
        foreach (var c in text.ToUpperInvariant())
            if (c is '-' or ' ')
                continue;
            else if (Symbols.Contains(c, StringComparison.Ordinal))
                code.Append(c);
            else if (c is 'I' or 'L')
                code.Append('1');
            else if (c == 'O')
                code.Append('0');
            else
                return null;
        var normal = code.ToString();
        return normal.Length is >= Fewest and <= Most && normal.Distinct().Count() >= FewestDifferent ? normal : null;
    }
}

/// <summary>Finds what a receipt code leads to. The code itself is nowhere stored.</summary>
public sealed class Receipts(KeyStore keys)
{
    private readonly byte[] secret = keys.Derive("sdreg/receipts/v1");

    /// <summary>The objection's id for a code in any spelling. A text that is no code gets an id as well, one that nothing has: so wrong and unknown codes take the same way.</summary>
    public ObjectionId IdOf(string text) => new(Keyed("objection", ReceiptCode.Normal(text) ?? text));

    /// <summary>The same for other things that are filed under a code.</summary>
    public string Keyed(string kind, string code) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{kind}\n{code}")))[..32];
}
