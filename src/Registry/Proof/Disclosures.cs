using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Registry.Platform;

namespace Registry.Proof;

/// <summary>
/// The files that open leaves to the public: values and salts of the fields that a page shows, the leaf, and a proof that it is in the log as soon as a
/// checkpoint covers it. They follow the site: what is shown is disclosed, and what has left the public is disclosed no more.
/// </summary>
public sealed class Disclosures(LeafTable leaves, LogFiles files, LogKeys keys, LastSigned signed)
{
    private const string Folder = "disclosures", Index = $"{Folder}/index.json", ContentFolder = "content";
    private static readonly JsonSerializerOptions Layout = new(Json.Store) { WriteIndented = true, IndentSize = 1 };

    /// <summary>Writes the disclosures of everything that is about to be shown. Nothing is taken away yet: the old site may still be read.</summary>
    /// <param name="shown">Page and leaf, for everything the site shows.</param>
    /// <param name="contacts">Telephones and mailboxes that may stand in public.</param>
    /// <param name="ct">Ends with the caller.</param>
    /// <returns>The kind of each disclosed leaf; or what is personal in an opened field, and then nothing was written.</returns>
    public async Task<(IReadOnlyDictionary<long, string> Kinds, IReadOnlyList<PublicSite.SiteProblem> Problems)> WriteAsync(
        IReadOnlyCollection<PublicSite.PageProof> shown, IEnumerable<string> contacts, CancellationToken ct)
    {
        var personal = new PublicSite.Checks.PersonalData(contacts);
        var problems = new List<PublicSite.SiteProblem>();
        var made = new List<(string Path, string Text)>();
        var kinds = new Dictionary<long, string>();
        await using var connection = await leaves.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"""
            select l.index, l.entry, e.type, c.openings::text, e.data ->> 'PublicContent', e.data ->> 'Content'
            from {Store.Schema}.{LeafTable.Name} l
            join {Store.Schema}.mt_events e on e.id = l.event_id
            join {Store.Schema}.{Platform.Sealing.Commitments.Table} c on c.event_id = e.id
            where l.index = any($1) order by l.index
            """, connection)
        { Parameters = { new() { Value = shown.SelectMany(LeavesOf).Distinct().Order().ToArray() } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var (index, kind) = (reader.GetInt64(0), reader.GetString(2));
            kinds[index] = kind;
            // A field can be opened that no page shows, so the check of the pages does not see it.
            var opened = Opening.Plain(reader.GetString(3)).Where(o => DisclosedFields.IsOpen(kind, o.Name)).OrderBy(o => o.Name, StringComparer.Ordinal).ToList();
            problems.AddRange(opened.SelectMany(o => personal.In(o.Value?.ToJsonString(Layout) ?? "").Select(f => new PublicSite.SiteProblem($"{Folder}/{index}.json", f.Kind, f.Masked))));
            made.Add(($"{Folder}/{index}.json", Disclosure(index, reader.GetFieldValue<byte[]>(1), opened).ToJsonString(Layout) + "\n"));
            if (kind == "notice-attested" && !await reader.IsDBNullAsync(4, ct))
                made.Add(($"{ContentFolder}/{reader.GetString(5)}.txt", reader.GetString(4)));
        }
        if (problems.Count > 0)
            return (new Dictionary<long, string>(), problems);
        foreach (var (path, text) in made)
            Replace(path, text);
        return (kinds, []);
    }

    /// <summary>After the site was switched: writes the list of all disclosures and takes away those of facts that are no longer public.</summary>
    public void Settle(IReadOnlyCollection<PublicSite.PageProof> shown, IReadOnlyDictionary<long, string> kinds)
    {
        var pages = shown.SelectMany(p => LeavesOf(p).Select(leaf => (leaf, p.Page))).Distinct().ToLookup(p => p.leaf, p => p.Page);
        var list = new JsonObject
        {
            ["format"] = "sdreg-disclosures/v1",
            ["origin"] = keys.Origin,
            ["disclosures"] = new JsonArray([.. kinds.OrderBy(k => k.Key).Select(k => new JsonObject
            {
                ["leaf"] = k.Key,
                ["kind"] = k.Value,
                ["pages"] = new JsonArray([.. pages[k.Key].Order(StringComparer.Ordinal).Select(p => JsonValue.Create(p))]),
            })]),
        };
        Replace(Index, list.ToJsonString(Layout) + "\n");
        var contents = shown.SelectMany(p => p.Attestations).Select(a => a.Content).ToHashSet(StringComparer.Ordinal);
        RemoveAllBut(Folder, path => !long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var leaf) || kinds.ContainsKey(leaf));
        RemoveAllBut(ContentFolder, path => contents.Contains(Path.GetFileNameWithoutExtension(path)));
        Prove();
    }

    /// <summary>
    /// Writes the proofs of those disclosures that the published checkpoint covers by now. A proof whose checkpoint lacks a key that signs now is written anew:
    /// before an old key is retired every proof stands on the next one.
    /// </summary>
    public void Prove()
    {
        if (files.Text("checkpoint") is not { } checkpoint || SignedNote.Parse(checkpoint) is not { } shown || Checkpoint.Parse(shown.Text) is not { Size: > 0 } covered || signed.Read() is null)
            return;
        var signers = keys.Verifiers().Select(k => k.Id).Intersect(shown.Signatures.Select(s => s.Id)).ToList();
        var folder = Path.Combine(files.Folder, Folder);
        if (!Directory.Exists(folder))
            return;
        var tree = Tiles.Reader(covered.Size, path => files.Read(path.ToString()));
        foreach (var path in Directory.EnumerateFiles(folder, "*.json"))
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var leaf)
                && leaf < covered.Size && !IsProved($"{Folder}/{leaf}.tlog-proof", signers))
                Replace($"{Folder}/{leaf}.tlog-proof", new ProofText(leaf, Merkle.InclusionProof(leaf, covered.Size, tree), checkpoint).ToString());
    }

    private bool IsProved(string path, IReadOnlyCollection<uint> signers) =>
        files.Text(path) is { } text && ProofText.Parse(text) is { } proof && SignedNote.Parse(proof.Checkpoint) is { } note && !signers.Except(note.Signatures.Select(s => s.Id)).Any();

    /// <summary>A page's leaves, those that prove its count of objections included.</summary>
    public static IEnumerable<long> LeavesOf(PublicSite.PageProof proof) => proof.Leaves.Concat(proof.Count?.ReceivedLeaves ?? []).Concat(proof.Count?.HandledLeaves ?? []);

    private JsonObject Disclosure(long index, byte[] entry, IReadOnlyList<Opening> opened) => new()
    {
        ["format"] = "sdreg-disclosure/v1",
        ["origin"] = keys.Origin,
        ["leaf"] = index,
        ["entry"] = Encoding.ASCII.GetString(entry),
        ["fields"] = new JsonArray([.. opened.Select(o => o.ToJson())]),
    };

    private void Replace(string path, string text)
    {
        if (files.Text(path) != text)
            files.Replace(path, Encoding.UTF8.GetBytes(text));
    }

    private void RemoveAllBut(string folder, Func<string, bool> stays)
    {
        var full = Path.Combine(files.Folder, folder);
        if (!Directory.Exists(full))
            return;
        foreach (var path in Directory.EnumerateFiles(full).Where(p => !stays(p)).ToList())
            files.Remove(Path.Combine(folder, Path.GetFileName(path)));
    }
}
