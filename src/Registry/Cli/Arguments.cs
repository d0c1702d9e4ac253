using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Registry.Cli;

/// <summary>
/// Exit codes of the verbs, the same for all of them. Besides these, 3, 4 and 6 say that the program could not even begin, see <see cref="Platform.StartRefusedException"/>.
/// </summary>
public static class ExitCode
{
    /// <summary>Done, or the answer is yes.</summary>
    public const int Ok = 0;

    /// <summary>The verb ran and the answer is no.</summary>
    public const int Negative = 1;

    /// <summary>What the verb was given is refused, and nothing was done.</summary>
    public const int Refused = 2;

    /// <summary>The private database went away under the running program.</summary>
    public const int DatabaseLost = 5;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 64;
}

/// <summary>The options of a verb and the words beside them. Every option is named in advance; another one is an error.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string?> _options = [];

    private Arguments() { }

    /// <summary>What stands beside the options, in its order.</summary>
    public IReadOnlyList<string> Words { get; private set; } = [];

    /// <summary>Why the command line is wrong.</summary>
    private string? Mistake { get; set; }

    public bool Has(string name) => _options.ContainsKey(name);

    public string? this[string name] => _options.GetValueOrDefault(name);

    /// <param name="withValue">Options that take a value, as <c>--name value</c> or <c>--name=value</c>.</param>
    /// <param name="flags">Options that take none. <c>--help</c> is always one.</param>
    /// <param name="takesWords">Whether the verb takes words beside its options.</param>
    public static Arguments Parse(string[] args, string[] withValue, string[] flags, bool takesWords = false)
    {
        var parsed = new Arguments();
        var words = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--")
            {
                words.AddRange(args[(i + 1)..]);
                break;
            }
            var name = args[i].Split('=', 2)[0];
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(args[i]);
                continue;
            }
            if (withValue.Contains(name))
            {
                var value = name.Length < args[i].Length ? args[i][(name.Length + 1)..] : i + 1 < args.Length ? args[++i] : null;
                if (value is null)
                    return parsed.Wrong($"选项缺少值 / needs a value: {name}");
                if (!parsed._options.TryAdd(name, value))
                    return parsed.Wrong($"选项给出了两次 / given twice: {name}");
            }
            else if (args[i] == "--help" || flags.Contains(args[i]))
                parsed._options[name] = null;
            else
                return parsed.Wrong($"没有这个选项 / no such option: {name}");
        }
        parsed.Words = words;
        return words.Count > 0 && !takesWords ? parsed.Wrong($"多余的参数 / unexpected: {words[0]}") : parsed;
    }

    /// <summary>Answers a command line that asks for help or is wrong; the exit code, or null if the verb goes on.</summary>
    public int? Ended(TextWriter output, TextWriter error, string help) =>
        Has("--help") ? Answer.Help(output, help)
        : Mistake is { } mistake ? Answer.Usage(error, mistake, help)
        : null;

    private Arguments Wrong(string mistake)
    {
        Mistake = mistake;
        return this;
    }
}

/// <summary>How verbs answer: JSON on the output, a sentence for people on the error output.</summary>
internal static class Answer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) }
    };

    public static void Json(TextWriter output, object value) => output.WriteLine(JsonSerializer.Serialize(value, Options));

    /// <summary>The exported record that <c>--record</c> names; otherwise the exit code of what was said about it.</summary>
    /// <param name="code">Code of the refusal of a file that is none.</param>
    public static (T? Record, int Ended) Record<T>(Arguments given, string help, string code, TextWriter output, TextWriter error, string option = "--record", JsonSerializerOptions? json = null) where T : class
    {
        if (given.Ended(output, error, help) is { } ended)
            return (null, ended);
        if (given[option] is not { } path)
            return (null, Usage(error, $"缺少 {option}。", help));
        try
        {
            return (JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), json ?? Platform.Json.Api) ?? throw new JsonException("null"), ExitCode.Ok);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            var message = e is JsonException wrong ? $"{path} 第 {wrong.LineNumber + 1} 行有误：{wrong.Path}" : $"{path} 无法读取。";
            return (null, Refused(output, error, new { Code = code, Message = message }, message));
        }
    }

    /// <summary>Refuses the input. <paramref name="body"/> has at least a code and a message.</summary>
    public static int Refused(TextWriter output, TextWriter error, object body, string sentence)
    {
        Json(output, body);
        error.WriteLine(sentence);
        return ExitCode.Refused;
    }

    /// <summary>The command line is wrong: says why, then how it should be.</summary>
    public static int Usage(TextWriter error, string mistake, string help)
    {
        error.WriteLine(mistake);
        error.WriteLine();
        error.WriteLine(help);
        return ExitCode.Usage;
    }

    public static int Help(TextWriter output, string help)
    {
        output.WriteLine(help);
        return ExitCode.Ok;
    }
}
