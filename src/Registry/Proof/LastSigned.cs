using System.Globalization;
using System.Text;
using Registry.Platform;

namespace Registry.Proof;

/// <summary>A checkpoint that was signed, and when.</summary>
public sealed record SignedCheckpoint(DateTimeOffset At, string Note)
{
    /// <summary>What it says.</summary>
    public Checkpoint Checkpoint => Checkpoint.Parse(SignedNote.Parse(Note)!.Text)!;
}

/// <summary>
/// The last signed checkpoint, in a file outside the database: a restored database cannot make the program forget what it has signed. It is replaced by
/// compare-and-swap under a lock, so of two publishers one loses and two checkpoints of one size can never both be signed and stored.
/// </summary>
public sealed class LastSigned(string folder)
{
    private string PathOfLast => Path.Combine(folder, "signed");

    private string PathOfLost => Path.Combine(folder, "lost");

    /// <summary>
    /// The name of a log that was signed elsewhere, and nobody here knows how far: the registry was restored without it. Nothing is signed under this name any
    /// more, because a second history under one name would be a fork. Null in every other case.
    /// </summary>
    public string? Lost => File.Exists(PathOfLost) ? File.ReadAllText(PathOfLost, Encoding.UTF8) : null;

    /// <summary>Notes that it is not known what the log of this name has signed.</summary>
    public void Lose(string origin) => DurableFile.Replace(PathOfLost, Encoding.UTF8.GetBytes(origin));

    /// <summary>The last signed checkpoint; null before the first.</summary>
    public SignedCheckpoint? Read()
    {
        if (!File.Exists(PathOfLast))
            return null;
        var text = File.ReadAllText(PathOfLast, Encoding.UTF8);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        var signed = new SignedCheckpoint(DateTimeOffset.Parse(text[..line], CultureInfo.InvariantCulture), text[(line + 1)..]);
        return SignedNote.Parse(signed.Note) is { } note && Checkpoint.Parse(note.Text) is not null
            ? signed
            : throw new InvalidDataException($"{PathOfLast} holds no signed checkpoint");
    }

    /// <summary>Puts <paramref name="next"/> in the place of <paramref name="expected"/>; false when something else stands there by now, or the log is lost.</summary>
    public bool Swap(SignedCheckpoint? expected, SignedCheckpoint next)
    {
        Directory.CreateDirectory(folder);
        using var turn = TakeTurn();
        if (turn is null || Lost is not null || Read() != expected)
            return false;
        DurableFile.Replace(PathOfLast, Encoding.UTF8.GetBytes($"{next.At.UtcDateTime:O}\n{next.Note}"));
        return true;
    }

    private FileStream? TakeTurn()
    {
        var path = Path.Combine(folder, ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
