using System.Globalization;

namespace Registry.Cli;

/// <summary>Asks the node of this machine whether it can serve, for a container that brings no other program along.</summary>
public static class HealthVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private const string Help = """
        registry health [--port N]
          退出码 / exit code: 0 可服务 / can serve, 1 不可 / cannot
        """;

    /// <summary>Runs the verb.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--port"], []);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        var port = 5080;
        if (given["--port"] is { } wanted && !int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out port))
            return Answer.Usage(Console.Error, $"端口无效 / not a port: {wanted}", Help);
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? ExitCode.Ok : ExitCode.Negative;
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("没有应答 / no answer");
            return ExitCode.Negative;
        }
    }
}
