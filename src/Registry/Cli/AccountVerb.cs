using System.Security.Cryptography;
using System.Text.Json;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Cli;

/// <summary>Opens an account from the machine itself: how the first administrator comes in. The first password is made here and printed once.</summary>
public static class AccountVerb
{
    private const string Symbols = "abcdefghjkmnpqrstuvwxyz23456789";

    private const string Help = """
        registry account open --role ROLE --login NAME [--name 姓名] [--city CODE] [--organisation CODE] [--data DIR] [--json]
          开立账号并打印初始密码 / open an account and print its first password
          ROLE: administrator, provincial-officer, city-officer, applicant, expert, integrity-officer, auditor, supervision
        """;

    /// <summary>Runs the verb; 2 when the command is refused.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--data", "--role", "--login", "--name", "--city", "--organisation"], ["--json"]);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        if (given["--login"] is not { } login || given["--role"] is not { } named)
            return Answer.Usage(Console.Error, "需要 --role 和 --login / --role and --login are needed", Help);
        if (!Enum.TryParse(named.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out Roles role))
            return Answer.Usage(Console.Error, $"没有这个角色 / no such role: {named}", Help);
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(given["--data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build(RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true });
        await app.PrepareAsync(database);
        var password = RandomNumberGenerator.GetString(Symbols, 20);
        var outcome = await app.Services.GetRequiredService<CommandRunner>().RunAsync(
            Actor.Job("console"), null, new OpenAccount(login, password, given["--name"] ?? login, role, given["--city"], given["--organisation"]),
            Desk.NewId(), app.Services.GetRequiredService<RegistryClock>().GetUtcNow(), CancellationToken.None);
        if (outcome.Refusal is { } refusal)
        {
            await Console.Error.WriteLineAsync($"{refusal.Rule.Code}: {Texts.Of(Language.Zh, refusal.Rule.Code, refusal.Arguments)} / {Texts.Of(Language.En, refusal.Rule.Code, refusal.Arguments)}");
            return ExitCode.Refused;
        }
        Console.WriteLine(given.Has("--json")
            ? JsonSerializer.Serialize(new { account = outcome.Answer!.Id, login, password }, Json.Api)
            : $"{login}  {password}");
        return ExitCode.Ok;
    }
}
