using Npgsql;
using Registry.Backups;

namespace Registry.Tests.Backups;

/// <summary>How PostgreSQL's own tools are told to reach the server.</summary>
public sealed class PostgresToolsTests
{
    private static IReadOnlyDictionary<string, string> Of(string connection, int major = 16) => PostgresTools.EnvironmentOf(new NpgsqlConnectionStringBuilder(connection), major);

    [Theory]
    [InlineData("Disable", "disable")]
    [InlineData("Prefer", "prefer")]
    [InlineData("Require", "require")]
    [InlineData("VerifyCA", "verify-ca")]
    [InlineData("VerifyFull", "verify-full")]
    public void They_protect_the_way_as_the_connection_string_says(string asked, string told) => Assert.Equal(told, Of($"Host=db.example;SSL Mode={asked}")["PGSSLMODE"]);

    [Fact]
    public void They_know_whom_to_trust_and_who_they_are()
    {
        var told = Of("Host=db.example;Port=5433;Database=registry;Username=owner;Password=secret;SSL Mode=VerifyFull;Root Certificate=/etc/ca.pem;SSL Certificate=/etc/me.pem;SSL Key=/etc/me.key;Channel Binding=Require");
        Assert.Equal(("db.example", "5433", "registry", "owner", "secret"), (told["PGHOST"], told["PGPORT"], told["PGDATABASE"], told["PGUSER"], told["PGPASSWORD"]));
        Assert.Equal(("/etc/ca.pem", "/etc/me.pem", "/etc/me.key", "require"), (told["PGSSLROOTCERT"], told["PGSSLCERT"], told["PGSSLKEY"], told["PGCHANNELBINDING"]));
    }

    [Fact]
    public void Where_no_certificate_is_named_they_trust_the_system_or_are_told_nothing_that_they_do_not_know()
    {
        Assert.Equal("system", Of("Host=db.example;SSL Mode=VerifyFull")["PGSSLROOTCERT"]);
        Assert.False(Of("Host=db.example;SSL Mode=VerifyFull", major: 15).ContainsKey("PGSSLROOTCERT"));
        Assert.False(Of("Host=db.example").ContainsKey("PGSSLROOTCERT"));
    }
}
