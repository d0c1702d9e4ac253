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

    /// <summary>Runs the verb; 2 when the command is refused.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Read(args, ["data", "role", "login", "name", "city", "organisation"], ["json", "help"]);
        if (options.Has("help"))
        {
            Console.WriteLine("registry account open --role ROLE --login NAME [--name 姓名] [--city CODE] [--organisation CODE] [--data DIR] [--json]\n  开立账号并打印初始密码 / open an account and print its first password\n  ROLE: administrator, provincial-officer, city-officer, applicant, expert, integrity-officer, auditor, supervision");
            return 0;
        }
        var role = Roles.None;
        if (options.Error is { } error || options["login"] is null || options["role"] is null)
        {
            await Console.Error.WriteLineAsync(options.Error ?? "需要 --role 和 --login / --role and --login are needed");
            return Verbs.Usage;
        }
        if (!Enum.TryParse(options["role"]!.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out role))
        {
            await Console.Error.WriteLineAsync($"没有这个角色 / no such role: {options["role"]}");
            return Verbs.Usage;
        }
        await using var database = await RunningDatabase.JoinAsync(DataFolder.Resolve(options["data"]), SiteBuildVerb.QuietLog(), CancellationToken.None);
        await using var app = App.Build(RegistrySettings.For(database.DataPath, database.ConnectionString) with { Jobs = false, Alone = true });
        await app.PrepareStoreAsync();
        var password = RandomNumberGenerator.GetString(Symbols, 20);
        var outcome = await app.Services.GetRequiredService<CommandRunner>().RunAsync(
            Actor.Job("console"), null, new OpenAccount(options["login"]!, password, options["name"] ?? options["login"]!, role, options["city"], options["organisation"]),
            Desk.NewId(), app.Services.GetRequiredService<RegistryClock>().GetUtcNow(), CancellationToken.None);
        if (outcome.Refusal is { } refusal)
        {
            await Console.Error.WriteLineAsync($"{refusal.Rule.Code}: {Texts.Of(Language.Zh, refusal.Rule.Code, refusal.Arguments)} / {Texts.Of(Language.En, refusal.Rule.Code, refusal.Arguments)}");
            return 2;
        }
        Console.WriteLine(options.Has("json")
            ? JsonSerializer.Serialize(new { account = outcome.Answer!.Id, login = options["login"], password }, Json.Api)
            : $"{options["login"]}  {password}");
        return 0;
    }
}
