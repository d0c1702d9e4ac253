using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Registry.Platform;

namespace Registry.Proof;

/// <summary>What a witness answers.</summary>
public sealed record WitnessAnswer(int Status, string Body = "", string Type = "text/plain; charset=utf-8");

/// <summary>
/// A witness (C2SP tlog-witness): it signs a checkpoint only if the log has grown from the one it signed before. It runs on another machine with a store of
/// its own, so that a log which shows one history to some and another to others cannot get both signed.
/// </summary>
public sealed class Witness(string folder, NoteSigner signer, IReadOnlyCollection<NoteKey> logs, TimeProvider clock)
{
    private readonly Lock one = new();

    /// <summary>Takes a request's body: the size it was told last, a proof, and the checkpoint.</summary>
    public WitnessAnswer Add(ReadOnlySpan<byte> body)
    {
        if (Read(body) is not var (old, proof, note, checkpoint))
            return new WitnessAnswer(400, "not a request of tlog-witness\n");
        var known = logs.Where(k => k.Name == checkpoint.Origin).ToArray();
        if (known.Length == 0)
            return new WitnessAnswer(404, "unknown log\n");
        if (note.Verified(known) is null)
            return new WitnessAnswer(403, "invalid signature\n");
        if (old > checkpoint.Size)
            return new WitnessAnswer(400, "the old size is larger than the new one\n");
        // Comparing and storing are one step: of two requests from one size the slower meets what the faster has stored.
        lock (one)
        {
            using var turn = TakeTurn(checkpoint.Origin);
            if (turn is null)
                return new WitnessAnswer(503, "another process of this witness is deciding; come again\n");
            var before = Stored(checkpoint.Origin);
            var size = before?.Size ?? 0;
            if (old != size)
                return new WitnessAnswer(409, string.Create(CultureInfo.InvariantCulture, $"{size}\n"), "text/x.tlog.size");
            if (!Merkle.HasGrown(size, before?.RootHash ?? Merkle.Empty, checkpoint.Size, checkpoint.RootHash, proof))
                return new WitnessAnswer(422, "the consistency proof does not hold\n");
            var line = signer.Sign(note.Text, clock.GetUtcNow());
            DurableFile.Replace(PathOf(checkpoint.Origin), Encoding.UTF8.GetBytes(note.With(line).ToString()));
            return new WitnessAnswer(200, line.ToString());
        }
    }

    /// <summary>The last checkpoint it has signed, by the hexadecimal SHA-256 of the log's name; null when it knows none.</summary>
    public string? Last(string origin)
    {
        if (origin.Length != 64 || !origin.All(char.IsAsciiHexDigitLower))
            return null;
        var path = Path.Combine(folder, origin, "checkpoint");
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    private string PathOf(string origin) => Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin))), "checkpoint");

    private Checkpoint? Stored(string origin) => File.Exists(PathOf(origin)) ? Checkpoint.Parse(SignedNote.Parse(File.ReadAllText(PathOf(origin)))!.Text) : null;

    /// <summary>The same between processes: null while another one decides.</summary>
    private FileStream? TakeTurn(string origin)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(origin))!);
        try
        {
            return new FileStream(Path.Combine(Path.GetDirectoryName(PathOf(origin))!, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (held is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }

    private static (long Old, IReadOnlyList<byte[]> Proof, SignedNote Note, Checkpoint Checkpoint)? Read(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf("\n\n"u8);
        if (end < 0 || SignedNote.Parse(body[(end + 2)..]) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint)
            return null;
        var lines = Encoding.UTF8.GetString(body[..end]).Split('\n');
        if (!lines[0].StartsWith("old ", StringComparison.Ordinal) || lines.Length - 1 > Merkle.MostHashes || !lines.Skip(1).All(Checkpoint.IsHash)
            || !long.TryParse(lines[0].AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var old))
            return null;
        return (old, [.. lines.Skip(1).Select(Convert.FromBase64String)], note, checkpoint);
    }
}
