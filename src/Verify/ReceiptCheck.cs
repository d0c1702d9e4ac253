using System.Text;
using System.Text.Json;

namespace Verify;

/// <summary>A receipt by itself, on a machine without network: what was filed stands in a leaf of the signed log.</summary>
public static class ReceiptCheck
{
    /// <summary>Checks a receipt against the keys that the holder trusts, or those it names itself.</summary>
    public static void Run(byte[] bytes, IReadOnlyList<VerifierKey> trusted, Report report)
    {
        if (Disclosures.Parse(bytes) is not { } receipt || OpenedField.Text(receipt, "format") != "sdreg-receipt/v1" || OpenedField.Text(receipt, "origin") is not { } origin)
        {
            report.Break("receipt", "文件不是 sdreg-receipt/v1 回执。", "The file is no receipt of the form sdreg-receipt/v1.");
            return;
        }
        var named = receipt.TryGetProperty("keys", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(k => OpenedField.TextOf(k) is { } key ? VerifierKey.Parse(key) : null).OfType<VerifierKey>().ToList() : [];
        var keys = trusted.Count > 0 ? trusted : named;
        if (trusted.Count == 0)
            report.Leave("receipt.trust", $"未给出 --key，按回执自带的公钥核对，请与站点公布的公钥比较：{string.Join(' ', keys)}", $"No --key was given; compare the receipt's own key with the published one: {string.Join(' ', keys)}");
        if (IsNull(receipt, "leaf") && IsNull(receipt, "entry"))
        {
            Awaited(receipt, report);
            return;
        }
        if (Disclosures.Leaf(receipt) is not { } leaf || OpenedField.Text(receipt, "entry") is not { } entry)
        {
            report.Break("receipt", "回执没有日志条目，也没有说明尚在等待。", "The receipt has no leaf, and does not say that it waits for one.");
            return;
        }
        var (fields, wrong) = Disclosures.Opened(receipt, entry, leaf);
        wrong ??= Lacking(fields!);
        if (wrong is not null)
        {
            report.Break("receipt.fields", $"回执与其承诺不符：{wrong}", $"The receipt does not open its leaf: {wrong}.");
            return;
        }
        report.Hold("receipt.fields", $"{fields!.Count} 项内容都在第 {leaf} 条的承诺之中：{Shown(fields)}", $"{fields.Count} fields stand in leaf {leaf}: {Shown(fields)}");
        if (IsNull(receipt, "proof"))
        {
            report.Wait("receipt.proof", "检查点尚未覆盖该条，请稍后重新下载回执。", "No checkpoint covers the leaf yet; fetch the receipt again later.");
            return;
        }
        if (OpenedField.Text(receipt, "proof") is not { } text || ProofFile.Parse(text) is not { } proof || Note.Parse(Encoding.UTF8.GetBytes(proof.Checkpoint)) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint)
            report.Break("receipt.proof", "回执中的证明无法读取。", "The proof in the receipt cannot be read.");
        else if (checkpoint.Origin != origin || note.SignedBy(keys) is not { } signers || signers.All(s => s.Key.Name != origin))
            report.Break("receipt.proof", "回执中的检查点没有日志的有效签名。", "The checkpoint in the receipt is not signed by the log.");
        else if (proof.Index != leaf || !Tree.IsIncluded(leaf, checkpoint.Size, Tree.Leaf(Encoding.ASCII.GetBytes(entry)), proof.Hashes, checkpoint.Root))
            report.Break("receipt.proof", "回执中的证明不成立。", "The proof in the receipt does not hold.");
        else
            report.Hold("receipt.proof", $"第 {leaf} 条确在 {origin} 签名的日志之中（{checkpoint.Size} 条时）。", $"Leaf {leaf} is in the log that {origin} signed at {checkpoint.Size} leaves.");
    }

    /// <summary>The log has not taken the filing in: the receipt holds the commitments that its leaf will be made of, and nothing is proved yet.</summary>
    private static void Awaited(JsonElement receipt, Report report)
    {
        var digests = Facts.Items(receipt, "digests").Select(d => OpenedField.TextOf(d) ?? "").ToHashSet();
        var (fields, wrong) = digests.Count == 0 || digests.Any(d => Note.Decode(d)?.Length != Tree.HashSize) ? (null, "it holds no commitments") : Disclosures.Opened(receipt, digests);
        wrong ??= Lacking(fields!);
        if (wrong is not null)
            report.Break("receipt.fields", $"回执与其承诺不符：{wrong}", $"The receipt does not open its commitments: {wrong}.");
        else
            report.Wait("receipt", "该件尚未进入日志，请在下一个检查点之后重新下载回执。", "The log has not taken this in yet; fetch the receipt again after the next checkpoint.");
    }

    /// <summary>A receipt that does not say what was filed proves nothing.</summary>
    private static string? Lacking(IReadOnlyDictionary<string, JsonElement> fields) =>
        !fields.ContainsKey("kind") ? "it does not open the kind" : !fields.Keys.Any(k => k.StartsWith("data.", StringComparison.Ordinal)) ? "it opens nothing of what was filed" : null;

    private static bool IsNull(JsonElement thing, string name) => thing.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Null;

    private static string Shown(IReadOnlyDictionary<string, JsonElement> fields) =>
        string.Join(", ", fields.Where(f => f.Key is "kind" or "time" or "data.Number" && OpenedField.TextOf(f.Value) is not null).Select(f => $"{f.Key}={OpenedField.TextOf(f.Value)}"));
}
