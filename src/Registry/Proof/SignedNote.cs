using System.Text;

namespace Registry.Proof;

/// <summary>One line below a note: who signed, by which key, and the signature.</summary>
/// <param name="Name">The key's name.</param>
/// <param name="Id">The key's first four bytes of identity.</param>
/// <param name="Signature">What follows the id.</param>
public sealed record NoteSignature(string Name, uint Id, byte[] Signature)
{
    /// <summary>The line with its new line.</summary>
    public override string ToString()
    {
        var bytes = new byte[4 + Signature.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, Id);
        Signature.CopyTo(bytes, 4);
        return $"— {Name} {Convert.ToBase64String(bytes)}\n";
    }
}

/// <summary>A signed note (C2SP signed-note): a text and the lines of those who signed it.</summary>
/// <param name="Text">The signed text, its last new line included.</param>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    private const int MostSignatures = 100;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The note as it is sent and stored.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures)}";

    /// <summary>The note with further lines.</summary>
    public SignedNote With(params IEnumerable<NoteSignature> more) => this with { Signatures = [.. Signatures, .. more] };

    /// <summary>Reads a note without looking at its signatures; null when it is no note.</summary>
    public static SignedNote? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Parse(Strict.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Reads a note without looking at its signatures; null when it is no note.</summary>
    public static SignedNote? Parse(string note)
    {
        if (note.Any(c => c < ' ' && c != '\n') || note.Contains('\uFFFD', StringComparison.Ordinal))
            return null;
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n'))
            return null;
        var lines = note[(end + 2)..].Split('\n')[..^1];
        if (lines.Length is 0 or > MostSignatures)
            return null;
        var signatures = lines.Select(Line).ToList();
        return signatures.Contains(null) ? null : new SignedNote(note[..(end + 1)], signatures!);
    }

    /// <summary>
    /// Which of the known keys have signed. Null when one of them has signed wrongly, or none has signed: the note is then worth nothing. Lines of
    /// unknown keys, and of kinds that this program does not know, are passed over.
    /// </summary>
    public IReadOnlyList<NoteKey>? Verified(IReadOnlyCollection<NoteKey> known)
    {
        var verified = new List<NoteKey>();
        foreach (var line in Signatures)
        {
            if (known.FirstOrDefault(k => k.Name == line.Name && k.Id == line.Id) is not { } key || verified.Contains(key))
                continue;
            if (!key.Verifies(Text, line.Signature))
                return null;
            verified.Add(key);
        }
        return verified.Count > 0 ? verified : null;
    }

    /// <summary>Whether a text can name a key: not empty, without white space and plus sign.</summary>
    internal static bool IsKeyName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c == '+');

    private static NoteSignature? Line(string line)
    {
        if (line.Split(' ') is not ["—", var name, var data] || !IsKeyName(name))
            return null;
        var bytes = new byte[data.Length];
        if (!Convert.TryFromBase64String(data, bytes, out var length) || length < 5)
            return null;
        return new NoteSignature(name, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..length]);
    }
}
