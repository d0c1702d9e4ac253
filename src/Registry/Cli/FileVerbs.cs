using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Audit;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Cli;

/// <summary>The whole file of an application from the machine itself, and its check, which needs neither database nor keys.</summary>
public static class FileVerbs
{
    private const string ExportHelp = """
        registry file export APPLICATION --output FILE.zip [--data DIR]
          导出一份申报的完整卷宗 / export the whole file of an application
          退出码 / exit code: 0 已导出 / written, 2 没有这份申报 / no such application
        """;

    private const string CheckHelp = """
        registry file check FILE.zip [--digest SHA256] [--json]
          不用数据库校验卷宗；--digest 为导出时打印的清单指纹 / check an exported file without the database; --digest is what the export printed
          退出码 / exit code: 0 相符 / whole, 1 不符 / not, 2 文件无法读取 / the file cannot be read
        """;

    /// <summary>The verb <c>file export</c>; 2 when there is no such application.</summary>
    public static async Task<int> ExportAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data", "--output"], [], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, ExportHelp) is { } ended)
            return ended;
        if (given.Words is not [var id] || given["--output"] is not { } output)
            return Answer.Usage(Console.Error, "需要申报编号和 --output / an application and --output are needed", ExportHelp);
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build(RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true });
        await DatabaseSchema.RequireAsync(app.Services, CancellationToken.None);
        await using var session = app.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var reading = new Reading(Actor.Job("console"), app.Services.GetRequiredService<RegistryClock>().GetUtcNow(), session, app.Services.GetRequiredService<Vault>(), app.Services, CancellationToken.None);
        string? digest = null;
        var written = await WholeOrNothing.WriteAsync(output, async file =>
        {
            if ((digest = await WholeFile.WriteAsync(reading, id, file)) is not null)
                await SensitiveReadings.RecordAsync(FileEndpoints.Get, reading);
            return digest is not null;
        });
        if (!written)
        {
            await Console.Error.WriteLineAsync($"没有这份申报 / no such application: {id}");
            return ExitCode.Refused;
        }
        Console.WriteLine(digest);
        return ExitCode.Ok;
    }

    /// <summary>The verb <c>file check</c>.</summary>
    public static async Task<int> CheckAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--digest"], ["--json"], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, CheckHelp) is { } ended)
            return ended;
        if (given.Words is not [var path])
            return Answer.Usage(Console.Error, "需要卷宗文件 / an exported file is needed", CheckHelp);
        if (!File.Exists(path))
        {
            await Console.Error.WriteLineAsync($"没有这个文件 / no such file: {path}");
            return ExitCode.Refused;
        }
        await using var file = File.OpenRead(path);
        var verdict = await FileCheck.CheckAsync(file, CancellationToken.None);
        if (given["--digest"] is { } expected && !string.Equals(expected, verdict.Digest, StringComparison.OrdinalIgnoreCase))
            verdict = verdict with { Faults = [.. verdict.Faults, $"manifest: {verdict.Digest} ≠ {expected}"] };
        if (given.Has("--json"))
            Console.WriteLine(JsonSerializer.Serialize(verdict, Json.Api));
        else if (verdict.Faults.Count == 0)
            Console.WriteLine($"卷宗完整，与存入时相符 / whole, as it was recorded: {verdict.Application}，{verdict.Events}，{verdict.Files}，{verdict.Digest}");
        else
            foreach (var fault in verdict.Faults)
                Console.WriteLine($"不符 / differs: {fault}");
        return verdict.Faults.Count == 0 ? ExitCode.Ok : ExitCode.Negative;
    }
}
