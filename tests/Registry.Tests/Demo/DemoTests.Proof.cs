using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Demo;
using Registry.Disclosure;
using Registry.Objections;
using Registry.Platform;
using Registry.Proof;

namespace Registry.Tests.Demo;

/// <summary>The public log of the whole demo, read as a stranger reads it: from its files alone.</summary>
public sealed partial class DemoTests
{
    private LogFiles Log => demo.Services.GetRequiredService<LogFiles>();

    private async Task<Checkpoint> PublishedAsync()
    {
        using (RegistryClock.At(DateTimeOffset.UtcNow.AddHours(1)))
            Assert.Null((await demo.Services.GetRequiredService<LogPublisher>().PublishAsync(Ct)).Problem);
        demo.Services.GetRequiredService<Disclosures>().Prove();
        var key = NoteKey.Parse(Log.Text("key")!.TrimEnd('\n'))!;
        var note = SignedNote.Parse(Log.Text("checkpoint")!)!;
        Assert.NotNull(note.Verified([key]));
        return Checkpoint.Parse(note.Text)!;
    }

    /// <summary>The leaf's bytes as published; every opening stands in them, and the proof holds.</summary>
    private static string[] Verified(JsonNode opened, string proofText)
    {
        var leaf = opened["leaf"]!.GetValue<long>();
        var entry = opened["entry"]!.GetValue<string>();
        Assert.Equal($"seq {leaf}", entry.Split('\n')[1]);
        var digests = LeafEntry.DigestsOf(Encoding.ASCII.GetBytes(entry));
        foreach (var field in opened["fields"]!.AsArray())
        {
            var text = field!["opening"]!.GetValue<string>();
            Assert.Contains(Convert.ToBase64String(LeafEntry.Digest(text)), digests);
            var parts = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(text))!.AsArray();
            Assert.Equal(field["name"]!.GetValue<string>(), parts[1]!.GetValue<string>());
            Assert.True(JsonNode.DeepEquals(field["value"], parts[2]));
        }
        var proof = ProofText.Parse(proofText)!;
        var checkpoint = Checkpoint.Parse(SignedNote.Parse(proof.Checkpoint)!.Text)!;
        Assert.Equal(leaf, proof.Index);
        Assert.True(Merkle.IsIncluded(leaf, checkpoint.Size, Merkle.Leaf(Encoding.ASCII.GetBytes(entry)), proof.Hashes, checkpoint.RootHash));
        return [.. opened["fields"]!.AsArray().Select(f => f!["name"]!.GetValue<string>())];
    }

    [Fact]
    public async Task TL_11_every_page_names_its_leaves_every_leaf_its_pages_and_each_verifies()
    {
        await PublishedAsync();
        var site = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(demo.Folder, "site/current/data/v1/proofs.json"), Ct))!["proofs"]!.AsArray();
        IEnumerable<long> Leaves(JsonNode? list) => list?.AsArray().Select(l => l!.GetValue<long>()) ?? [];
        var fromSite = site.SelectMany(p => Leaves(p!["leaves"]).Concat(Leaves(p["count"]?["receivedLeaves"])).Concat(Leaves(p["count"]?["handledLeaves"])).Select(leaf => (leaf, p["page"]!.GetValue<string>()))).ToHashSet();
        var list = JsonNode.Parse(Log.Text("disclosures/index.json")!)!["disclosures"]!.AsArray();
        var fromLog = list.SelectMany(d => d!["pages"]!.AsArray().Select(p => (d["leaf"]!.GetValue<long>(), p!.GetValue<string>()))).ToHashSet();
        Assert.Empty(fromSite.Except(fromLog));
        Assert.Empty(fromLog.Except(fromSite));
        foreach (var page in fromSite.Select(p => p.Item2).Distinct())
            Assert.Contains("log/disclosures/", await File.ReadAllTextAsync(Path.Combine(demo.Folder, "site/current", page), Ct), StringComparison.Ordinal);
        foreach (var one in list)
        {
            var disclosure = JsonNode.Parse(Log.Text($"disclosures/{one!["leaf"]}.json")!)!;
            var names = Verified(disclosure, Log.Text($"disclosures/{one["leaf"]}.tlog-proof")!);
            Assert.Contains("kind", names);
            Assert.DoesNotContain("actor", names);
        }
        Assert.Contains(list, d => d!["kind"]!.GetValue<string>() == "organisation-banned");
        Assert.Contains(list, d => d!["kind"]!.GetValue<string>() == "objection-concluded");
        Assert.Contains(list, d => d!["kind"]!.GetValue<string>() == "application-recognised");
    }

    [Fact]
    public async Task The_chain_of_a_notice_shows_one_content_each_day_and_as_many_objections_handled_as_received()
    {
        await PublishedAsync();
        var site = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(demo.Folder, "site/current/data/v1/proofs.json"), Ct))!["proofs"]!.AsArray();
        var notice = Assert.Single(site, p => p!["count"] is not null)!;
        Assert.Equal(["start", "daily", "daily", "daily", "daily", "end"], notice["attestations"]!.AsArray().Select(a => a!["occasion"]!.GetValue<string>()));
        var content = Assert.Single(notice["attestations"]!.AsArray().Select(a => a!["content"]!.GetValue<string>()).Distinct());
        Assert.Equal(content, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Log.Read($"content/{content}.txt"))));
        Assert.Equal(2, notice["count"]!["received"]!.GetValue<int>());
        string[] Streams(string member) =>
            [.. notice["count"]![member]!.AsArray().Select(l => JsonNode.Parse(Log.Text($"disclosures/{l}.json")!)!["fields"]!.AsArray().Single(f => f!["name"]!.GetValue<string>() == "stream")!["value"]!.GetValue<string>()).Order()];
        Assert.Equal(2, Streams("receivedLeaves").Length);
        Assert.Equal(Streams("receivedLeaves"), Streams("handledLeaves"));
    }

    [Fact]
    public async Task A_receipt_verifies_without_the_program_and_holds_what_was_filed()
    {
        await PublishedAsync();
        var objection = demo.Services.GetRequiredService<Receipts>().IdOf(DemoCast.Receipt("batch2/objection/1"));
        var receipt = JsonNode.Parse((await demo.Services.GetRequiredService<LogReceipts>().ForLastAsync([objection.Stream], ["objection-filed"], Ct))!)!;
        var names = Verified(receipt, receipt["proof"]!.GetValue<string>());
        Assert.Contains("data.Facts", names);
        Assert.DoesNotContain("actor", names);
        Assert.Equal("认为该集群申报书所列情况与实际不符。", receipt["fields"]!.AsArray().Single(f => f!["name"]!.GetValue<string>() == "data.Facts")!["value"]!.GetValue<string>());
        Assert.NotNull(SignedNote.Parse(ProofText.Parse(receipt["proof"]!.GetValue<string>())!.Checkpoint)!.Verified([NoteKey.Parse(receipt["keys"]![0]!.GetValue<string>())!]));
    }

    [Fact]
    public async Task A_finding_that_has_run_its_term_is_disclosed_no_more_and_its_leaf_stays()
    {
        var checkpoint = await PublishedAsync();
        string[] Kinds() => [.. JsonNode.Parse(Log.Text("disclosures/index.json")!)!["disclosures"]!.AsArray().Select(d => d!["kind"]!.GetValue<string>())];
        int Files() => Directory.GetFiles(Path.Combine(Log.Folder, "disclosures"), "*.json").Length - 1;
        Assert.Contains("finding-confirmed", Kinds());
        var site = demo.Services.GetRequiredService<SitePublication>();
        using (RegistryClock.At(new DateTimeOffset(2032, 1, 1, 0, 0, 0, TimeSpan.Zero)))
            Assert.True((await site.PublishAsync(always: true, Ct))!.Published);
        Assert.DoesNotContain("finding-confirmed", Kinds());
        Assert.DoesNotContain("organisation-banned", Kinds());
        Assert.Equal(Kinds().Length, Files());
        Assert.Equal(checkpoint.Size, (await PublishedAsync()).Size);
        Assert.True((await site.PublishAsync(always: true, Ct))!.Published);
        Assert.Contains("finding-confirmed", Kinds());
    }

    [Fact]
    public async Task What_people_typed_stands_nowhere_in_the_public_log()
    {
        await PublishedAsync();
        foreach (var path in Directory.EnumerateFiles(Log.Folder, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(path, Ct));
            foreach (var secret in new[] { "演示异议人", "演示联系方式", "认为该集群申报书所列情况", "系统计口径不同所致" })
                Assert.False(text.Contains(secret, StringComparison.Ordinal) || text.Contains(Escaped(secret), StringComparison.OrdinalIgnoreCase), $"{path}: {secret}");
        }
        static string Escaped(string text) => JsonSerializer.Serialize(text).Trim('"');
    }
}
