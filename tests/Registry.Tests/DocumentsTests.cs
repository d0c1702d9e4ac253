using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Tests;

/// <summary>
/// RULES.md and EVENTS.md say what the code says: they are made from it, and a difference is an error. A rule that no test names, or an event that
/// nothing emits, cannot be written down. With REGISTRY_WRITE_DOCUMENTS=1 the test writes the files anew.
/// </summary>
public sealed partial class DocumentsTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_test_that_the_walk_through_the_verification_standard_names_exists()
    {
        var known = Directory.GetFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories).SelectMany(f => Method().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value).ToHashSet();
        var named = Regex.Matches(File.ReadAllText(Path.Combine(Root, "ops", "security.md")), "`([A-Z][A-Za-z0-9]*_[A-Za-z0-9]*[a-z][A-Za-z0-9_]*)`").Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.Equal([], named.Where(n => !known.Contains(n)));
    }

    [Fact]
    public void RULES_md_lists_every_rule_with_its_source_and_its_test()
    {
        var tests = TestMethods().ToLookup(t => t.Folder);
        var text = new StringBuilder("""
            # Rules

            Every rule that can refuse: its stable code, the HTTP status of its refusals, what it says, what it rests on, and a test that would fail without it.

            A source like 四(二) is the notice's own number. *procedure* is a step that the notice names and we say how: 1 a batch and its dates, 1b earlier lists, 2 the application, 3 the city's recommendation, 4 the province's re-check, 5 expert review, 6 shortlist and publicity, 7 objections and reports, 8 recognition, 9 false material. *design* is wholly ours.

            | code | status | rule | source | test |
            | --- | --- | --- | --- | --- |

            """);
        var untested = new List<string>();
        foreach (var (rule, field, room) in RuleFields().OrderBy(r => r.Rule.Code, StringComparer.Ordinal))
        {
            // A test of the rule's own room says more about it than one of another room that meets it on its way.
            var test = tests[room].Concat(tests.Where(f => f.Key != room).SelectMany(f => f)).FirstOrDefault(t => t.Body.Contains($"\"{rule.Code}\"", StringComparison.Ordinal) || Regex.IsMatch(t.Body, $@"\b{Regex.Escape(field)}\b"));
            if (test.Name is null)
                untested.Add(rule.Code);
            text.Append(CultureInfo.InvariantCulture, $"| `{rule.Code}` | {rule.Status} | {Cell(Texts.Of(Language.En, rule.Code))} | {Cell(rule.Source)} | {test.Name} |\n");
        }
        Assert.True(untested.Count == 0, "rules without a test:\n" + string.Join("\n", untested));
        Compare("RULES.md", text.ToString());
    }

    [Fact]
    public void Every_setting_that_the_program_reads_stands_in_the_table_of_both_readmes_and_no_other()
    {
        var read = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(f => Regex.Matches(File.ReadAllText(f), "\"(REGISTRY_[A-Z0-9_]*[A-Z0-9])\"").Select(m => m.Groups[1].Value)).ToHashSet(StringComparer.Ordinal);
        // These are put together from parts, so they are asked for.
        using var secret = new TempFile("secret");
        Registry.Platform.Files.FileSettings.Read(name =>
        {
            read.Add(name);
            return name switch
            {
                "REGISTRY_FILES" => "s3",
                "REGISTRY_FILES_S3_ENDPOINT" => "https://s3.example",
                "REGISTRY_FILES_S3_BUCKET" or "REGISTRY_FILES_S3_ACCESS_KEY" => "bucket",
                "REGISTRY_FILES_S3_SECRET_FILE" => secret.Path,
                _ => null,
            };
        });
        Assert.Contains("REGISTRY_FILES_LEAST_FREE_MB", read);
        foreach (var readme in new[] { "README.md", "README.zh-CN.md" })
        {
            var listed = File.ReadAllLines(Path.Combine(Root, readme)).Where(l => l.StartsWith("| `REGISTRY_", StringComparison.Ordinal))
                .SelectMany(l => Regex.Matches(l.Split('|')[1], "`(REGISTRY_[A-Z0-9_]+)`").Select(m => m.Groups[1].Value)).ToArray();
            Assert.Equal($"{readme}: {string.Join(' ', read.Order(StringComparer.Ordinal))}", $"{readme}: {string.Join(' ', listed.Order(StringComparer.Ordinal))}");
        }
    }

    private sealed class TempFile : IDisposable
    {
        public TempFile(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }

    [Fact]
    public void EVENTS_md_lists_every_event_with_its_meaning_and_who_emits_it()
    {
        var documentation = XDocument.Load(Path.ChangeExtension(typeof(App).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(m => m.Attribute("name")!.Value, m => Summary(m));
        var sources = Directory.GetFiles(Path.Combine(Root, "src", "Registry"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && !f.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => (Name: Path.ChangeExtension(Path.GetRelativePath(Path.Combine(Root, "src", "Registry"), f), null).Replace('\\', '/'), Text: File.ReadAllText(f))).ToList();
        var text = new StringBuilder("""
            # Events

            Every event of the history, under the name by which it is stored for good. *Public* events are the only ones that the public site is made from, and even of those it shows only what its contract has a field for.

            | event | public | meaning | emitted by |
            | --- | --- | --- | --- |

            """);
        var silent = new List<string>();
        foreach (var (type, mark) in EventBook.All)
        {
            var emitters = sources.Where(s => Regex.IsMatch(s.Text, $@"new (\w+\.)*{type.Name}\(|static {type.Name} \w+\(.*\) => new\(")).Select(s => s.Name).ToList();
            if (emitters.Count == 0)
                silent.Add(type.FullName!);
            text.Append(CultureInfo.InvariantCulture, $"| `{mark.Name}` | {(mark.Public ? "yes" : "")} | {Cell(documentation.GetValueOrDefault($"T:{type.FullName}", ""))} | {string.Join(", ", emitters)} |\n");
        }
        Assert.True(silent.Count == 0, "events that nothing emits:\n" + string.Join("\n", silent));
        Compare("EVENTS.md", text.ToString());
    }

    private static void Compare(string file, string expected)
    {
        var path = Path.Combine(Root, file);
        if (Environment.GetEnvironmentVariable("REGISTRY_WRITE_DOCUMENTS") == "1")
            File.WriteAllText(path, expected);
        Assert.Equal(expected, File.Exists(path) ? File.ReadAllText(path) : "");
    }

    /// <summary>Every rule with the name of its field and of its room.</summary>
    private static IEnumerable<(Rule Rule, string Field, string Room)> RuleFields() =>
        from type in typeof(App).Assembly.GetTypes()
        from field in type.GetFields(BindingFlags.Static | BindingFlags.Public)
        where field.FieldType == typeof(Rule)
        select ((Rule)field.GetValue(null)!, $"{type.Name}.{field.Name}", type.Namespace!.Split('.')[1]);

    /// <summary>Every test method with its text and its folder, by class and name.</summary>
    private static IEnumerable<(string Folder, string? Name, string Body)> TestMethods()
    {
        var folder = Path.Combine(Root, "tests", "Registry.Tests");
        foreach (var file in Directory.GetFiles(folder, "*Tests.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(file) == "DocumentsTests.cs")
                continue;
            var text = File.ReadAllText(file);
            // A method's text begins with its attributes: cases given there belong to it.
            var marks = Method().Matches(text).Select(m => (Name: m.Groups[1].Value, From: Math.Max(0, text.LastIndexOf("\n\n", m.Index, StringComparison.Ordinal)))).ToList();
            for (var i = 0; i < marks.Count; i++)
                yield return (
                    Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0],
                    $"{Path.GetFileNameWithoutExtension(file)}.{marks[i].Name}",
                    text[marks[i].From..(i + 1 < marks.Count ? marks[i + 1].From : text.Length)]);
        }
    }

    private static string Summary(XElement member) => Spaces().Replace(string.Concat(member.Element("summary")?.DescendantNodes().Select(n => n switch
    {
        XText t => t.Value,
        XElement { Name.LocalName: "see" } see => see.Attribute("cref")?.Value.Split('.')[^1],
        _ => "",
    }) ?? []), " ").Trim();

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);

    internal static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Registry.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("the solution's folder was not found");
        return folder.FullName;
    }

    [GeneratedRegex(@"public (?:async Task|void|Task) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
