using System.Text;
using Verify;

const string help = """
    用法：verify 网址或文件夹 [--log 文件夹] [--key 公钥]… [--policy 文件] [--state 文件夹] [--within 小时] [--json]
          verify --receipt 文件 [--key 公钥]… [--json]
    由任何人核对公开站点及其日志：签名、每个哈希块、每一条、与以前看到的检查点是否一致、每一项公开事实、页面与日志的双向对应、
    公示内容逐日存证、异议是否全部办结。核对一份回执不需要网络。
      --log      日志不在站点的 log/ 之下时，其网址或文件夹
      --key      您信任的日志公钥（name+hash+base64），可以给出几个；不给出时按站点公布的核对，并予说明
      --policy   C2SP tlog-policy 文件：检查点须由哪些见证者共同签名；不给出时用站点公布的 log/policy（如有）
      --state    保存看到的检查点，下次据此发现日志是否被改写
      --within   最近一批早于这么多小时即为不成立：定时运行时用以发现日志停止公布
      --json     输出 JSON
    退出码：0 全部成立；1 有不成立之处；2 无法读取；3 回执尚未得到证明（等待检查点）；64 命令行有误。

    Usage: verify URL-OR-FOLDER [--log PLACE] [--key VKEY]… [--policy FILE] [--state FOLDER] [--within HOURS] [--json]
           verify --receipt FILE [--key VKEY]… [--json]
    Checks as a stranger: signatures, every tile, every leaf, consistency with checkpoints seen before, every disclosure, pages and log both ways,
    notices attested day by day, objections all handled, data and pages as the log discloses them. Run by a timer with --state, also on several mirrors, it
    finds a log that shows two histories, and with --within one that has fallen silent. A receipt is checked without network.
    Exit codes: 0 everything holds; 1 something does not; 2 cannot be read; 3 a receipt is not proved yet (it waits for a checkpoint); 64 usage.
    """;

string? place = null, log = null, receipt = null, state = null, policyFile = null;
var (keys, json, within) = (new List<VerifierKey>(), false, (long?)null);
for (var i = 0; i < args.Length; i++)
{
    string? Value() => i + 1 < args.Length ? args[++i] : null;
    switch (args[i])
    {
        case "--help":
            Console.WriteLine(help);
            return 0;
        case "--json":
            json = true;
            break;
        case "--log" when Value() is { } value:
            log = value;
            break;
        case "--receipt" when Value() is { } value:
            receipt = value;
            break;
        case "--state" when Value() is { } value:
            state = value;
            break;
        case "--policy" when Value() is { } value:
            policyFile = value;
            break;
        case "--within" when Value() is { } value && Checkpoint.Number(value) is { } hours and > 0 and < 100_000:
            within = hours;
            break;
        case "--key" when Value() is { } value && VerifierKey.Parse(value) is { } key:
            keys.Add(key);
            break;
        case ['-', ..]:
            return Usage($"选项无效 / not an option, or without a right value: {args[i]}");
        default:
            if (place is not null)
                return Usage($"多余的参数 / unexpected: {args[i]}");
            place = args[i];
            break;
    }
}
if (place is null == receipt is null)
    return Usage("请给出网址、文件夹，或 --receipt / name an address or folder, or --receipt");

try
{
    var report = new Report(place ?? receipt!);
    if (receipt is not null)
        ReceiptCheck.Run(await File.ReadAllBytesAsync(receipt), keys, report);
    else
    {
        var latest = await Stranger.RunAsync(place!, log, keys, policyFile is null ? null : await File.ReadAllTextAsync(policyFile), state, report, CancellationToken.None);
        if (within is { } most && latest < TimeProvider.System.GetUtcNow().AddHours(-most))
            report.Break("log.silent", $"最近一批是 {latest:u}，已超过 {most} 小时。", $"The last batch is of {latest:u}, more than {most} hours ago.");
    }
    Console.OutputEncoding = new UTF8Encoding(false);
    Console.WriteLine(json ? report.ToJson() : report.ToText());
    return report.Broken > 0 ? 1 : report.Waits ? 3 : 0;
}
catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or TaskCanceledException)
{
    await Console.Error.WriteLineAsync($"无法读取 / cannot be read: {unreadable.Message}");
    return 2;
}

static int Usage(string mistake)
{
    Console.Error.WriteLine(mistake);
    Console.Error.WriteLine();
    Console.Error.WriteLine(help);
    return 64;
}
