using System.Globalization;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Cli;

/// <summary>A witness of a public log, to be run by somebody else on another machine. It needs no database.</summary>
public static class WitnessVerb
{
    private const int DefaultPort = 5090;
    private const int LargestRequest = 64 * 1024;

    private const string Help = """
        registry witness --name NAME --log VKEY[,VKEY…] [--store DIR] [--port N]
          见证公开日志:只签署由上次所签之处增长而来的检查点(C2SP tlog-witness) / witness public logs: sign a checkpoint only if it has grown from the one signed before
          首次启动生成密钥并打印 / the first start makes the witness's key; its public part is printed
        """;

    /// <summary>Runs the verb until it is told to stop.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Arguments.Parse(args, ["--name", "--log", "--store", "--port"], []);
        if (given.Ended(Console.Out, Console.Error, Help) is { } ended)
            return ended;
        if (given["--name"] is not { } name || !SignedNote.IsKeyName(name) || given["--log"] is not { } named)
            return Answer.Usage(Console.Error, "需要 --name 和 --log / --name and --log are needed", Help);
        var logs = named.Split(',').Select(NoteKey.Parse).ToList();
        if (logs.Contains(null))
            return Answer.Usage(Console.Error, $"不是日志的公钥 / not a log's key: {named}", Help);
        var port = DefaultPort;
        if (given["--port"] is { } wanted && !(int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536))
            return Answer.Usage(Console.Error, $"端口无效 / not a port: {wanted}", Help);

        var store = Path.GetFullPath(given["--store"] ?? "witness");
        var keyFile = Path.Combine(store, "witness.key");
        if (!File.Exists(keyFile))
            DurableFile.TryCreate(keyFile, System.Text.Encoding.UTF8.GetBytes(NoteSigner.NewText(name, NoteKeyKind.Cosignature)));
        using var signer = NoteSigner.Parse(await File.ReadAllTextAsync(keyFile)) ?? throw new InvalidDataException($"{keyFile} holds no key of a witness");
        Console.WriteLine(signer.Public);
        await using var app = Build(new Witness(store, signer, logs!, TimeProvider.System), port);
        await app.RunAsync();
        return ExitCode.Ok;
    }

    /// <summary>The witness over HTTP.</summary>
    public static WebApplication Build(Witness witness, int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = LargestRequest;
        }).UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/add-checkpoint", async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            var answer = witness.Add(body.ToArray());
            return Results.Text(answer.Body, answer.Type, statusCode: answer.Status);
        });
        app.MapGet("/{origin}/checkpoint", (string origin) => witness.Last(origin) is { } note ? Results.Text(note, "text/plain; charset=utf-8") : Results.NotFound());
        return app;
    }
}
