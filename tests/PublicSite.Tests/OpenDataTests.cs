using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using NJsonSchema;
using PublicSite;

namespace PublicSite.Tests;

public sealed class OpenDataTests
{
    private static readonly Dictionary<string, byte[]> Files = SiteFixture.Render(Sample.Full, Sample.AfterRecognition);

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    [InlineData("＝1+1")]
    [InlineData("＋1")]
    [InlineData("－1")]
    [InlineData("＠A1")]
    [InlineData(" =1+1")]
    [InlineData("'=1")]
    public void No_cell_of_a_csv_starts_a_formula_and_one_apostrophe_less_is_the_text_again(string cell)
    {
        var text = Encoding.UTF8.GetString(Bytes(to => Csv.Write(to, ["name"], [[cell]])));

        Assert.Equal($"\uFEFF\"name\"\r\n\"'{cell}\"\r\n", text);
        Assert.Equal(cell, Csv.Escape(cell)[1..]);
    }

    [Theory]
    [InlineData("甲\"乙", "\"甲\"\"乙\"")]
    [InlineData("甲,乙;丙\n丁", "\"甲,乙;丙\n丁\"")]
    public void A_csv_cell_keeps_quotes_commas_and_line_breaks(string cell, string written) =>
        Assert.EndsWith(written + "\r\n", Encoding.UTF8.GetString(Bytes(to => Csv.Write(to, ["name"], [[cell]]))), StringComparison.Ordinal);

    [Fact]
    public void Every_cell_of_a_workbook_is_text()
    {
        using var archive = new ZipArchive(new MemoryStream(Bytes(to => Xlsx.Write(to, "clusters", ["name"], [["=1+1"], ["00123"]]))));
        var sheet = XDocument.Load(archive.GetEntry("xl/worksheets/sheet1.xml")!.Open());

        Assert.All(sheet.Descendants().Where(e => e.Name.LocalName == "c"), c => Assert.Equal("inlineStr", (string?)c.Attribute("t")));
        Assert.Equal(["name", "=1+1", "00123"], sheet.Descendants().Where(e => e.Name.LocalName == "t").Select(e => e.Value));
        Assert.All(archive.Entries, e => Assert.Equal(1980, e.LastWriteTime.Year));
    }

    [Fact]
    public void Every_data_set_stands_as_csv_and_xlsx_and_every_column_is_explained_in_both_languages()
    {
        var site = new SiteView(Sample.Full, Sample.AfterRecognition);
        foreach (var set in OpenDataSets.All)
        {
            // Scores are the one table that is not there at all where none are published, as in the sample.
            Assert.Equal(set.Name != "scores", Files.ContainsKey($"data/v1/{set.Name}.csv"));
            Assert.Equal(set.Name != "scores", Files.ContainsKey($"data/v1/{set.Name}.xlsx"));
            Assert.All(set.Rows(site), row => Assert.Equal(set.Columns.Count, row.Count));
            Assert.All(set.AllColumns, column => Assert.All(Words.All, words => Assert.NotEmpty(words[$"dictionary.{column}"])));
        }
    }

    [Fact]
    public void A_row_that_leaves_its_file_still_says_that_it_was_invented()
    {
        string[] Lines(string path, Dictionary<string, byte[]> files) => Encoding.UTF8.GetString(files[path]).TrimEnd().Split("\r\n")[1..];
        var real = SiteFixture.Render(Sample.Full with { Site = Sample.Site with { Demo = false } }, Sample.AfterRecognition);

        Assert.All(Lines("data/v1/clusters.csv", Files), line => Assert.EndsWith(",\"演示数据\"", line, StringComparison.Ordinal));
        Assert.All(Lines("data/v1/lists.csv", Files), line => Assert.EndsWith(",\"\"", line, StringComparison.Ordinal));
        Assert.All(Lines("data/v1/clusters.csv", real), line => Assert.EndsWith(",\"\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_page_of_a_record_has_its_twin()
    {
        foreach (var page in Files.Keys.Where(k => k.StartsWith("cluster/", StringComparison.Ordinal) || k.StartsWith("notice/", StringComparison.Ordinal) || k.StartsWith("finding/", StringComparison.Ordinal)))
            Assert.Contains($"data/v1/{Path.ChangeExtension(page, ".json")}", Files.Keys);
    }

    [Fact]
    public void Every_record_stands_in_the_changes_of_one_month()
    {
        var changed = Files.Where(f => f.Key.StartsWith("data/v1/changes/", StringComparison.Ordinal))
            .SelectMany(f => JsonDocument.Parse(f.Value).RootElement.GetProperty("records").EnumerateArray().Select(r => $"{r.GetProperty("kind")}/{r.GetProperty("record").GetProperty("id")}")).ToList();

        Assert.Equal(changed.Count, changed.Distinct().Count());
        Assert.Equal(33 + 2 + 2 + 1 + 1 + 1, changed.Count);
    }

    [Fact]
    public void The_json_of_a_kind_names_its_schema_and_every_field_of_a_record_is_in_it()
    {
        foreach (var set in new[] { "batches", "clusters", "notices", "announcements", "findings", "lists", "interpretations" })
        {
            var data = JsonDocument.Parse(Files[$"data/v1/{set}.json"]).RootElement;
            var schema = JsonDocument.Parse(Files[$"data/v1/{data.GetProperty("schema").GetString()}"]).RootElement;
            Assert.All(data.GetProperty("items").EnumerateArray().SelectMany(i => i.EnumerateObject()), field => Assert.True(schema.GetProperty("properties").TryGetProperty(field.Name, out _), field.Name));
        }
    }

    [Theory]
    [InlineData("batches")]
    [InlineData("clusters")]
    [InlineData("notices")]
    [InlineData("announcements")]
    [InlineData("findings")]
    [InlineData("lists")]
    [InlineData("interpretations")]
    public async Task Every_record_is_valid_for_a_validator_that_is_not_ours_and_one_without_its_id_is_not(string set)
    {
        var data = JsonNode.Parse(Files[$"data/v1/{set}.json"])!;
        var schema = await JsonSchema.FromJsonAsync(Encoding.UTF8.GetString(Files[$"data/v1/{data["schema"]}"]), TestContext.Current.CancellationToken);
        foreach (var record in data["items"]!.AsArray())
        {
            Assert.Empty(schema.Validate(record!.ToJsonString()));
            record.AsObject().Remove("id");
            Assert.NotEmpty(schema.Validate(record.ToJsonString()));
        }
    }

    [Fact]
    public void The_feed_is_well_formed_with_an_id_for_each_entry()
    {
        XNamespace atom = "http://www.w3.org/2005/Atom";
        var feed = XDocument.Load(new MemoryStream(Files["feed.xml"])).Root!;
        var ids = feed.Elements(atom + "entry").Select(e => e.Element(atom + "id")!.Value).ToList();

        Assert.Equal(40, ids.Count);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(feed.Elements(atom + "entry").Elements(atom + "link"), l => Assert.Contains(l.Attribute("href")!.Value, Files.Keys));
        Assert.Equal(feed.Elements(atom + "entry").Max(e => e.Element(atom + "updated")!.Value), feed.Element(atom + "updated")!.Value);
    }

    private static byte[] Bytes(Action<Stream> write)
    {
        using var bytes = new MemoryStream();
        write(bytes);
        return bytes.ToArray();
    }
}
