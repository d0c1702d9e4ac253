using Microsoft.Extensions.Logging;
using Registry.Platform;

namespace Registry.Proof;

/// <summary>What came of asking for a publication.</summary>
/// <param name="Size">Leaves that are published now.</param>
/// <param name="Signed">A new checkpoint was signed.</param>
/// <param name="Problem">Stable code of why nothing further was published; null when all is well.</param>
/// <param name="Detail">What was found, for the operator.</param>
public sealed record LogPublication(long Size, bool Signed, string? Problem = null, string? Detail = null)
{
    /// <summary>Readers see another checkpoint than before. It can follow the signature later, when a witness was late.</summary>
    public bool Shown { get; init; }
}

/// <summary>
/// Publishes the leaves that are due. Content comes first and pointers last: entries, tiles from the lowest level up, all of it on disk; then the
/// signature, which is kept outside the database; then the witnesses; then the checkpoint that readers look at. Interrupted anywhere it goes on where it
/// stood, and a reader never meets a checkpoint whose tiles are missing.
/// </summary>
public sealed class LogPublisher(LeafTable leaves, LastSigned signed, LogKeys keys, LogFiles files, Witnesses witnesses, TimeProvider clock, ILogger<LogPublisher> log)
{
    /// <summary>The database holds fewer leaves than were signed.</summary>
    public const string DatabaseOlder = "log.database-older";

    /// <summary>The registry was restored without the log: nobody here knows what was signed.</summary>
    public const string StateLost = "log.state-lost";

    /// <summary>The database's leaves are not those that were signed.</summary>
    public const string Diverged = "log.diverged";

    /// <summary>The published tiles do not give the signed root.</summary>
    public const string TilesDamaged = "log.tiles-damaged";

    /// <summary>The clock stands before the last signature.</summary>
    public const string ClockBehind = "log.clock-behind";

    /// <summary>Another publisher signed first.</summary>
    public const string LostRace = "log.lost-race";

    /// <summary>The policy asks for witnesses that have not signed; readers keep the checkpoint before.</summary>
    public const string WitnessMissing = "log.witness-missing";

    /// <summary>Wraps each step of the writing; tests make steps fail here.</summary>
    public Func<string, Func<Task>, Task> Step { get; init; } = (_, write) => write();

    /// <summary>Publishes what is due by now. Asked early, late, twice or on two nodes it changes nothing that it should not.</summary>
    /// <exception cref="StartRefusedException">The log has signed, and its keys are gone.</exception>
    public async Task<LogPublication> PublishAsync(CancellationToken ct)
    {
        var last = signed.Read();
        var size = last?.Checkpoint.Size ?? 0;
        if (await WhyNotAsync(last, ct) is { } refused)
        {
            log.LogError("log not published: {Problem} {Detail}", refused.Problem, refused.Detail);
            return refused;
        }
        keys.Require();
        var now = clock.GetUtcNow();
        var due = await leaves.DueAsync(now, ct);
        var grown = last is null || due > size;
        if (grown)
        {
            var next = await SignAsync(last, due, now, ct);
            if (next is null)
                return new LogPublication(size, false, LostRace, "another publisher has signed meanwhile");
            (last, size) = (next, due);
        }
        var shown = await PointToAsync(last!, ct);
        if (shown is null)
            return new LogPublication(size, grown, WitnessMissing, $"size {size} is signed and waits for its witnesses");
        if (grown)
            log.LogInformation("log published: {Size} leaves", size);
        return new LogPublication(size, grown) { Shown = shown.Value };
    }

    /// <summary>Writes the tiles up to the new size, signs, and keeps the signature; null when another publisher was faster.</summary>
    private async Task<SignedCheckpoint?> SignAsync(SignedCheckpoint? last, long size, DateTimeOffset now, CancellationToken ct)
    {
        var old = last?.Checkpoint.Size ?? 0;
        var written = new List<string>();
        foreach (var bundle in Tiles.Bundles(old, size))
        {
            var first = bundle.Index * TilePath.Full;
            var entries = await leaves.EntriesAsync(first, first + bundle.Width, ct).ToListAsync(ct);
            await WriteAsync("entries", bundle, Tiles.Bundle(entries), written);
        }
        var added = await leaves.HashesAsync(old, size, ct);
        foreach (var (path, content) in Tiles.Grow(old, added, path => files.Read(path.ToString())))
            await WriteAsync($"tile/{path.Level}", path, content, written);
        files.SyncFolders(written);

        var root = Merkle.Root(size, Tiles.Reader(size, path => files.Read(path.ToString())));
        var note = Sign(Checkpoint.Of(keys.Origin, size, root));
        var next = new SignedCheckpoint(now, note.ToString());
        var won = false;
        await Step("signed", () =>
        {
            won = signed.Swap(last, next);
            return Task.CompletedTask;
        });
        return won ? next : null;
    }

    private SignedNote Sign(Checkpoint checkpoint)
    {
        var signers = keys.Signers();
        var text = checkpoint.ToString();
        var note = new SignedNote(text, [.. signers.Select(s => s.Sign(text))]);
        foreach (var signer in signers)
            signer.Dispose();
        return note;
    }

    /// <summary>Makes readers see the last signed checkpoint; whether they did not yet. Null while the witnesses that must sign it have not.</summary>
    private async Task<bool?> PointToAsync(SignedCheckpoint last, CancellationToken ct)
    {
        // A key leaves the list of those that sign only after it stands in the list of those that did.
        if (keys.RetiredText() is { Length: > 0 } retired)
            Keep("retired", retired);
        Keep("key", string.Concat(keys.Verifiers().Select(k => $"{k}\n")));
        if (witnesses.PolicyText is { } policy)
            Keep("policy", policy);
        var note = SignedNote.Parse(last.Note)!;
        var shown = files.Text("checkpoint") is { } text ? SignedNote.Parse(text) : null;
        if (shown?.Text == note.Text)
            return false;
        var size = last.Checkpoint.Size;
        var (cosigned, enough) = await witnesses.CosignAsync(
            note, shown is null ? 0 : Checkpoint.Parse(shown.Text)!.Size, Tiles.Reader(size, path => files.Read(path.ToString())), ct);
        if (!enough)
            return null;
        await Step("checkpoint", () =>
        {
            files.Replace("checkpoint", System.Text.Encoding.UTF8.GetBytes(cosigned.ToString()));
            files.SyncFolders([]);
            return Task.CompletedTask;
        });
        return true;
    }

    private void Keep(string path, string text)
    {
        if (files.Text(path) != text)
            files.Replace(path, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private Task WriteAsync(string step, TilePath path, byte[] content, List<string> written) => Step(step, () =>
    {
        files.WriteOnce(path.ToString(), content);
        written.Add(path.ToString());
        return Task.CompletedTask;
    });

    /// <summary>Never signs from a database that is older than the log or that differs from it, nor over damaged tiles, nor with the clock set back.</summary>
    private async Task<LogPublication?> WhyNotAsync(SignedCheckpoint? last, CancellationToken ct)
    {
        if (signed.Lost is { } origin)
            return new LogPublication(0, false, StateLost, $"this registry was restored without the log {origin}; restore again with a copy of it, or declare another log: registry log new");
        if (last is null)
            return null;
        var size = last.Checkpoint.Size;
        var count = await leaves.CountAsync(ct);
        if (count < size)
            return new LogPublication(size, false, DatabaseOlder, $"the database holds leaves 0 to {count - 1}; leaves {count} to {size - 1} were published and are missing in it");
        if (clock.GetUtcNow() < last.At)
            return new LogPublication(size, false, ClockBehind, $"the clock says {clock.GetUtcNow():O}, the last checkpoint was signed at {last.At:O}");
        if (size == 0)
            return null;
        try
        {
            var read = Tiles.Reader(size, path => files.Read(path.ToString()));
            if (!Merkle.Root(size, read).AsSpan().SequenceEqual(last.Checkpoint.RootHash))
                return new LogPublication(size, false, TilesDamaged, $"the tiles of size {size} do not give the signed root {last.Checkpoint.Root}");
            // Each leaf holds random digests, so another history would differ in the last tile already.
            var first = (size - 1) / TilePath.Full * TilePath.Full;
            var stored = await leaves.HashesAsync(first, size, ct);
            for (var i = first; i < size; i++)
                if (!stored[(int)(i - first)].AsSpan().SequenceEqual(read(0, i)))
                    return new LogPublication(size, false, Diverged, $"leaf {i} of the database is not the one that was published");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException or InvalidDataException)
        {
            return new LogPublication(size, false, TilesDamaged, missing.Message);
        }
        return null;
    }
}
