using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Registry.Platform.Files;

/// <summary>An S3-compatible bucket.</summary>
/// <param name="Endpoint">Address of the service.</param>
/// <param name="Prefix">What every key begins with; empty, or ending in a slash.</param>
public sealed record BucketSettings(Uri Endpoint, string Bucket, string Prefix, string Region, string AccessKey, string SecretKey)
{
    /// <summary>How long the service may take to answer.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is sent again.</summary>
    public int Retries { get; init; } = 2;
}

/// <summary>How much may be handed in.</summary>
public sealed record FileLimits
{
    /// <summary>Bytes of one file.</summary>
    public long OfFile { get; init; } = EvidenceStore.Largest;

    /// <summary>Files of one application.</summary>
    public int FilesOfApplication { get; init; } = 200;

    /// <summary>Bytes of one application, each file counted once.</summary>
    public long OfApplication { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Files that one account hands in on one day.</summary>
    public int FilesOfAccount { get; init; } = 500;

    /// <summary>Bytes that one account hands in on one day.</summary>
    public long OfAccount { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>Uploads of one account that run at once.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Uploads of all accounts that run at once: each lies in memory while it is examined.</summary>
    public int AllAtOnce { get; init; } = 32;

    /// <summary>Uploads of one account within a minute.</summary>
    public int InMinute { get; init; } = 120;

    /// <summary>Bytes that must stay free on the disk; below this new files are refused.</summary>
    public long LeastFree { get; init; } = 512L * 1024 * 1024;
}

/// <summary>Where evidence lies and how much of it is taken, from the environment. Checked at start; an error names the setting.</summary>
public sealed record FileSettings
{
    private const long Megabyte = 1024 * 1024;
    private const string Prefix = "REGISTRY_FILES_";

    /// <summary>The bucket; null for the data folder.</summary>
    public BucketSettings? Bucket { get; init; }

    /// <summary>Limits.</summary>
    public FileLimits Limits { get; init; } = new();

    /// <summary>Where ClamAV's daemon listens; null for no scanner.</summary>
    public EndPoint? Scanner { get; init; }

    /// <summary>How long a file that nothing names is kept.</summary>
    public TimeSpan OrphanGrace { get; init; } = TimeSpan.FromHours(48);

    /// <summary>Bytes per second below which a body is given up, once the grace is over.</summary>
    public double SlowestUpload { get; init; } = 1024;

    /// <summary>How long a body may be slower.</summary>
    public TimeSpan SlowGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Reads the settings <c>REGISTRY_FILES</c> (disk or s3) and <c>REGISTRY_FILES_…</c>.</summary>
    /// <exception cref="StartRefusedException">A setting cannot be used; the message names it.</exception>
    public static FileSettings Read(Func<string, string?> setting)
    {
        var usual = new FileLimits();
        return new FileSettings
        {
            Bucket = setting("REGISTRY_FILES") switch
            {
                null or "" or "disk" => null,
                "s3" => ReadBucket(setting),
                _ => throw Wrong("REGISTRY_FILES", "应为 disk 或 s3", "must be disk or s3"),
            },
            Limits = usual with
            {
                OfFile = Number("FILE_MB", EvidenceStore.Largest / Megabyte, EvidenceStore.Largest / Megabyte) * Megabyte,
                FilesOfApplication = (int)Number("APPLICATION_COUNT", usual.FilesOfApplication, 10_000),
                OfApplication = Number("APPLICATION_MB", usual.OfApplication / Megabyte, 1_000_000) * Megabyte,
                FilesOfAccount = (int)Number("ACCOUNT_DAY_COUNT", usual.FilesOfAccount, 1_000_000),
                OfAccount = Number("ACCOUNT_DAY_MB", usual.OfAccount / Megabyte, 1_000_000) * Megabyte,
                LeastFree = Number("LEAST_FREE_MB", usual.LeastFree / Megabyte, 1_000_000_000) * Megabyte,
            },
            Scanner = ReadScanner(setting(Prefix + "CLAMD")),
            OrphanGrace = TimeSpan.FromHours(Number("ORPHAN_HOURS", 48, 24 * 365)),
        };

        long Number(string name, long usually, long most) =>
            setting(Prefix + name) is not { Length: > 0 } text ? usually
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
            : throw Wrong(Prefix + name, $"应为 1 至 {most} 的整数", $"must be a whole number from 1 to {most}");
    }

    /// <summary>The daemon takes files in plain, so it has to be on this machine.</summary>
    private static EndPoint? ReadScanner(string? at) =>
        string.IsNullOrEmpty(at) ? null
        : at.StartsWith('/') ? new UnixDomainSocketEndPoint(at)
        : IPEndPoint.TryParse(at, out var port) && port.Port > 0 && IPAddress.IsLoopback(port.Address) ? port
        : throw Wrong(Prefix + "CLAMD", "应为本机 clamd 的套接字路径，或 127.0.0.1:端口", "must be the path of clamd's socket on this machine, or 127.0.0.1:port");

    private static BucketSettings ReadBucket(Func<string, string?> setting)
    {
        var endpoint = Needed("S3_ENDPOINT");
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            || address is not { PathAndQuery: "/", UserInfo: "", Fragment: "" })
            throw Wrong(Prefix + "S3_ENDPOINT", "应为 https 地址（仅本机可用 http），不带路径", "must be an https address (http on this machine only) without a path");
        var bucket = Needed("S3_BUCKET");
        if (bucket.Length is < 3 or > 63 || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            throw Wrong(Prefix + "S3_BUCKET", "不是存储桶名（3 至 63 个小写字母、数字、连字符、点）", "is no bucket name (3 to 63 lower-case letters, digits, hyphens, dots)");
        var prefix = setting(Prefix + "S3_PREFIX") ?? "";
        if (prefix.Length > 0 && (!prefix.EndsWith('/') || prefix.StartsWith('/') || prefix.Contains("..", StringComparison.Ordinal)))
            throw Wrong(Prefix + "S3_PREFIX", "应以斜杠结尾，不以斜杠开头", "must end and must not begin with a slash");
        return new BucketSettings(address, bucket, prefix, setting(Prefix + "S3_REGION") is { Length: > 0 } region ? region : "us-east-1", Needed("S3_ACCESS_KEY"), ReadSecret(Needed("S3_SECRET_FILE")));

        string Needed(string name) => setting(Prefix + name) is { Length: > 0 } value ? value : throw Wrong(Prefix + name, "使用 s3 时必须设置", "must be set with s3");
    }

    /// <summary>A secret stands in a file, not in the environment, where every child process would inherit it.</summary>
    private static string ReadSecret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } secret ? secret : throw Wrong(Prefix + "S3_SECRET_FILE", "文件为空", "names an empty file");
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw Wrong(Prefix + "S3_SECRET_FILE", $"无法读取：{denied.Message}", $"cannot be read: {denied.Message}");
        }
    }

    private static StartRefusedException Wrong(string name, string chinese, string english) =>
        new(StartRefusedException.MachineNotReady, $"设置 {name} {chinese}。", $"Setting {name} {english}.");
}
