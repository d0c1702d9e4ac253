using System.Buffers.Binary;
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
            var (before, signedAt) = Stored(checkpoint.Origin);
            var now = clock.GetUtcNow();
            // A time that goes back would let two cosignatures contradict each other about what came first.
            if (now.ToUnixTimeSeconds() < signedAt)
                return new WitnessAnswer(503, "the clock of this witness stands before its last signature\n");
            var size = before?.Size ?? 0;
            if (old != size)
                return new WitnessAnswer(409, string.Create(CultureInfo.InvariantCulture, $"{size}\n"), "text/x.tlog.size");
            if (!Merkle.HasGrown(size, before?.RootHash ?? Merkle.Empty, checkpoint.Size, checkpoint.RootHash, proof))
                return new WitnessAnswer(422, "the consistency proof does not hold\n");
            var line = signer.Sign(note.Text, now);
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

    /// <summary>The checkpoint it has signed last, and when by its own signature.</summary>
    private (Checkpoint? Last, long At) Stored(string origin)
    {
        if (!File.Exists(PathOf(origin)))
            return (null, 0);
        var note = SignedNote.Parse(File.ReadAllText(PathOf(origin)))!;
        // The log sent the note, so a line under this witness's name can be anybody's: only one that verifies counts.
        var own = note.Signatures.Where(s => s.Name == signer.Public.Name && s.Id == signer.Public.Id && signer.Public.Verifies(note.Text, s.Signature));
        return (Checkpoint.Parse(note.Text), own.Select(s => BinaryPrimitives.ReadInt64BigEndian(s.Signature)).DefaultIfEmpty(0).Max());
    }

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
            || Checkpoint.Number(lines[0].AsSpan(4)) is not { } old)
            return null;
        return (old, [.. lines.Skip(1).Select(Convert.FromBase64String)], note, checkpoint);
    }
}
