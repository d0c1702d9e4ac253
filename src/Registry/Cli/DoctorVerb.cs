using System.Text.Json;
using Registry.Audit;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>Examines the store and says what to do: 0 when nothing is wrong, 1 when something is. Notes alone are no fault.</summary>
public static class DoctorVerb
{
    private const string Help = """
        registry doctor [--data DIR] [--json]
          检查事件、视图、佐证材料、待办作业、时钟和磁盘 / examine events, views, evidence, pending work, clock and disk
          退出码 / exit code: 0 无异常 / nothing wrong, 1 有异常 / something is wrong, 6 结构未知 / the schema is unknown
        """;

    /// <summary>Runs the verb.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data"], ["--json"]);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build(RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true });
        await DatabaseSchema.RequireAsync(app.Services, CancellationToken.None);
        return Report(await app.Services.GetRequiredService<Doctor>().ExamineAsync(CancellationToken.None), given.Has("--json"), Console.Out);
    }

    /// <summary>Prints the findings; the exit code.</summary>
    public static int Report(IReadOnlyList<Finding> findings, bool json, TextWriter output)
    {
        if (json)
            output.WriteLine(JsonSerializer.Serialize(findings, Json.Api));
        else
            foreach (var finding in findings)
            {
                foreach (var language in Enum.GetValues<Language>())
                    output.WriteLine($"{(language == Language.Zh ? Mark(finding.Severity) : "    ")}{Texts.Of(language, "doctor." + finding.Code, finding.Facts)}");
                if (finding.Severity != Severity.Fine)
                    foreach (var language in Enum.GetValues<Language>())
                        output.WriteLine($"      → {Texts.Of(language, $"doctor.{finding.Code}.todo", finding.Facts)}");
            }
        return findings.Any(f => f.Severity == Severity.Fault) ? ExitCode.Negative : ExitCode.Ok;
    }

    private static string Mark(Severity severity) => severity switch
    {
        Severity.Fault => "[!] ",
        Severity.Note => "[i] ",
        _ => "[ ] ",
    };
}
