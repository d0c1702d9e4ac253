using Npgsql;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>The database's schema as a step of its own, under its owner's role. The program that serves never changes it.</summary>
public static class SchemaVerb
{
    private const string Help = """
        registry schema apply|check [--data DIR]
          apply: 以结构所有者的角色更新数据库结构，并给服务角色授权（不含改写、删除事件）
                 bring the schema up to date as its owner, and give the serving role its rights (not to change or delete events)
          check: 以服务角色检查结构是否为本程序所知 / as the serving role, check that this program knows the schema
          REGISTRY_SCHEMA_CONNECTION: 所有者的连接串 / the owner's connection string;  REGISTRY_CONNECTION: 服务角色的连接串 / the serving role's
          两者都不设则为数据目录中自带的数据库 / with neither, the data folder's private database
        """;

    /// <summary>Runs the verb.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], [], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        if (given.Words is not [("apply" or "check") and var step])
            return Answer.Usage(Console.Error, "需要 apply 或 check / apply or check is needed", Help);
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        var settings = RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true };
        if (step == "apply")
        {
            var owner = database.OwnerConnectionString ?? throw new StartRefusedException(
                StartRefusedException.MachineNotReady, $"请设置 {DatabaseSchema.Setting}。", $"Set {DatabaseSchema.Setting}.");
            var changes = await ApplyAsync(settings, owner, CancellationToken.None);
            Console.WriteLine(changes.Length > 0 ? changes : "结构已是最新，权限已重新授予 / the schema was up to date; rights were given anew");
        }
        await using var app = App.Build(settings);
        await DatabaseSchema.RequireAsync(app.Services, CancellationToken.None);
        Console.WriteLine("结构为本程序所知 / the schema is known");
        return ExitCode.Ok;
    }

    /// <summary>Brings the schema up to date as its owner, for the role of the settings' connection; what was changed.</summary>
    public static async Task<string> ApplyAsync(RegistrySettings settings, string owner, CancellationToken ct)
    {
        await using var app = App.Builder(settings with { ConnectionString = owner, OwnsSchema = true, Jobs = false, Alone = true }).Build();
        return await DatabaseSchema.ApplyAsync(app.Services, new NpgsqlConnectionStringBuilder(settings.ConnectionString).Username!, ct);
    }

    /// <summary>
    /// Before a program works on a database: whoever holds the owner's connection too, as for the private server, has the owner's step done where it is due;
    /// in any case the program goes on only on a schema that it knows.
    /// </summary>
    public static async Task PrepareAsync(this WebApplication app, RunningDatabase database)
    {
        if (database.OwnerConnectionString is { } owner && !await DatabaseSchema.IsKnownAsync(app.Services, CancellationToken.None))
            await ApplyAsync(app.Services.GetRequiredService<RegistrySettings>(), owner, CancellationToken.None);
        await DatabaseSchema.RequireAsync(app.Services, CancellationToken.None);
    }
}
