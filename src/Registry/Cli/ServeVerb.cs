using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;
using Registry.Accounts;
using Registry.Demo;
using Registry.Disclosure;
using Registry.Applications;
using Registry.Letters;
using Registry.Platform;
using Registry.Proof;
using Registry.Platform.Mail;

namespace Registry.Cli;

/// <summary>Serves the registry until it is told to stop. Without a connection string it brings its own PostgreSQL up and down with it.</summary>
public static class ServeVerb
{
    private const int DefaultPort = 5080;

    private const string Help = """
        registry serve [--port N] [--listen ADDRESS] [--data DIR] [--no-demo]
          REGISTRY_CONNECTION: PostgreSQL 连接串；不设则使用自带数据库 / connection string; without it a private database is used
          REGISTRY_SECOND_FACTOR: officers（默认）、everybody、nobody；演示默认 nobody / who must have an authenticator; nobody by default in the demo
          REGISTRY_OIDC_ISSUER, REGISTRY_OIDC_CLIENT, REGISTRY_OIDC_SECRET_FILE, REGISTRY_OIDC_NAME:
            统一身份认证（OpenID Connect）；不设则只用本系统密码 / identity provider; without it local passwords alone
          REGISTRY_BREACHED_PASSWORDS: 已泄露密码的 SHA-1 文件，每行一个，已排序 / file of SHA-1 digests of breached passwords, sorted
          REGISTRY_SMTP, REGISTRY_MAIL_FROM, REGISTRY_SMTP_USER, REGISTRY_SMTP_PASSWORD_FILE, REGISTRY_MAIL_DAYS, REGISTRY_ADDRESS:
            邮件；不设则写入数据目录下的 mail / mail; without a server it is put into the data folder's mail
          REGISTRY_PROXIES: 可信的反向代理地址或网段；不设则忽略 X-Forwarded-For / addresses or networks of trusted proxies; without it X-Forwarded-For is ignored
        """;

    /// <summary>Runs the verb.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--port", "--listen", "--data"], ["--no-demo"]);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        var port = DefaultPort;
        if (given["--port"] is { } wanted && !(int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536))
            return Answer.Usage(Console.Error, $"端口无效 / not a port: {wanted}", Help);

        var listen = System.Net.IPAddress.Loopback;
        if (given["--listen"] is { } address && !System.Net.IPAddress.TryParse(address, out listen!))
            return Answer.Usage(Console.Error, $"监听地址无效 / not an address: {address}", Help);

        var mail = MailSettings.Read(Environment.GetEnvironmentVariable);
        var proxies = TrustedProxies.Read(Environment.GetEnvironmentVariable);
        using var logs = LoggerFactory.Create(b => b.AddSimpleConsole(o => { o.SingleLine = true; o.ColorBehavior = LoggerColorBehavior.Disabled; }));
        await using var database = await RunningDatabase.StartAsync(DataFolder.Resolve(given["--data"]), logs.CreateLogger("postgres"), CancellationToken.None);
        await using var app = App.Build(
            (RegistrySettings.For(database.DataPath, database.ConnectionString) with { Url = $"http://{new System.Net.IPEndPoint(listen, port)}", PublicUrl = PublicUrl(), Demo = !given.Has("--no-demo"), Mail = mail, Proxies = proxies }).WithLog().WithSignIn());
        await app.PrepareAsync(database);
        await app.StartUpkeepAsync();
        var lost = StopWhenLostAsync(database, app);
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault) when (fault is IOException { InnerException: AddressInUseException } or SocketException)
        {
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"端口 {port} 无法使用(已被占用或没有权限)。请用 --port 指定另一个端口。",
                $"Port {port} cannot be used (it is taken, or not allowed). Name another one with --port.");
        }
        await app.StartLogAsync();
        await app.StartSiteAsync();
        app.StartTimers();
        if (app.Services.GetRequiredService<RegistrySettings>().Demo)
            await PlayDemoAsync(app);
        await app.WaitForShutdownAsync();
        return lost.IsCompleted ? ExitCode.DatabaseLost : ExitCode.Ok;
    }

    /// <summary>The program serves while the demo is played. A demo that breaks is said so and leaves the program running; the next start goes on with it.</summary>
    private static async Task PlayDemoAsync(WebApplication app)
    {
        try
        {
            await app.Services.GetRequiredService<DemoPlayer>().PlayAsync(app.Lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception broken) when (broken is InvalidOperationException or Marten.Exceptions.MartenException or Npgsql.NpgsqlException)
        {
            app.Logger.LogError(broken, "演示未能完成 / the demo was not played to its end");
        }
    }

    /// <summary>What <c>REGISTRY_PUBLIC_URL</c> names: an address that a telephone can open, with a path where the site is a column of a portal.</summary>
    private static string PublicUrl() => Environment.GetEnvironmentVariable("REGISTRY_PUBLIC_URL") is not { Length: > 0 } given ? ""
        : Uri.TryCreate(given, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address is { Query: "", Fragment: "", UserInfo: "" } ? given
        : throw new StartRefusedException(
            StartRefusedException.MachineNotReady,
            $"REGISTRY_PUBLIC_URL 须为 http 或 https 地址：{given}", $"REGISTRY_PUBLIC_URL must be an http or https address: {given}");

    /// <summary>Without its database the program can do nothing: it stops and says so, and whoever supervises it starts both again.</summary>
    private static async Task StopWhenLostAsync(RunningDatabase database, WebApplication app)
    {
        await database.Lost;
        if (app.Lifetime.ApplicationStopping.IsCancellationRequested)
            return;
        app.Logger.LogCritical("数据库已停止，程序随之停止 / the database has stopped, and so does the program");
        app.Lifetime.StopApplication();
    }
}
