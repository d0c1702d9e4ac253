using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Hangfire.PostgreSql;
using JasperFx;
using Marten;
using Npgsql;
using Weasel.Core;
using Wolverine.Persistence.Durability;

namespace Registry.Platform;

/// <summary>
/// The database's schema, which one role owns and another one uses. The owner's step brings it up to date and gives the serving role its rights; the
/// serving program only asks whether it knows what it finds. Every schema that was applied leaves a stamp, so a program tells its own from a foreign one.
/// </summary>
public static partial class DatabaseSchema
{
    private const string Stamps = $"{Store.Schema}.schema_stamps";

    /// <summary>Schemas of the store, of messages and of jobs.</summary>
    private static readonly string[] Schemas = [Store.Schema, Store.MessageSchema, Jobs.Schema];

    /// <summary>Any number that nothing else locks: two nodes that start together bring up the schema one after the other.</summary>
    private const long ApplyLock = 0x5343_4845_4d41;

    /// <summary>Brings the database up to date and gives the serving role its rights; what was changed, as SQL, empty if nothing was.</summary>
    /// <param name="owner">Services of a program whose connection is the owner's, with <see cref="RegistrySettings.OwnsSchema"/>.</param>
    /// <param name="servingRole">The role as which the program will serve. Another one than the owner.</param>
    /// <param name="ct">Ends with the caller.</param>
    /// <exception cref="StartRefusedException">The two roles are one, or the owner lacks a right.</exception>
    public static async Task<string> ApplyAsync(IServiceProvider owner, string servingRole, CancellationToken ct)
    {
        var connectionString = owner.GetRequiredService<RegistrySettings>().ConnectionString;
        await using var held = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await held.OpenAsync(ct);
        await RequireApartAsync(held, servingRole, ct);
        try
        {
            await RunAsync(held, $"select pg_advisory_lock({ApplyLock})", ct);
            var store = (DocumentStore)owner.GetRequiredService<IDocumentStore>();
            var changes = await ChangesAsync(store, ct);
            // A step that only adds leaves older programs at work; one that takes something away must not let them start again. Their stamps go first: a step
            // that is broken off half way may have taken away what they need.
            if (TakesAway().IsMatch(changes) && await OneAsync<bool>(held, $"select to_regclass('{Stamps}') is not null", ct))
                await RunAsync(held, $"delete from {Stamps}", ct);
            await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate);
            await owner.GetRequiredService<IMessageStore>().Admin.MigrateAsync(AutoCreate.CreateOrUpdate);
            PostgreSqlObjectsInstaller.Install(held, Jobs.Schema);
            await RunAsync(held, $"create table if not exists {Stamps} (fingerprint text primary key, applied_at timestamptz not null)", ct);
            await RunAsync(held, $"insert into {Stamps} values ('{Fingerprint(store)}', clock_timestamp()) on conflict (fingerprint) do update set applied_at = excluded.applied_at", ct);
            await GrantAsync(held, servingRole, ct);
            return changes;
        }
        catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"{Setting} 的角色无权更改数据库结构：{denied.MessageText}", $"The role of {Setting} may not change the schema: {denied.MessageText}");
        }
    }

    /// <summary>Gives the serving role its rights on a database whose schema is there already, as after a restore.</summary>
    /// <exception cref="StartRefusedException">The two roles are one, or the second may take the place of the first.</exception>
    public static async Task GrantAsync(NpgsqlConnection owner, string servingRole, CancellationToken ct)
    {
        await RequireApartAsync(owner, servingRole, ct);
        await RunAsync(owner, Rights(servingRole), ct);
    }

    private static async Task RequireApartAsync(NpgsqlConnection owner, string servingRole, CancellationToken ct)
    {
        if (await OneAsync<bool>(owner, "select pg_has_role($1, current_user, 'member')", ct, servingRole))
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"服务角色 {servingRole} 不得是结构的所有者或超级用户，否则它能改写历史。",
                $"The serving role {servingRole} must be neither the schema's owner nor a superuser, or it could rewrite history.");
    }

    /// <summary>The setting that names the owner's connection.</summary>
    public const string Setting = "REGISTRY_SCHEMA_CONNECTION";

    /// <summary>Whether the database holds the schema that this program expects, and lets it serve.</summary>
    public static async Task<bool> IsKnownAsync(IServiceProvider serving, CancellationToken ct) => await RefusalAsync(serving, ct) is null;

    /// <summary>Lets the program go on only on a schema that it knows, and only as a role that cannot change history.</summary>
    /// <exception cref="StartRefusedException">The message says what is wrong and what to do.</exception>
    public static async Task RequireAsync(IServiceProvider serving, CancellationToken ct)
    {
        if (await RefusalAsync(serving, ct) is { } refusal)
            throw refusal;
    }

    private static async Task<StartRefusedException?> RefusalAsync(IServiceProvider serving, CancellationToken ct)
    {
        var store = (DocumentStore)serving.GetRequiredService<IDocumentStore>();
        await using var connection = new NpgsqlConnection(serving.GetRequiredService<RegistrySettings>().ConnectionString);
        await connection.OpenAsync(ct);
        var stamps = new List<string>();
        try
        {
            await using var command = new NpgsqlCommand($"select fingerprint from {Stamps} order by applied_at desc", connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                stamps.Add(reader.GetString(0));
        }
        catch (PostgresException none) when (none.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            return Unready("数据库中没有本程序的结构，或服务角色尚无权限。", "The database does not hold this program's schema, or the serving role has no rights yet.");
        }
        if (!stamps.Contains(Fingerprint(store)))
            return Unready("数据库的结构不是本程序所知的版本。", "The database's schema is none that this program knows.");
        // An owner that has taken its own rights away, or a member of its role that does not inherit them, can have them back at any time.
        var mayChange = $"""
            select bool_or(has_table_privilege(t, p)) or bool_or(pg_has_role((select relowner from pg_class where oid = t::regclass), 'member'))
            from unnest(array['{string.Join("','", AppendOnly)}']) t, unnest(array['update', 'delete', 'truncate']) p
            """;
        if (await OneAsync<bool>(connection, mayChange, ct))
            return new StartRefusedException(
                StartRefusedException.SchemaUnknown,
                $"数据库角色 {connection.UserName} 能够改写或删除事件，本程序不以这样的角色服务。请另建一个没有所有权的登录角色写入 {RunningDatabase.Setting}，以所有者的连接串 {Setting} 运行 registry schema apply。",
                $"The database role {connection.UserName} can change or delete events, and the program does not serve as such a role. Make another login role that owns nothing, name it in {RunningDatabase.Setting}, and run registry schema apply with the owner's connection string in {Setting}.");
        // After a newer program's step the objects are no longer exactly ours, and need not be.
        if (stamps[0] == Fingerprint(store))
            try
            {
                await store.Storage.Database.AssertDatabaseMatchesConfigurationAsync(ct);
            }
            catch (Exception drift) when (drift is Weasel.Core.Migrations.DatabaseValidationException)
            {
                return Unready($"数据库的结构被改动过：{drift.Message}", $"The database's schema was changed by hand: {drift.Message}");
            }
        return null;
    }

    private static StartRefusedException Unready(string chinese, string english) => new(
        StartRefusedException.SchemaUnknown,
        $"{chinese}请以结构所有者的连接串 {Setting} 运行 registry schema apply（见 ops/runbook.zh-CN.md）。",
        $"{english} Run registry schema apply with the owner's connection string in {Setting} (see ops/runbook.md).");

    /// <summary>Tables of what happened: rows come and never change or go.</summary>
    public static readonly string[] AppendOnly =
        [$"{Store.Schema}.mt_events", $"{Store.Schema}.{Sealing.Commitments.Table}", $"{Store.Schema}.{LeafTableName}", $"{Store.Schema}.mt_doc_sensitivereading", Stamps];

    /// <summary>The table of the log's leaves, which the proof room owns.</summary>
    private const string LeafTableName = "log_leaves";

    private static string Rights(string role)
    {
        var to = $"\"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var given = Schemas.Select(schema =>
            $"""
            grant usage on schema {schema} to {to};
            grant select, insert, update, delete, truncate on all tables in schema {schema} to {to};
            grant usage, select on all sequences in schema {schema} to {to};
            grant execute on all functions in schema {schema} to {to};

            """);
        return $"""
            {string.Concat(given)}
            revoke update, delete, truncate on {string.Join(", ", AppendOnly)} from {to};
            revoke insert on {Stamps} from {to};
            revoke delete, truncate on {Store.Schema}.mt_streams from {to};
            """;
    }

    /// <summary>Tells one expected schema from another.</summary>
    private static string Fingerprint(DocumentStore store) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{store.Storage.ToDatabaseScript()}\n{typeof(IMessageStore).Assembly.GetName().Version}\n{typeof(PostgreSqlObjectsInstaller).Assembly.GetName().Version}")));

    private static async Task<string> ChangesAsync(DocumentStore store, CancellationToken ct)
    {
        var migration = await store.Storage.Database.CreateMigrationAsync(ct);
        if (migration.Difference == SchemaPatchDifference.None)
            return "";
        await using var writer = new StringWriter();
        migration.WriteAllUpdates(writer, store.Options.Advanced.Migrator, AutoCreate.CreateOrUpdate);
        return writer.ToString();
    }

    [GeneratedRegex(@"\bdrop\s+(table|column|function)\b|\balter\s+column\b", RegexOptions.IgnoreCase)]
    private static partial Regex TakesAway();

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(ct);
    }

    private static async Task<T> OneAsync<T>(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new() { Value = argument });
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }
}
