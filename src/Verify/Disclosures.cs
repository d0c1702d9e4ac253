using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Verify;

/// <summary>One public fact: the leaf it stands in and the fields that were opened.</summary>
/// <param name="Leaf">Index of the leaf.</param>
/// <param name="Kind">Kind of the event.</param>
/// <param name="Entry">The leaf's exact text as the disclosure gives it.</param>
/// <param name="Pages">Pages that rest on it.</param>
/// <param name="Fields">What was opened.</param>
/// <param name="Proof">The inclusion proof, if there is one yet.</param>
public sealed record Disclosure(long Leaf, string Kind, string Entry, IReadOnlyList<string> Pages, IReadOnlyDictionary<string, JsonElement> Fields, ProofFile? Proof)
{
    /// <summary>When the leaf was published.</summary>
    public DateTimeOffset Batch { get; } = Verify.Entry.Parse(Encoding.UTF8.GetBytes(Entry)).Entry?.Batch ?? default;

    /// <summary>An opened field; null if it is not opened.</summary>
    public JsonElement? Value(string name) => Fields.TryGetValue(name, out var value) ? value : null;

    /// <summary>An opened field as text; null if it is not opened or no text.</summary>
    public string? Field(string name) => Value(name) is { } value ? OpenedField.TextOf(value) : null;

    /// <summary>An opened field as a whole number; null if it is not opened or none.</summary>
    public long? Number(string name) => Value(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;
}

/// <summary>Reads the published disclosures and checks each by itself.</summary>
public sealed class Disclosures(Source site, string below, Report report)
{
    /// <summary>All disclosures that are sound in themselves; null if the index itself cannot be read.</summary>
    public async Task<IReadOnlyList<Disclosure>?> ReadAsync(string origin, CancellationToken ct)
    {
        if (await site.ReadAsync(below + "disclosures/index.json", ct) is not { } bytes)
        {
            report.Leave("disclosures", "没有公布披露索引 log/disclosures/index.json。", "No index of disclosures is published at log/disclosures/index.json.");
            return null;
        }
        if (Parse(bytes) is not { } index || OpenedField.Text(index, "format") != "sdreg-disclosures/v1" || OpenedField.Text(index, "origin") != origin || !index.TryGetProperty("disclosures", out var rows) || rows.ValueKind != JsonValueKind.Array)
        {
            report.Break("disclosures", "披露索引无法读取，或属于另一个日志。", "The index of disclosures cannot be read, or is of another log.");
            return null;
        }
        var found = new List<Disclosure>();
        var leaves = new HashSet<long>();
        foreach (var row in rows.EnumerateArray())
        {
            if (Leaf(row) is not { } leaf || OpenedField.Text(row, "kind") is not { } kind || Pages(row) is not { Count: > 0 } pages)
                report.Break("disclosures", "披露索引有一行无法读取。", "A row of the index of disclosures cannot be read.");
            else if (!leaves.Add(leaf))
                report.Break("disclosures", $"第 {leaf} 条披露了两次。", $"Leaf {leaf} is disclosed twice.");
            else if (await OneAsync(origin, leaf, kind, pages, ct) is { } disclosure)
                found.Add(disclosure);
        }
        return found;
    }

    /// <summary>Checks the disclosures against the walked log.</summary>
    public void Compare(IReadOnlyList<Disclosure> disclosures, Walked walked)
    {
        var waiting = 0;
        foreach (var one in disclosures)
        {
            if (one.Leaf >= walked.Size)
            {
                waiting++;
                continue;
            }
            if (!walked.Entries.TryGetValue(one.Leaf, out var entry) || !entry.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(one.Entry)))
                report.Break("disclosures.leaf", $"披露的第 {one.Leaf} 条与日志中的不同。", $"Disclosure {one.Leaf} shows another leaf than the log holds.");
            if (one.Proof is null)
                report.Break("disclosures.proof", $"第 {one.Leaf} 条已在检查点之内，却没有可用的证明。", $"Leaf {one.Leaf} is covered by the checkpoint and has no usable proof.");
            else
                Proof("disclosures.proof", one.Leaf, one.Entry, one.Proof, walked);
        }
        if (!report.IsBroken("disclosures") && !report.IsBroken("disclosures.leaf") && !report.IsBroken("disclosures.proof"))
            report.Hold("disclosures", $"{disclosures.Count} 条公开事实均可由日志证明" + (waiting > 0 ? $"，其中 {waiting} 条等待下一个检查点。" : "。"),
                $"All {disclosures.Count} public facts are proved by the log" + (waiting > 0 ? $"; {waiting} of them wait for the next checkpoint." : "."));
    }

    private void Proof(string name, long leaf, string entry, ProofFile proof, Walked walked)
    {
        if (Note.Parse(Encoding.UTF8.GetBytes(proof.Checkpoint)) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint || note.SignedBy(walked.Trust.For(checkpoint.Size)) is null || checkpoint.Origin != walked.Origin)
            report.Break(name, $"第 {leaf} 条的证明没有日志签名的检查点。", $"The proof of leaf {leaf} holds no checkpoint signed by the log.");
        else if (proof.Index != leaf || !Tree.IsIncluded(leaf, checkpoint.Size, Tree.Leaf(Encoding.ASCII.GetBytes(entry)), proof.Hashes, checkpoint.Root))
            report.Break(name, $"第 {leaf} 条的证明不成立。", $"The proof of leaf {leaf} does not hold.");
        else if (checkpoint.Size > walked.Size || !walked.Roots.TryGetValue(checkpoint.Size, out var root) || !root.AsSpan().SequenceEqual(checkpoint.Root))
            report.Break("log.history", $"第 {leaf} 条证明中的检查点（{checkpoint.Size} 条）与现在的日志不一致：同一个日志有过两个样子。", $"The checkpoint of {checkpoint.Size} leaves in the proof of leaf {leaf} is not a part of this log: the log was shown in two ways.");
    }

    private async Task<Disclosure?> OneAsync(string origin, long leaf, string kind, IReadOnlyList<string> pages, CancellationToken ct)
    {
        var place = $"disclosures/{leaf.ToString(CultureInfo.InvariantCulture)}";
        if (await site.ReadAsync(below + place + ".json", ct) is not { } bytes || Parse(bytes) is not { } one || OpenedField.Text(one, "format") != "sdreg-disclosure/v1" || OpenedField.Text(one, "origin") != origin || Leaf(one) != leaf || OpenedField.Text(one, "entry") is not { } text)
        {
            report.Break("disclosures", $"第 {leaf} 条的披露缺失或无法读取。", $"The disclosure of leaf {leaf} is missing or cannot be read.");
            return null;
        }
        var (fields, wrong) = Opened(one, text, leaf);
        if (wrong is null && (!fields!.TryGetValue("kind", out var opened) || OpenedField.TextOf(opened) != kind))
            wrong = "its kind is not that of the index";
        if (wrong is not null)
        {
            report.Break("disclosures", $"第 {leaf} 条的披露与其承诺不符：{wrong}", $"The disclosure of leaf {leaf} does not open it: {wrong}.");
            return null;
        }
        var proof = await site.ReadAsync(below + place + ".tlog-proof", ct) is { } proved ? ProofFile.Parse(Encoding.UTF8.GetString(proved)) : null;
        return new Disclosure(leaf, kind, text, pages, fields!, proof);
    }

    /// <summary>The opened fields of a disclosure or receipt; what is wrong otherwise.</summary>
    internal static (IReadOnlyDictionary<string, JsonElement>? Fields, string? Wrong) Opened(JsonElement thing, string text, long leaf)
    {
        var (entry, wrong) = Entry.Parse(Encoding.UTF8.GetBytes(text));
        if (entry is null)
            return (null, $"its leaf {wrong}");
        return entry.Sequence != leaf ? (null, "its leaf has another number") : Opened(thing, entry.Digests);
    }

    /// <summary>The opened fields against these digests; what is wrong otherwise.</summary>
    internal static (IReadOnlyDictionary<string, JsonElement>? Fields, string? Wrong) Opened(JsonElement thing, IReadOnlySet<string> digests)
    {
        if (!thing.TryGetProperty("fields", out var list) || list.ValueKind != JsonValueKind.Array)
            return (null, "it opens no field");
        var fields = new Dictionary<string, JsonElement>();
        foreach (var field in list.EnumerateArray())
        {
            var (opened, why) = OpenedField.Open(field, digests);
            if (opened is null)
                return (null, why);
            if (!fields.TryAdd(opened.Name, opened.Value))
                return (null, $"{opened.Name} is opened twice");
        }
        return (fields, null);
    }

    internal static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes).RootElement is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } root ? root : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static long? Leaf(JsonElement thing) =>
        thing.ValueKind == JsonValueKind.Object && thing.TryGetProperty("leaf", out var leaf) && leaf.ValueKind == JsonValueKind.Number && leaf.TryGetInt64(out var index) && index >= 0 ? index : null;

    private static IReadOnlyList<string>? Pages(JsonElement row) =>
        row.TryGetProperty("pages", out var pages) && pages.ValueKind == JsonValueKind.Array && pages.EnumerateArray().All(p => OpenedField.TextOf(p) is not null) ? [.. pages.EnumerateArray().Select(p => OpenedField.TextOf(p)!)] : null;
}
