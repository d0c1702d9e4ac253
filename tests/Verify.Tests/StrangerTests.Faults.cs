using System.Text;
using System.Text.Json.Nodes;

namespace Verify.Tests;

/// <summary>The published folder that is checked, and the faults that are planted in it.</summary>
public sealed partial class StrangerTests
{
    /// <summary>Adds a leaf that is disclosed for these pages.</summary>
    private long Show(string batch, string[] shown, string kind, params (string Name, JsonNode? Value)[] fields)
    {
        site.Batch = DateTimeOffset.Parse(batch, System.Globalization.CultureInfo.InvariantCulture);
        var leaf = site.Add(kind, fields);
        pages[leaf] = shown;
        return leaf;
    }

    private long Attest(string batch, string day, string occasion, string content) => Show(
        batch, [Notice], "notice-attested", ("stream", "publicity/a"), ("time", $"{(occasion == "End" ? "2025-07-15T16:01" : day + "T01:06")}:00.0000000Z"), ("data.Day", day), ("data.Occasion", occasion), ("data.Content", Hash(content)),
        ("data.PublicContent", content), ("data.PublicReason", null));

    /// <summary>Writes everything: the log, what is disclosed of it, and the site.</summary>
    /// <param name="without">Leaves that are not disclosed.</param>
    /// <param name="with">Attestations that a sound site does not have.</param>
    /// <param name="isCounted">The number of objections is public.</param>
    /// <param name="edit">Changes the notice's record in the list of proofs.</param>
    private void Write(long[]? without = null, long[]? with = null, bool isCounted = true, Action<JsonObject>? edit = null)
    {
        var gone = new[] { late, changed }.Except(with ?? []).Concat(without ?? []).ToHashSet();
        if (!isCounted)
            gone.UnionWith([filed, concluded, counted]);
        var shown = pages.Where(p => !gone.Contains(p.Key)).ToList();
        site.WriteLog();
        site.Disclose([.. shown.Select(s => (s.Key, Array.Empty<string>(), s.Value))]);
        foreach (var content in new[] { Content, Other })
            site.WriteText($"log/content/{Hash(content)}.txt", content);
        var records = new JsonArray();
        foreach (var page in new[] { Notice, Cluster, Announced, Found })
            records.Add(new JsonObject { ["page"] = page, ["leaves"] = new JsonArray([.. shown.Where(s => s.Value.Contains(page) && s.Key != filed && s.Key != concluded).Select(s => (JsonNode)s.Key)]) });
        var notice = records[0]!.AsObject();
        notice["attestations"] = new JsonArray([.. new[]
        {
            Attestation("2025-07-14", "start", Content, first), Attestation("2025-07-15", "daily", Content, second), Attestation("2025-07-15", "daily", Other, changed),
            Attestation("2025-07-15", "daily", Content, late), Attestation("2025-07-16", "end", Content, third),
        }.Where(a => !gone.Contains(a["leaf"]!.GetValue<long>()))]);
        if (isCounted)
            notice["count"] = new JsonObject { ["received"] = 1, ["concluded"] = 1, ["inadmissible"] = 0, ["withdrawn"] = 0, ["receivedLeaves"] = new JsonArray(filed), ["handledLeaves"] = new JsonArray(concluded) };
        edit?.Invoke(notice);
        site.WriteSite([
            (Proofs, new JsonObject { ["version"] = 1, ["proofs"] = records }.ToJsonString()),
            .. Published.InBothLanguages(Notice, "<h1>公示甲</h1><td>甲集群</td><td>甲单位</td>"), .. Published.InBothLanguages(Cluster, "<h1>甲集群</h1><p>甲单位 演〔2025〕1号 经核实符合条件</p>"),
            .. Published.InBothLanguages(Announced, "<h1>公告甲</h1> 演〔2025〕1号 甲集群"), .. Published.InBothLanguages(Found, "<h1>演示乙单位</h1> 数据不实"),
            ("data/v1/clusters.json", """{"items":[{"id":"c1","name":"甲集群","city":"370100","industry":"sw","applicant":"甲单位","applicantCode":"CODE","batch":"b1","standing":"recognised","since":"2025-07-25","timeline":[{"day":"2025-07-14","kind":"publicity-opened","notice":"a"},{"day":"2025-07-18","kind":"objection-concluded","text":"经核实符合条件"},{"day":"2025-07-25","kind":"recognised","text":"演〔2025〕1号","announcement":"n1"}]}]}"""),
            ("data/v1/notices.json", $$"""{"items":[{"id":"a","batch":"b1","title":"公示甲","text":"全文","textSha256":"{{Hash("全文")}}","postedAt":"2025-07-14T01:00:00Z","entries":[{"id":"1","name":"甲集群","city":"370100","industry":"sw","applicant":"甲单位"}],"window":{"firstDay":"2025-07-14","lastDay":"2025-07-15"},"objections":[{"number":"N1","entry":"1","outcome":"conditions-met","reason":"经核实符合条件","concludedOn":"2025-07-18"}]}]}"""),
            ("data/v1/announcements.json", """{"items":[{"id":"n1","batch":"b1","kind":"recognition","documentNumber":"演〔2025〕1号","title":"公告甲","date":"2025-07-25","signatory":"演示厅","entries":[{"name":"甲集群","city":"370100","industry":"sw","applicant":"甲单位","cluster":"c1"}]}]}"""),
            ("data/v1/findings.json", """{"items":[{"id":"f1","organisation":"演示乙单位","creditCode":"CODE2","batch":"b1","whatWasFalse":"数据不实","clause":"五(三)","firstDay":"2025-07-26","lastDay":"9999-12-31","decidingBody":"演示厅","decidedOn":"2025-07-26","howToSeekReview":"可复议","standing":"in-force","rulings":[]}]}"""),
        ]);
    }

    private static JsonObject Attestation(string day, string occasion, string content, long leaf) =>
        new() { ["day"] = day, ["occasion"] = occasion, ["content"] = Hash(content), ["reason"] = null, ["leaf"] = leaf };

    private void Plant(string fault)
    {
        void Edit(string path, string from, string to) => site.WriteText(path, site.ReadText(path).Replace(from, to, StringComparison.Ordinal));
        void Remove(string path) => File.Delete(Path.Combine(site.Folder, path));
        // A change of the office's own: every file that it makes says the same.
        void Rewrite(string from, string to, params string[] paths) => site.WriteSite([.. paths.Select(p => (p, site.ReadText(p).Replace(from, to, StringComparison.Ordinal)))]);
        void Bytes(string path, Func<byte[], byte[]> change) => site.Write(path, change(File.ReadAllBytes(Path.Combine(site.Folder, path))));
        var bundle = $"log/tile/entries/001.p/{site.Leaves.Count - 256}";
        switch (fault)
        {
            case "a leaf altered": Bytes(bundle, b => { b[60] ^= 1; return b; }); break;
            case "two leaves swapped":
                var (a, b) = (site.Leaves[2], site.Leaves[3]);
                var checkpoint = site.ReadText("log/checkpoint");
                site.Replace(2, Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(b).Replace("seq 3", "seq 2", StringComparison.Ordinal)));
                site.Replace(3, Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(a).Replace("seq 2", "seq 3", StringComparison.Ordinal)));
                site.WriteLog();
                site.WriteText("log/checkpoint", checkpoint);
                break;
            case "a bundle missing": Remove("log/tile/entries/000"); break;
            case "a tile altered":
                Bytes("log/tile/0/000", tile => { tile[1000] ^= 1; return tile; });
                break;
            case "a tile of the second level missing": Remove("log/tile/1/000.p/1"); break;
            case "a checkpoint signed by another key": site.WriteText("log/checkpoint", site.CheckpointOf(site.Leaves.Count, otherSeed: new byte[32])); break;
            case "a checkpoint of another size with the same signature": Edit("log/checkpoint", $"\n{site.Leaves.Count}\n", $"\n{site.Leaves.Count - 1}\n"); break;
            case "another key published than the reader trusts": site.WriteText("log/key", new VerifierKey(Published.Origin, 1, new byte[32]) + "\n"); break;
            case "a disclosed value altered": Edit($"log/disclosures/{filed}.json", "\"value\":\"N1\"", "\"value\":\"N2\""); break;
            case "an opening of another leaf": site.WriteText($"log/disclosures/{filed}.json", site.ReadText($"log/disclosures/{concluded}.json").Replace($"\"leaf\":{concluded}", $"\"leaf\":{filed}", StringComparison.Ordinal)); break;
            case "a disclosure missing": Remove($"log/disclosures/{filed}.json"); break;
            case "a proof altered": Edit($"log/disclosures/{filed}.tlog-proof", $"index {filed}", $"index {filed - 1}"); break;
            case "a proof missing": Remove($"log/disclosures/{filed}.tlog-proof"); break;
            case "a proof from another history of the log":
                using (var other = new Published())
                {
                    for (var i = 0; i <= filed; i++)
                        other.Replace((int)other.Add("x"), site.Leaves[i == 4 ? 5 : i].ToArray());
                    other.WriteLog();
                    other.Disclose((filed, [], []));
                    site.WriteText($"log/disclosures/{filed}.tlog-proof", other.ReadText($"log/disclosures/{filed}.tlog-proof"));
                }
                break;
            case "a page altered": Edit(Notice, "甲", "乙"); break;
            case "a page missing": Remove(Notice); break;
            case "a page that rests on a leaf that is not disclosed": Write(edit: n => n["leaves"]!.AsArray().Add(7)); break;
            case "a disclosed fact that its page does not show": Write(edit: n => n["leaves"]!.AsArray().RemoveAt(0)); break;
            case "an attestation without a leaf": Write(edit: n => n["attestations"]![1]!["day"] = "2025-07-14"); break;
            case "an attested text altered": site.WriteText($"log/content/{Hash(Content)}.txt", Content + "丙"); break;
            case "a content that changed without a reason": Write(without: [second], with: [changed]); break;
            case "a day without an attestation": Write(without: [second]); break;
            case "no attestation at the start": Write(without: [first]); break;
            case "no attestation at all": Write(without: [first, second, third]); break;
            case "no attestation at the end": Write(without: [third]); break;
            case "an attestation that was dated back": Write(without: [second], with: [late]); break;
            case "an attestation that the site leaves out": Write(edit: n => n["attestations"]!.AsArray().RemoveAt(1)); break;
            case "an objection that was dropped": Write(edit: n => n["count"]!["handledLeaves"] = new JsonArray()); break;
            case "another number of objections than the log has":
                Write(edit: n => n["count"] = new JsonObject { ["received"] = 0, ["concluded"] = 0, ["inadmissible"] = 0, ["withdrawn"] = 0, ["receivedLeaves"] = new JsonArray(), ["handledLeaves"] = new JsonArray() });
                break;
            case "objections that have ended and are not counted": Write(isCounted: false); break;
            case "a name changed in page, data and manifest": Rewrite("甲集群", "丙集群", Cluster, "data/v1/clusters.json"); break;
            case "a name changed in page and manifest alone": Rewrite("甲集群", "丙集群", Cluster); break;
            case "a notice's entry changed in page, data and manifest": Rewrite("甲单位", "丙单位", Notice, "data/v1/notices.json"); break;
            case "an objection's outcome changed in page, data and manifest": Rewrite("conditions-met", "conditions-not-met", Notice, "data/v1/notices.json"); break;
            case "an announcement's number changed in page, data and manifest": Rewrite("1号", "2号", Announced, "data/v1/announcements.json"); break;
            case "a finding's last day changed in page, data and manifest": Rewrite("9999-12-31", "2028-07-26", Found, "data/v1/findings.json"); break;
            case "a cluster without a leaf": Rewrite("[{\"id\":\"c1\"", "[{\"id\":\"c2\",\"name\":\"甲集群\"},{\"id\":\"c1\"", "data/v1/clusters.json"); break;
            case "a cluster that the data leaves out": site.WriteSite(("data/v1/clusters.json", """{"items":[]}""")); break;
            case "a page without its English one": Remove("en/" + Cluster); site.WriteSite(); break;
            case "a name that stands in a file beside the page alone": Rewrite("甲单位", "", Notice); site.WriteSite(("notice/a-x.html", "<main>甲单位</main>"), ("notice/a.x.html", "<main>甲单位</main>")); break;
            case "a name that stands outside the page's own part": Rewrite("<main>", "<title>甲集群</title><main><!-- > 甲集群 --><script>甲集群</script>", Cluster); Rewrite("<h1>甲集群</h1>", "", Cluster); break;
            case "a window that was moved in the data": Rewrite("2025-07-15\"}", "2025-07-16\"}", "data/v1/notices.json"); break;
            case "a tile longer than its name says": Bytes($"log/tile/0/001.p/{site.Leaves.Count - 256}", b => [.. b, .. new byte[32]]); break;
            case "an earlier partial tile altered": site.Write("log/tile/0/001.p/2", new byte[64]); break;
            case "an earlier partial bundle altered": site.Write("log/tile/entries/001.p/1", [0, 1, 7]); break;
            default: throw new ArgumentOutOfRangeException(nameof(fault), fault, null);
        }
    }
}
