using System.Globalization;
using System.Text;

namespace Registry.Proof;

/// <summary>A proof that a leaf is in a log, whole in one text (C2SP tlog-proof): it is verified without asking anybody.</summary>
/// <param name="Index">The leaf.</param>
/// <param name="Hashes">Sibling hashes, the leaf's own first.</param>
/// <param name="Checkpoint">The signed checkpoint that covers it, verbatim.</param>
/// <param name="Extra">Base64 of further bytes, if any.</param>
public sealed record ProofText(long Index, IReadOnlyList<byte[]> Hashes, string Checkpoint, string? Extra = null)
{
    private const string Header = "c2sp.org/tlog-proof@v1";

    /// <summary>The text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Header).Append('\n');
        if (Extra is not null)
            text.Append("extra ").Append(Extra).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (var hash in Hashes)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(Checkpoint).ToString();
    }

    /// <summary>Reads a proof; null when it is none. Nothing is verified by this.</summary>
    public static ProofText? Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        var lines = new Queue<string>(text[..end].Split('\n'));
        if (lines.Dequeue() != Header)
            return null;
        string? extra = null;
        if (lines.TryPeek(out var first) && first.StartsWith("extra ", StringComparison.Ordinal))
        {
            extra = lines.Dequeue()["extra ".Length..];
            if (!Convert.TryFromBase64String(extra, new byte[extra.Length], out _))
                return null;
        }
        if (!lines.TryDequeue(out var second) || !second.StartsWith("index ", StringComparison.Ordinal)
            || Proof.Checkpoint.Number(second.AsSpan("index ".Length)) is not { } index)
            return null;
        return lines.Count > Merkle.MostHashes || !lines.All(Proof.Checkpoint.IsHash)
            ? null
            : new ProofText(index, [.. lines.Select(Convert.FromBase64String)], text[(end + 2)..], extra);
    }
}
