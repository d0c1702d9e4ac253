namespace Registry.Cli;

/// <summary>A verb's options: <c>--name value</c>, <c>--switch</c>, and words. An option the verb does not know is an error that names it.</summary>
public sealed class Options
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly HashSet<string> switches = new(StringComparer.Ordinal);

    /// <summary>What follows the options.</summary>
    public IReadOnlyList<string> Words { get; private init; } = [];

    /// <summary>What is wrong with the options, or null.</summary>
    public string? Error { get; private init; }

    /// <summary>Reads the options.</summary>
    /// <param name="args">The verb's arguments.</param>
    /// <param name="withValue">Options that take a value, without the dashes.</param>
    /// <param name="alone">Switches, without the dashes.</param>
    public static Options Read(string[] args, string[] withValue, string[] alone)
    {
        var read = new Options();
        var words = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                words.Add(args[i]);
            else if (withValue.Contains(args[i][2..]))
            {
                if (i + 1 >= args.Length)
                    return new Options { Error = $"{args[i]} 缺少值 / needs a value" };
                read.values[args[i][2..]] = args[++i];
            }
            else if (alone.Contains(args[i][2..]))
                read.switches.Add(args[i][2..]);
            else
                return new Options { Error = $"没有这个选项 / no such option: {args[i]}" };
        }
        return new Options(read, words);
    }

    private Options() { }

    private Options(Options read, List<string> words)
    {
        values = read.values;
        switches = read.switches;
        Words = words;
    }

    /// <summary>The option's value, or null.</summary>
    public string? this[string name] => values.GetValueOrDefault(name);

    /// <summary>Whether the switch was given.</summary>
    public bool Has(string name) => switches.Contains(name);
}
