using System.Text.Json;
using Registry.Backups;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Cli;

/// <summary>Backup and restore as an operator runs them.</summary>
public static class BackupVerbs
{
    /// <summary>Names the database given up, where <c>REGISTRY_CONNECTION</c> names the one to be filled.</summary>
    private const string NewerSetting = "REGISTRY_NEWER_CONNECTION";

    private const string BackupHelp = """
        registry backup DIR [--keys DIR] [--data DIR] [--json]
          退出码 / exit code: 0 已备份并校验 / backed up and verified, 1 中途失败，所写内容不是备份 / broken off, what was written is no backup, 2 未开始 / not begun
          备份数据库、佐证材料（DIR）和密钥（--keys，默认 DIR-keys，应在另一处），写完即校验；公开日志及其签名密钥不在备份中
          back up database and evidence (DIR) and keys (--keys, DIR-keys by default, better elsewhere); verified after writing; the public log and its signing keys are not in it
        """;

    private const string RestoreHelp = """
        registry restore DIR --to DATA [--keys DIR] [--newer DATA] [--ledger DIR] [--log DIR] [--json]
          DIR: 某次备份的目录 / the folder of one backup;  --to: 空的数据目录 / an empty data folder
          --newer: 被替换的数据目录（先停止其服务），从中取用公开日志，并列出备份之后已受理的事项；设置了 REGISTRY_CONNECTION 时，另以 REGISTRY_NEWER_CONNECTION 指明被替换的数据库
                   the data folder given up (stop its service first): the public log is taken from it, and what was acknowledged after the backup is listed; with REGISTRY_CONNECTION set, REGISTRY_NEWER_CONNECTION names the database given up
          --ledger: 当前的销毁名册（默认取自 --newer）/ today's ledger of destroyed keys (by default that of --newer)
          --log: 公开日志的最新副本，用于原目录已丢失时 / the newest copy of the public log, when the old folder is lost
          REGISTRY_CONNECTION 与 REGISTRY_SCHEMA_CONNECTION：写入该数据库而非自带数据库 / fill that database instead of a private one
          退出码 / exit code: 0 已恢复 / restored, 1 中途失败，请弃用该目录 / broken off, throw the folder away, 2 未开始 / not begun
        """;

    /// <summary>The verb <c>backup</c>; 1 when it broke off, 2 when it was refused before anything was written.</summary>
    public static async Task<int> BackupAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data", "--keys"], ["--json"], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, BackupHelp) is { } ended)
            return ended;
        if (given.Words is not [var folder])
            return Answer.Usage(Console.Error, "需要备份目录 / a folder is needed", BackupHelp);
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build((RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true }).WithLog());
        return await ReportAsync(given.Has("--json"), async () =>
        {
            var manifest = await app.Services.GetRequiredService<Backup>().WriteAsync(folder, given["--keys"] ?? Path.TrimEndingDirectorySeparator(folder) + "-keys", TimeProvider.System.GetUtcNow(), CancellationToken.None);
            return (new { manifest.Id, manifest.At, manifest.Events, files = manifest.Files.Count } as object, $"已备份并校验 / backed up and verified: {Path.Combine(folder, manifest.Id)}，至少 / at least {manifest.Events}");
        });
    }

    /// <summary>The verb <c>restore</c>; 1 when it broke off, 2 when it was refused before anything was written.</summary>
    public static async Task<int> RestoreAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--to", "--keys", "--newer", "--ledger", "--log"], ["--json"], takesWords: true);
        if (given.Ended(Console.Out, Console.Error, RestoreHelp) is { } ended)
            return ended;
        if (given.Words is not [var folder] || given["--to"] is not { } to)
            return Answer.Usage(Console.Error, "需要备份目录和 --to / a backup's folder and --to are needed", RestoreHelp);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var keys = given["--keys"] ?? Path.Combine(Path.GetDirectoryName(folder)! + "-keys", Path.GetFileName(folder));
        var newer = given["--newer"];
        var ledger = given["--ledger"] ?? (newer is null ? null : RegistrySettings.For(newer, "").LedgerFolder);
        if (newer is not null && RunningDatabase.Of(RunningDatabase.Setting) is not null && RunningDatabase.Of(NewerSetting) is null)
            return Answer.Usage(Console.Error, $"设置了 {RunningDatabase.Setting}，请以 {NewerSetting} 指明被替换的数据库 / {RunningDatabase.Setting} is set; name the database given up by {NewerSetting}", RestoreHelp);
        if (RunningDatabase.Of(RunningDatabase.Setting) is not null && RunningDatabase.Of(DatabaseSchema.Setting) is null)
            return Answer.Usage(Console.Error, $"设置了 {RunningDatabase.Setting}，请以 {DatabaseSchema.Setting} 指明结构的所有者 / {RunningDatabase.Setting} is set; name the schema's owner by {DatabaseSchema.Setting}", RestoreHelp);
        // Where there is no database to be asked, joining it would make an empty one, and nothing would seem to be lost.
        if (newer is not null && RunningDatabase.Of(NewerSetting) is null && !Directory.Exists(Path.Combine(newer, "postgres")))
        {
            await Console.Error.WriteLineAsync($"被替换的目录中没有数据库：{newer}；请改用 --ledger 和 --log / the folder given up holds no database: {newer}; use --ledger and --log instead");
            return ExitCode.Refused;
        }
        await using var old = newer is null ? null : await RunningDatabase.JoinAsync(newer, SiteBuildVerb.QuietLog(), CancellationToken.None, NewerSetting);
        return await ReportAsync(given.Has("--json"), async () =>
        {
            var request = new RestoreRequest(folder, keys, Path.GetFullPath(to)) { Ledger = ledger, NewerStore = old?.ConnectionString, NewerFolder = newer, LogCopy = given["--log"] };
            var restored = await Restore.RunAsync(request, SiteBuildVerb.QuietLog(), CancellationToken.None);
            var lost = restored.Lost is null ? "" : string.Concat(restored.Lost.Select(l => $"\n  {l.At:u} {l.Kind} {l.Stream} {l.Event}"));
            return (restored, $"已恢复 / restored: {restored.At:u}，{restored.Events}；销毁名册 / destroyed: {restored.Destroyed}；" + (restored.Lost is null
                ? "没有较新的数据可比 / no newer store to compare with"
                : $"备份之后已受理、需重新录入 / acknowledged after the backup, to be entered again: {restored.Lost.Count}{lost}") + restored.Log switch
                {
                    LogSource.NewerFolder => "\n公开日志取自被替换的目录，请接着运行 / the public log was taken from the folder given up; go on with: registry log recover",
                    LogSource.Copy => "\n公开日志取自副本。请把签名密钥放回 secrets/log，再运行 / the public log was taken from the copy; put its signing key back into secrets/log, then run: registry log recover",
                    _ => "\n没有公开日志：在另立日志之前不会签署任何内容。请取得公开日志的最新副本重新恢复（--log），或运行 / there is no public log, and nothing is signed until there is: restore again with its newest copy (--log), or declare another one: registry log new",
                });
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
            return failed.Begun ? ExitCode.Negative : ExitCode.Refused;
        }
    }
}
