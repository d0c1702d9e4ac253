using System.Text.Json;
using Registry.Cli;
using Registry.Platform;
using Registry.Review;

namespace Registry.Tests.Review;

public sealed class DrawVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("draw-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_verb_repeats_the_draw_from_its_exported_files()
    {
        PoolExpert[] pool = [.. Enumerable.Range(1, 30).Select(i => new PoolExpert($"e{i}", [i % 4 == 0 ? "finance" : "SW"], "X", "370900", [], [], 0))];
        DrawApplication[] applications = [new("a1", "370100", ["A"]), new("a2", "370200", ["B"])];
        var rule = new DrawRule(7, 5, 3, [new("finance", 1)], true, 40);
        var (exit, output, _) = Run(
            "--pool", File("pool.json", JsonSerializer.Serialize(new PoolFile(pool), Json.Api)),
            "--applications", File("applications.json", JsonSerializer.Serialize(new ApplicationsFile(rule, applications), Json.Api)), "--seed", "abc", "--json");
        Assert.Equal(0, exit);
        Assert.Equal(Draw.Run(pool, applications, rule, "abc").Result!.Members, output.GetProperty("members").EnumerateArray().Select(m => m.GetString()));
    }

    [Fact]
    public void The_worked_example_of_the_documentation_comes_out()
    {
        var document = System.IO.File.ReadAllText(Path.Combine(DocumentsTests.FindRoot(), "docs", "draw.md")).ReplaceLineEndings("\n");
        var blocks = document.Split("```json\n").Skip(1).Select(b => b.Split("\n```")[0]).ToArray();
        var seed = document.Split("```\n")[1].Split('\n')[0];
        Assert.Equal(Seed.Of(new PanelId("p1"), 1, [new("", "314159", new string('1', 64)), new("", "271828", new string('2', 64))]), seed);
        Assert.Contains(Seed.Commit("314159", new string('1', 64)), document, StringComparison.Ordinal);
        var (exit, output, _) = Run("--pool", File("pool.json", blocks[0]), "--applications", File("applications.json", blocks[1]), "--seed", seed, "--json");
        Assert.Equal(0, exit);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(blocks[2]).RootElement, output));
    }

    [Fact]
    public void Without_a_rule_the_definitions_holds_and_too_few_experts_name_what_is_short()
    {
        var (exit, output, error) = Run(
            "--pool", File("pool.json", """{"experts":[{"id":"e1","fields":["SW"],"employer":"X","city":"370900"}]}"""),
            "--applications", File("applications.json", """{"applications":[{"id":"a1","city":"370100","parties":[]}]}"""), "--seed", "abc", "--json");
        Assert.Equal((1, "review.pool-short", 10), (exit, output.GetProperty("code").GetString(), output.GetProperty("arguments").GetProperty("needed").GetInt32()));
        Assert.Contains("10", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("draw.unreadable", "{", """{"applications":[{"id":"a","city":"1","parties":[]}]}""")]
    [InlineData("draw.unreadable", """{"experts":[{"id":"e1"}]}""", """{"applications":[{"id":"a","city":"1","parties":[]}]}""")]
    [InlineData("draw.unreadable", """{"experts":[null]}""", """{"applications":[{"id":"a","city":"1","parties":[]}]}""")]
    [InlineData("draw.empty", "\uFEFF{\"experts\":[]}", "\uFEFF{\"applications\":[]}")]
    [InlineData("draw.unreadable", """{"experts":[],"more":1}""", """{"applications":[{"id":"a","city":"1","parties":[]}]}""")]
    [InlineData("draw.twice", """{"experts":[]}""", """{"applications":[{"id":"a","city":"1","parties":[]},{"id":"a","city":"1","parties":[]}]}""")]
    [InlineData("draw.empty", """{"experts":[]}""", """{"applications":[]}""")]
    public void A_wrong_file_is_refused_with_its_code(string code, string pool, string applications)
    {
        var (exit, output, _) = Run("--pool", File("pool.json", pool), "--applications", File("applications.json", applications), "--seed", "abc", "--json");
        Assert.Equal((2, code), (exit, output.GetProperty("code").GetString()));
    }

    [Fact]
    public void A_missing_option_shows_the_usage()
    {
        using var error = new StringWriter();
        Assert.Equal(64, DrawVerb.Run(["--pool", "x"], TextWriter.Null, error));
        Assert.Contains("--seed", error.ToString(), StringComparison.Ordinal);
    }

    private string File(string name, string content)
    {
        var path = Path.Combine(folder, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    private static (int Exit, JsonElement Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = DrawVerb.Run(args, output, error);
        return (exit, JsonDocument.Parse(output.ToString()).RootElement, error.ToString());
    }
}
