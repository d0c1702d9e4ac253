using System.Security.Cryptography;
using System.Text;

namespace Registry.Review;

/// <summary>
/// The seed of a draw, which nobody could choose: two officers commit to sealed numbers before the pool is recorded and open them after it.
/// Whoever opens last could see the outcome first and keep silent; a draw given up records who had not opened.
/// </summary>
public static class Seed
{
    /// <summary>Officers who commit.</summary>
    public const int Officers = 2;

    /// <summary>Most digits of a number.</summary>
    public const int MostDigits = 30;

    private const int SaltCharacters = 64;

    /// <summary>Decimal digits only.</summary>
    public static bool IsNumber(string text) => text.Length is > 0 and <= MostDigits && text.All(char.IsAsciiDigit);

    /// <summary>32 bytes in lower-case hexadecimal. The fixed length says where the number ends, so a commitment opens in one way only.</summary>
    public static bool IsSalt(string text) => IsDigest(text);

    /// <summary>A SHA-256 in lower-case hexadecimal.</summary>
    public static bool IsDigest(string text) => text.Length == SaltCharacters && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The commitment: SHA-256 over the UTF-8 text of the number followed by the salt.</summary>
    public static string Commit(string number, string salt) => Hash(number + salt);

    /// <summary>The seed: SHA-256 over the UTF-8 text <c>panel:round:number:salt:number:salt</c>, in the order of the commitments.</summary>
    public static string Of(PanelId panel, int round, IEnumerable<SeedOpened> inOrder) =>
        Hash(string.Join(':', [panel.Value, $"{round}", .. inOrder.SelectMany(o => new[] { o.Number, o.Salt })]));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
