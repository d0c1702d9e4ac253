using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Proof;

namespace Registry.Tests.Demo;

/// <summary>PC-1, PC-2 and PC-6 over the leaves that the registry itself wrote, as they were published: what opens them, what guesses find, what links them.</summary>
public sealed partial class DemoTests
{
    private async Task<List<byte[]>> LeavesAsync() =>
        [.. Tiles.Bundles(0, (await PublishedAsync()).Size).SelectMany(bundle => Tiles.Unbundle(Log.Read(bundle.ToString())))];

    /// <summary>The commitments' own way of writing JSON: a guess that is written otherwise would find nothing for that reason alone.</summary>
    private static readonly JsonSerializerOptions AsCommitted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string SubjectOf(byte[] leaf) => Encoding.ASCII.GetString(leaf).Split('\n')[3]["subject ".Length..];

    [Fact]
    public async Task PC_01_an_opening_opens_its_own_leaf_only_and_no_byte_field_or_salt_of_it_can_be_another()
    {
        var leaves = await LeavesAsync();
        var opened = Directory.EnumerateFiles(Path.Combine(Log.Folder, "disclosures"), "*.json").Where(f => !f.EndsWith("index.json", StringComparison.Ordinal)).Select(f => JsonNode.Parse(File.ReadAllText(f))!)
            .SelectMany(d => d["fields"]!.AsArray().Select(f => (Leaf: d["leaf"]!.GetValue<int>(), Text: f!["opening"]!.GetValue<string>()))).ToList();
        Assert.True(opened.Count > 500, $"{opened.Count} openings");
        var holders = leaves.SelectMany((leaf, i) => LeafEntry.DigestsOf(leaf).Select(d => (Digest: d, Leaf: i))).ToLookup(d => d.Digest, d => d.Leaf);
        int[] Stands(string text) => [.. holders[Convert.ToBase64String(LeafEntry.Digest(text))]];
        for (var i = 0; i < opened.Count; i++)
        {
            var (leaf, text) = opened[i];
            Assert.Equal([leaf], Stands(text));
            var parts = JsonNode.Parse(Base64Url.DecodeFromChars(text))!.AsArray();
            var other = JsonNode.Parse(Base64Url.DecodeFromChars(opened[(i + 1) % opened.Count].Text))!.AsArray();
            string Of(int salt, int name, int value) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
                new JsonArray((salt == 0 ? parts : other)[0]!.DeepClone(), (name == 0 ? parts : other)[1]!.DeepClone(), (value == 0 ? parts : other)[2]?.DeepClone()).ToJsonString(AsCommitted)));
            Assert.Equal(text, Of(0, 0, 0));
            Assert.Empty(Stands(text[..^1] + (text[^1] == 'A' ? 'B' : 'A')));
            Assert.Empty(Stands(Of(1, 0, 0)));
            if (parts[1]!.GetValue<string>() != other[1]!.GetValue<string>())
                Assert.Empty(Stands(Of(0, 1, 0)));
            if (!JsonNode.DeepEquals(parts[2], other[2]))
                Assert.Empty(Stands(Of(0, 0, 1)));
        }
    }

    [Fact]
    public async Task PC_02_no_kind_city_name_day_or_telephone_that_anybody_knows_is_found_in_the_published_leaves_unless_the_salts_are_known()
    {
        var leaves = await LeavesAsync();
        var digests = leaves.SelectMany(l => LeafEntry.DigestsOf(l)).ToHashSet(StringComparer.Ordinal);
        var guesses = new List<(string Name, string Value)>();
        guesses.AddRange(EventBook.All.Select(e => ("kind", e.Mark.Name)));
        var salts = new Dictionary<(string Name, string Value), string>();
        await using (var connection = new NpgsqlConnection(demo.Services.GetRequiredService<RegistrySettings>().ConnectionString))
        {
            await connection.OpenAsync(Ct);
            await using var command = new NpgsqlCommand($"select c.openings::text from {Store.Schema}.{Commitments.Table} c join {Store.Schema}.{LeafTable.Name} l on l.event_id = c.event_id where l.index < $1", connection)
            { Parameters = { new() { Value = (long)leaves.Count } } };
            await using var reader = await command.ExecuteReaderAsync(Ct);
            while (await reader.ReadAsync(Ct))
                foreach (var opening in Opening.Plain(reader.GetString(0)))
                    if (opening.Value is JsonValue value && value.TryGetValue<string>(out var text))
                        salts[(opening.Name, text)] = JsonNode.Parse(Base64Url.DecodeFromChars(opening.Text))![0]!.GetValue<string>();
        }
        // Whoever guesses knows every field's name and every value that it ever had here, names of clusters and cities among them.
        guesses.AddRange(salts.Keys);
        Assert.Contains(guesses, g => g.Name == "data.ClusterName");
        Assert.Contains(guesses, g => g.Name == "data.City");
        for (var day = new DateOnly(1950, 1, 1); day < new DateOnly(2050, 1, 1); day = day.AddDays(1))
            foreach (var form in new[] { "yyyyMMdd", "yyyy-MM-dd" })
                guesses.Add(("data.Day", day.ToString(form, CultureInfo.InvariantCulture)));
        bool Found(string text) => digests.Contains(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        bool Stands(string salt, string name, string value) => Found(Text(salt, name, value));
        foreach (var (name, value) in guesses.Distinct())
        {
            Assert.False(Stands("", name, value) || Found(value) || Found(Text(value)) || Found($"{name}{value}"), $"{name} {value}");
            if (salts.TryGetValue((name, value), out var salt))
                Assert.True(Stands(salt, name, value), $"with its salt {name} is found");
        }
        for (var telephone = 13_800_000_000; telephone < 13_801_000_000; telephone++)
            Assert.False(Found(telephone.ToString(CultureInfo.InvariantCulture)));

        static string Text(params string[] parts) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonArray([.. parts.Select(p => (JsonNode)p)]).ToJsonString(AsCommitted)));
    }

    [Fact]
    public async Task PC_06_two_leaves_of_one_stream_share_no_digest_and_what_is_disclosed_links_only_what_is_public_together()
    {
        var leaves = await LeavesAsync();
        await using var connection = new NpgsqlConnection(demo.Services.GetRequiredService<RegistrySettings>().ConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand($"select l.index, e.stream_id from {Store.Schema}.{LeafTable.Name} l join {Store.Schema}.mt_events e on e.id = l.event_id order by l.index", connection);
        await using var reader = await command.ExecuteReaderAsync(Ct);
        var streams = new Dictionary<int, string>();
        while (await reader.ReadAsync(Ct))
            streams[reader.GetInt32(0)] = reader.GetString(1);
        Assert.Contains(streams.Where(s => s.Key < leaves.Count).GroupBy(s => s.Value), s => s.Count() > 5);
        // Over the whole log no digest and no subject stands twice, so neither two leaves of one stream nor any others can be told to belong together.
        var all = leaves.SelectMany(l => LeafEntry.DigestsOf(l).Append(SubjectOf(l))).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.DoesNotContain(streams.Where(s => s.Key < leaves.Count), s => SubjectOf(leaves[s.Key]) == Convert.ToBase64String(LeafEntry.Subject([], s.Value)));

        var disclosed = JsonNode.Parse(Log.Text("disclosures/index.json")!)!["disclosures"]!.AsArray().Select(row => (
            Pages: row!["pages"]!.AsArray().Select(p => p!.GetValue<string>()).ToHashSet(),
            Kind: row["kind"]!.GetValue<string>(),
            Fields: JsonNode.Parse(Log.Text($"disclosures/{row["leaf"]}.json")!)!["fields"]!.AsArray().ToDictionary(f => f!["name"]!.GetValue<string>(), f => f!["value"]))).ToList();
        foreach (var stream in disclosed.Where(d => d.Fields.ContainsKey("stream")).GroupBy(d => d.Fields["stream"]!.GetValue<string>()))
        {
            // Whom an objection came from or is about does not follow from its own stream: it stands on its notice's page alone, with its number and end.
            if (stream.Key.StartsWith("objection/", StringComparison.Ordinal))
                Assert.Single(stream.SelectMany(d => d.Pages).Distinct());
            else
                Assert.Contains(stream.Key.Split('/')[0], new[] { "application", "announcement", "batch", "publicity" });
        }
        // A finding does not lead back to the application, case or account that it came from, but through the revocation that its own page tells of.
        foreach (var (_, kind, fields) in disclosed)
        {
            Assert.Empty(fields.Keys.Intersect(["actor", "role", "on-behalf-of", "event", "definition", "data.Case", "data.Account"]));
            if (kind.StartsWith("finding-", StringComparison.Ordinal))
                Assert.Empty(fields.Keys.Intersect(["stream", "time", "data.Application"]));
        }
    }
}
