using System.Text.Json;
using Registry.Backups;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>Backup and restore as an operator runs them.</summary>
public static class BackupVerbs
{
    private const string BackupHelp = """
        registry backup DIR [--keys DIR] [--data DIR] [--json]
          备份数据库、佐证材料（DIR）和密钥（--keys，默认 DIR-keys，应在另一处），写完即校验
          back up database and evidence (DIR) and keys (--keys, DIR-keys by default, better elsewhere); verified after writing
        """;

    private const string RestoreHelp = """
        registry restore DIR --to DATA [--keys DIR] [--newer DATA] [--ledger DIR] [--json]
          DIR: 某次备份的目录 / the folder of one backup;  --to: 空的数据目录 / an empty data folder
          --newer: 被替换的数据目录，用来列出备份之后已受理的事项 / the data folder given up, to list what was acknowledged after the backup
          --ledger: 当前的销毁名册（默认取自 --newer）/ today's ledger of destroyed keys (by default that of --newer)
        """;

    /// <summary>The verb <c>backup</c>; 1 when it failed.</summary>
    public static async Task<int> BackupAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data", "--keys"], ["--json"], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, BackupHelp) is { } ended)
            return ended;
        if (given.Words is not [var folder])
            return Answer.Usage(Console.Error, "需要备份目录 / a folder is needed", BackupHelp);
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build(RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true });
        return await ReportAsync(given.Has("--json"), async () =>
        {
            var manifest = await app.Services.GetRequiredService<Backup>().WriteAsync(folder, given["--keys"] ?? Path.TrimEndingDirectorySeparator(folder) + "-keys", TimeProvider.System.GetUtcNow(), CancellationToken.None);
            return (new { manifest.Id, manifest.At, manifest.Events, files = manifest.Files.Count } as object, $"已备份并校验 / backed up and verified: {Path.Combine(folder, manifest.Id)}，{manifest.Events}");
        });
    }

    /// <summary>The verb <c>restore</c>; 1 when it failed.</summary>
    public static async Task<int> RestoreAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--to", "--keys", "--newer", "--ledger"], ["--json"], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, RestoreHelp) is { } ended)
            return ended;
        if (given.Words is not [var folder] || given["--to"] is not { } to)
            return Answer.Usage(Console.Error, "需要备份目录和 --to / a backup's folder and --to are needed", RestoreHelp);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var keys = given["--keys"] ?? Path.Combine(Path.GetDirectoryName(folder)! + "-keys", Path.GetFileName(folder));
        var newer = given["--newer"];
        var ledger = given["--ledger"] ?? (newer is null ? null : Path.Combine(newer, "keys-destroyed"));
        await using var old = newer is null ? null : await RunningDatabase.JoinAsync(newer, SiteBuildVerb.QuietLog(), CancellationToken.None);
        return await ReportAsync(given.Has("--json"), async () =>
        {
            var restored = await Restore.RunAsync(folder, keys, Path.GetFullPath(to), ledger, old?.ConnectionString, SiteBuildVerb.QuietLog(), CancellationToken.None);
            var lost = restored.Lost is null ? "" : string.Concat(restored.Lost.Select(l => $"\n  {l.At:u} {l.Kind} {l.Stream} {l.Event}"));
            return (restored, $"已恢复 / restored: {restored.At:u}，{restored.Events}；销毁名册 / destroyed: {restored.Destroyed}；" + (restored.Lost is null
                ? "没有较新的数据可比 / no newer store to compare with"
                : $"备份之后已受理、需重新录入 / acknowledged after the backup, to be entered again: {restored.Lost.Count}{lost}"));
        });
    }

    private static async Task<int> ReportAsync(bool json, Func<Task<(object Answer, string Sentence)>> run)
    {
        try
        {
            var (answer, sentence) = await run();
            Console.WriteLine(json ? JsonSerializer.Serialize(answer, Json.Api) : sentence);
            return ExitCode.Ok;
        }
        catch (BackupException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return ExitCode.Negative;
        }
    }
}
