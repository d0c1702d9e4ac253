using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;
using Registry.Platform;

namespace Registry.Accounts;

/// <summary>Argon2id with OWASP's first recommended parameters: 19 MiB, two passes, one lane. The parameters stand in each hash, so they can grow.</summary>
public static class Passwords
{
    private const int MemoryKiB = 19 * 1024, Passes = 2, SaltSize = 16, HashSize = 32;
    private static readonly string Nobody = Hash("no account has this password");

    /// <summary>Hashes a password with a fresh salt.</summary>
    public static string Hash(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return $"argon2id${MemoryKiB}${Passes}${Convert.ToBase64String(salt)}${Convert.ToBase64String(Compute(password, salt, MemoryKiB, Passes))}";
    }

    /// <summary>Whether the password is the hash's. A missing account takes the same time as a wrong password.</summary>
    public static bool Verify(string password, string? hash)
    {
        var parts = (hash ?? Nobody).Split('$');
        var computed = Compute(password, Convert.FromBase64String(parts[3]), int.Parse(parts[1], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(computed, Convert.FromBase64String(parts[4])) && hash is not null;
    }

    private static byte[] Compute(string password, byte[] salt, int memory, int passes)
    {
        using var argon = new Argon2id(Encoding.UTF8.GetBytes(password.InForm()))
        {
            Salt = salt,
            MemorySize = memory,
            Iterations = passes,
            DegreeOfParallelism = 1,
        };
        return argon.GetBytes(HashSize);
    }
}
