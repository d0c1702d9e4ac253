using System.Security.Cryptography;
using System.Text;
using Registry.Accounts;
using Registry.Platform;

namespace Registry.Tests.Accounts;

public sealed class PasswordStrengthTests
{
    private static readonly RegistrySettings Settings = RegistrySettings.For("/nowhere", "");

    [Theory]
    [InlineData("length", "elevenchars")]
    [InlineData("guessable", "passwordpassword")]
    [InlineData("guessable", "123456789012")]
    [InlineData("guessable", "qwertyuiop123")]
    [InlineData("guessable", "shandong2025")]
    [InlineData("guessable", "jinan-officer-1")]
    [InlineData(null, "seven green lanterns 41")]
    [InlineData(null, "Demo-2025-shandong")]
    public void A_password_that_people_choose_is_none(string? fault, string password) =>
        Assert.Equal(fault, new PasswordStrength(Settings).Fault(password, "jinan-officer-1"));

    [Fact]
    public void A_very_long_password_is_judged_in_no_time_and_a_longer_one_than_allowed_is_none()
    {
        Assert.Null(new PasswordStrength(Settings).Fault(string.Concat(Enumerable.Repeat("seven green lanterns 41 ", 5)), ""));
        Assert.Equal("length", new PasswordStrength(Settings).Fault(new string('x', 129), ""));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(999)]
    public void Every_breached_password_is_found_in_its_file_and_no_other(int count)
    {
        var file = Path.GetTempFileName();
        try
        {
            var breached = Enumerable.Range(0, count).Select(i => $"breached password number {i}").ToArray();
            // Counts of different lengths make lines of different lengths.
            File.WriteAllText(file, string.Concat(breached.Select((p, i) => $"{Digest(p)}:{i * i}\n").Order(StringComparer.Ordinal)));
            Assert.All(breached, p => Assert.True(PasswordStrength.IsBreached(file, p)));
            Assert.All(Enumerable.Range(0, 200), i => Assert.False(PasswordStrength.IsBreached(file, $"unheard of password {i}")));
            var strength = new PasswordStrength(Settings with { BreachedPasswords = file });
            Assert.All(breached.Take(1), p => Assert.Equal("breached", strength.Fault(p, "")));
            Assert.Null(strength.Fault("unheard of password 1", ""));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_setting_that_names_no_such_list_is_said_at_start()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "password\n123456\n");
            Assert.Contains("REGISTRY_BREACHED_PASSWORDS", Assert.Throws<StartRefusedException>(() => PasswordStrength.Read(file)).Message, StringComparison.Ordinal);
            Assert.Throws<StartRefusedException>(() => PasswordStrength.Read(file + ".missing"));
            File.WriteAllText(file, Digest("x") + ":1\n");
            Assert.Equal(file, PasswordStrength.Read(file));
            Assert.Null(PasswordStrength.Read(""));
        }
        finally
        {
            File.Delete(file);
        }
    }

#pragma warning disable CA5350
    private static string Digest(string password) => Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
}
