using Npgsql;
using Registry.Cli;
using Registry.Platform;

namespace Registry.Tests.Platform;

/// <summary>One role owns the schema and another one serves: what the program's own credentials can and cannot do, and on which schema it starts.</summary>
public sealed class DatabaseSchemaTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("update registry.mt_events set data = '{}'")]
    [InlineData("delete from registry.mt_events")]
    [InlineData("truncate registry.mt_events")]
    [InlineData("update registry.commitments set digests = ''")]
    [InlineData("delete from registry.commitments")]
    [InlineData("update registry.log_leaves set entry = ''")]
    [InlineData("delete from registry.log_leaves")]
    [InlineData("delete from registry.mt_streams")]
    [InlineData("update registry.mt_doc_sensitivereading set data = '{}'")]
    [InlineData("delete from registry.mt_doc_sensitivereading")]
    [InlineData("truncate registry.mt_doc_sensitivereading")]
    [InlineData("update registry.schema_stamps set fingerprint = ''")]
    [InlineData("insert into registry.schema_stamps values ('x', now())")]
    [InlineData("alter table registry.mt_events disable trigger all")]
    [InlineData("drop table registry.mt_events")]
    [InlineData("create table registry.another (id int)")]
    [InlineData("create table public.another (id int)")]
    [InlineData("create schema another")]
    [InlineData("alter table messages.wolverine_nodes add column x int")]
    [InlineData("drop table jobs.job")]
    [InlineData("alter table registry.mt_events owner to current_user")]
    [InlineData("select setval('registry.mt_events_sequence', 1)")]
    [InlineData("set role postgres")]
    public async Task Abuse_46_with_the_programs_own_credentials_history_and_schema_cannot_be_changed(string sql)
    {
        var serving = PostgresFixture.ServingOf(await postgres.CreateRegistryAsync());
        var refused = await Assert.ThrowsAsync<PostgresException>(() => RunAsync(serving, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task The_first_schema_is_brought_up_by_its_owner_and_a_second_step_changes_nothing()
    {
        var owner = await postgres.CreateDatabaseAsync();
        await using var app = App.Build(Settings(owner));
        Assert.False(await DatabaseSchema.IsKnownAsync(app.Services, Ct));
        Assert.Contains("mt_events", await SchemaVerb.ApplyAsync(Settings(owner), owner, Ct), StringComparison.Ordinal);
        Assert.True(await DatabaseSchema.IsKnownAsync(app.Services, Ct));
        Assert.Equal("", await SchemaVerb.ApplyAsync(Settings(owner), owner, Ct));
        await DatabaseSchema.RequireAsync(app.Services, Ct);
    }

    [Fact]
    public async Task On_an_empty_database_the_start_is_refused_and_says_what_to_run() =>
        Assert.Contains("schema apply", await RefusalAsync(await postgres.CreateDatabaseAsync()), StringComparison.Ordinal);

    [Fact]
    public async Task On_a_schema_of_another_program_the_start_is_refused() =>
        Assert.Contains("none that this program knows", await RefusalAsync(await postgres.CreateRegistryAsync(), "update registry.schema_stamps set fingerprint = 'another'"), StringComparison.Ordinal);

    [Theory]
    [InlineData("drop function registry.mt_quick_append_events")]
    [InlineData("alter table registry.mt_events drop column headers")]
    [InlineData("drop table registry.mt_doc_applicationcard")]
    public async Task On_a_schema_that_was_changed_by_hand_the_start_is_refused(string change) =>
        Assert.Contains("changed by hand", await RefusalAsync(await postgres.CreateRegistryAsync(), change), StringComparison.Ordinal);

    [Fact]
    public async Task A_program_whose_schema_was_only_added_to_by_a_newer_one_still_starts()
    {
        var owner = await postgres.CreateRegistryAsync();
        await RunAsync(owner, "alter table registry.mt_doc_applicationcard add column later text; insert into registry.schema_stamps values ('newer', clock_timestamp())");
        await using var app = App.Build(Settings(owner));
        await DatabaseSchema.RequireAsync(app.Services, Ct);
    }

    [Fact]
    public async Task As_a_role_that_could_change_events_the_program_does_not_start()
    {
        var owner = await postgres.CreateRegistryAsync();
        await using var app = App.Build(Settings(owner) with { ConnectionString = owner });
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => DatabaseSchema.RequireAsync(app.Services, Ct));
        Assert.Equal(StartRefusedException.SchemaUnknown, refused.ExitCode);
        Assert.Contains("can change or delete events", refused.Message, StringComparison.Ordinal);
        Assert.Contains("neither the schema's owner", (await Assert.ThrowsAsync<StartRefusedException>(() => SchemaVerb.ApplyAsync(Settings(owner) with { ConnectionString = owner }, owner, Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_a_role_that_may_take_the_owners_place_the_program_does_not_start_and_is_given_no_rights()
    {
        var owner = await postgres.CreateRegistryAsync();
        var role = new NpgsqlConnectionStringBuilder(owner).Database + "_member";
        await RunAsync(owner, $"create role {role} login noinherit password '{role}'");
        try
        {
            await using (var connection = new NpgsqlConnection(owner))
            {
                await connection.OpenAsync(Ct);
                await DatabaseSchema.GrantAsync(connection, role, Ct);
                await RunAsync(owner, $"do $$ begin execute format('grant %I to {role}', current_user); end $$");
                Assert.Contains("neither the schema's owner", (await Assert.ThrowsAsync<StartRefusedException>(() => DatabaseSchema.GrantAsync(connection, role, Ct))).Message, StringComparison.Ordinal);
            }
            await using var app = App.Build(Settings(owner) with { ConnectionString = new NpgsqlConnectionStringBuilder(owner) { Username = role, Password = role, Pooling = false }.ConnectionString });
            Assert.Contains("can change or delete events", (await Assert.ThrowsAsync<StartRefusedException>(() => DatabaseSchema.RequireAsync(app.Services, Ct))).Message, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync(owner, $"drop owned by {role}; drop role {role}");
        }
    }

    [Fact]
    public async Task A_step_that_takes_something_away_leaves_no_stamp_when_it_is_broken_off()
    {
        var owner = await postgres.CreateRegistryAsync();
        // What the step would take away, and a rule of the database that stops it half way.
        await RunAsync(owner, """
            alter table registry.mt_doc_applicationcard add column later text;
            create function public.stop() returns event_trigger language plpgsql as $$ begin raise exception 'stopped'; end $$;
            create event trigger stop on ddl_command_end when tag in ('ALTER TABLE') execute function public.stop();
            """);
        await Assert.ThrowsAnyAsync<Exception>(() => SchemaVerb.ApplyAsync(Settings(owner), owner, Ct));
        await RunAsync(owner, "drop event trigger stop");
        await using (var app = App.Build(Settings(owner)))
            Assert.Contains("none that this program knows", (await Assert.ThrowsAsync<StartRefusedException>(() => DatabaseSchema.RequireAsync(app.Services, Ct))).Message, StringComparison.Ordinal);
        Assert.Contains("drop column", await SchemaVerb.ApplyAsync(Settings(owner), owner, Ct), StringComparison.OrdinalIgnoreCase);
        await using var again = App.Build(Settings(owner));
        await DatabaseSchema.RequireAsync(again.Services, Ct);
    }

    [Fact]
    public async Task Two_nodes_that_bring_up_the_schema_at_once_both_succeed()
    {
        var owner = await postgres.CreateDatabaseAsync();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => SchemaVerb.ApplyAsync(Settings(owner), owner, Ct), Ct)));
        await using var app = App.Build(Settings(owner));
        await DatabaseSchema.RequireAsync(app.Services, Ct);
    }

    private static RegistrySettings Settings(string owner) => RegistrySettings.For(Path.GetTempPath(), PostgresFixture.ServingOf(owner)) with { Jobs = false, Alone = true };

    private static async Task<string> RefusalAsync(string owner, string? change = null)
    {
        if (change is not null)
            await RunAsync(owner, change);
        await using var app = App.Build(Settings(owner));
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => DatabaseSchema.RequireAsync(app.Services, Ct));
        Assert.Equal(StartRefusedException.SchemaUnknown, refused.ExitCode);
        return refused.Message;
    }

    private static async Task RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
