using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Registry.Cli;

/// <summary>Exit codes of the verbs, the same for all of them.</summary>
public static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The verb ran and the answer is no.</summary>
    public const int Negative = 1;

    /// <summary>The input is refused.</summary>
    public const int Refused = 2;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 64;
}

/// <summary>The options and plain arguments of a verb. Every option is named in advance; another one is an error.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string?> _options = [];

    private Arguments() { }

    public IReadOnlyList<string> Plain { get; private set; } = [];

    /// <summary>Why the command line is wrong, in Chinese.</summary>
    public string? Mistake { get; private set; }

    public bool Has(string name) => _options.ContainsKey(name);

    public string? this[string name] => _options.GetValueOrDefault(name);

    /// <param name="withValue">Options that take a value, as <c>--name value</c> or <c>--name=value</c>.</param>
    /// <param name="flags">Options that take none. <c>--help</c> is always one.</param>
    public static Arguments Parse(string[] args, string[] withValue, string[] flags)
    {
        var parsed = new Arguments();
        var plain = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--")
            {
                plain.AddRange(args[(i + 1)..]);
                break;
            }
            var name = args[i].Split('=', 2)[0];
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                plain.Add(args[i]);
                continue;
            }
            if (withValue.Contains(name))
            {
                var value = name.Length < args[i].Length ? args[i][(name.Length + 1)..] : i + 1 < args.Length ? args[++i] : null;
                if (value is null)
                    return parsed.Wrong($"选项 {name} 后面缺少值。");
                if (!parsed._options.TryAdd(name, value))
                    return parsed.Wrong($"选项 {name} 给出了两次。");
            }
            else if (args[i] == "--help" || flags.Contains(args[i]))
                parsed._options[name] = null;
            else
                return parsed.Wrong($"没有 {name} 这一选项。");
        }
        parsed.Plain = plain;
        return parsed;
    }

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
