using System.Security.Cryptography;
using System.Text;
using Registry.Platform;

namespace Registry.Accounts;

/// <summary>
/// Whether a password is one that people choose: measured against the common passwords, names and words of the zxcvbn lists, this programme's own words,
/// and, where setting <c>REGISTRY_BREACHED_PASSWORDS</c> names one, a file of breached passwords (OWASP ASVS 5.0, 6.2.4, 6.2.11, 6.2.12).
/// </summary>
public sealed class PasswordStrength(RegistrySettings settings)
{
    /// <summary>Of 0 to 4: at least 10^8 guesses.</summary>
    private const int LeastScore = 3;

    /// <summary>Longer passwords are judged by their beginning; a longer one is never weaker.</summary>
    private const int Judged = 40;

    private const int DigestLength = 40;
    private const string AfterAll = "~";

    private static readonly string[] OwnWords = ["shandong", "cluster", "registry", "jiqun", "shuzi", "chanye", "gongxin", "shenbao", "password", "mima"];

    /// <summary>Reads the setting.</summary>
    /// <exception cref="StartRefusedException">The file cannot be read, or is no such list.</exception>
    public static string? Read(string? setting)
    {
        if (string.IsNullOrEmpty(setting))
            return null;
        try
        {
            using var lines = File.OpenRead(setting);
            if (DigestFrom(lines, 0) is { Length: DigestLength } first && first.All(char.IsAsciiHexDigitUpper))
                return setting;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
        }
        throw new StartRefusedException(
            StartRefusedException.MachineNotReady,
            $"设置 REGISTRY_BREACHED_PASSWORDS 指向的文件“{setting}”无法读取，或不是按行排序的 SHA-1 摘要（大写十六进制）。",
            $"The file that REGISTRY_BREACHED_PASSWORDS names, {setting}, cannot be read or is no sorted list of SHA-1 digests in capital hexadecimal.");
    }

    /// <summary>The refusing rule's code word, or null: <c>length</c>, <c>guessable</c> or <c>breached</c>.</summary>
    public string? Fault(string password, string login) =>
        password.Length is < OpenAccount.ShortestPassword or > OpenAccount.LongestPassword ? "length"
        : IsGuessable(password, login) ? "guessable"
        : settings.BreachedPasswords is { } file && IsBreached(file, password) ? "breached"
        : null;

    private static bool IsGuessable(string password, string login) =>
        Zxcvbn.Zxcvbn.MatchPassword(password[..Math.Min(password.Length, Judged)], [login, .. login.Split('.', '-'), .. OwnWords]).Score < LeastScore;

    /// <summary>Looks the password up in a file of SHA-1 digests in capital hexadecimal, one on each line, sorted, as breach collections are handed on (<c>DIGEST:count</c>).</summary>
    public static bool IsBreached(string file, string password)
    {
        // The collections are handed on in SHA-1; it protects nothing here.
#pragma warning disable CA5350
        var wanted = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        using var lines = File.OpenRead(file);
        // The first place from which the next line is not before the wanted one.
        var (low, high) = (0L, lines.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(DigestFrom(lines, middle), wanted) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return DigestFrom(lines, low) == wanted;
    }

    /// <summary>The digest of the first line that begins at this place or after it; what sorts after all digests at the end of the file.</summary>
    private static string DigestFrom(FileStream lines, long place)
    {
        lines.Position = Math.Max(0, place - 1);
        if (place > 0)
            for (int b; (b = lines.ReadByte()) >= 0 && b != '\n';) { }
        Span<byte> digest = stackalloc byte[DigestLength];
        return lines.ReadAtLeast(digest, DigestLength, throwOnEndOfStream: false) == DigestLength ? Encoding.ASCII.GetString(digest) : AfterAll;
    }
}
