using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Verify;

/// <summary>A public key as signed notes name it (C2SP signed-note): <c>name+hash+base64</c>.</summary>
/// <param name="Name">The signer.</param>
/// <param name="Kind">1 for Ed25519 over the text, 4 for a witness's timed cosignature.</param>
/// <param name="Key">32 bytes.</param>
public sealed record VerifierKey(string Name, byte Kind, byte[] Key)
{
    private const byte Ed25519Kind = 1, CosignatureKind = 4;

    /// <summary>First four bytes of the hash of name and key.</summary>
    public uint Id => BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), (byte)'\n', Kind, .. Key]));

    /// <summary>Reads a key; null if it is not exactly one.</summary>
    public static VerifierKey? Parse(string text)
    {
        if (text.Split('+', 3) is not [var name, { Length: 8 } hash, var rest] || !IsName(name) || Note.Decode(rest) is not [var kind and (Ed25519Kind or CosignatureKind), .. { Length: 32 } key])
            return null;
        var parsed = new VerifierKey(name, kind, key);
        return parsed.Id.ToString("x8", CultureInfo.InvariantCulture) == hash ? parsed : null;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Name}+{Id.ToString("x8", CultureInfo.InvariantCulture)}+{Convert.ToBase64String([Kind, .. Key])}";

    /// <inheritdoc />
    public bool Equals(VerifierKey? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc />
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    internal static bool IsName(string name) => name.Length > 0 && !name.Contains('+', StringComparison.Ordinal) && !name.Any(char.IsWhiteSpace);

    /// <summary>Whether the signature is this key's over the text; for a cosignature, its time too.</summary>
    internal bool Signed(string text, byte[] signature, out DateTimeOffset? time)
    {
        time = null;
        if (Kind == Ed25519Kind)
            return signature.Length == Ed25519.SignatureSize && Check(Encoding.UTF8.GetBytes(text), signature);
        if (signature.Length != 8 + Ed25519.SignatureSize || BinaryPrimitives.ReadUInt64BigEndian(signature) is var seconds && seconds > 253_402_300_799)
            return false;
        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return Check(Encoding.UTF8.GetBytes($"cosignature/v1\ntime {seconds.ToString(CultureInfo.InvariantCulture)}\n{text}"), signature[8..]);
    }

    private bool Check(byte[] message, byte[] signature) => Ed25519.Verify(signature, 0, Key, 0, message, 0, message.Length);
}

/// <summary>One signature line.</summary>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Value);

/// <summary>Who signed, and when, where the signature says so.</summary>
public sealed record Signer(VerifierKey Key, DateTimeOffset? Time);

/// <summary>A signed text (C2SP signed-note).</summary>
/// <param name="Text">The text with its last line's end.</param>
/// <param name="Signatures">The signature lines.</param>
public sealed record Note(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    private const int MostSignatures = 100, LongestNote = 1_000_000;

    /// <summary>Reads a note; null if it is malformed.</summary>
    public static Note? Parse(byte[] bytes)
    {
        string all;
        try
        {
            all = new UTF8Encoding(false, true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        var split = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (all.Length > LongestNote || split < 0 || !all.EndsWith('\n') || all.Any(c => c < ' ' && c != '\n'))
            return null;
        var (text, lines) = (all[..(split + 1)], all[(split + 2)..]);
        if (lines.Length == 0)
            return null;
        var signatures = lines[..^1].Split('\n').Select(Line).ToList();
        return signatures.Count > MostSignatures || signatures.Any(s => s is null) ? null : new Note(text, signatures!);
    }

    /// <summary>Which of the known keys signed; null if one of them is named with a wrong signature, or none signed.</summary>
    public IReadOnlyList<Signer>? SignedBy(IEnumerable<VerifierKey> known)
    {
        // A key that is named twice, by the reader and by a policy say, is one key.
        var keys = known.Distinct().ToList();
        var signers = new List<Signer>();
        foreach (var signature in Signatures)
        {
            var named = keys.Where(k => k.Name == signature.Name && k.Id == signature.KeyId).ToList();
            if (named.Count > 1)
                return null;
            if (named is not [var key] || signers.Any(s => s.Key == key))
                continue;
            if (!key.Signed(Text, signature.Value, out var time))
                return null;
            signers.Add(new Signer(key, time));
        }
        return signers.Count > 0 ? signers : null;
    }

    /// <summary>Standard base64 that is exactly what its bytes encode to; null for anything else.</summary>
    internal static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count) && Convert.ToBase64String(bytes, 0, count) == text ? bytes[..count] : null;
    }

    private static NoteSignature? Line(string line) =>
        line.StartsWith("\u2014 ", StringComparison.Ordinal) && line[2..].Split(' ') is [var name, var value] && VerifierKey.IsName(name) && Decode(value) is [_, _, _, _, _, ..] bytes
            ? new NoteSignature(name, BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[4..])
            : null;
}

/// <summary>What a checkpoint says (C2SP tlog-checkpoint).</summary>
/// <param name="Origin">Which log.</param>
/// <param name="Size">Leaves.</param>
/// <param name="Root">Root hash.</param>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>Reads the body of a checkpoint without extension lines; null for anything else.</summary>
    public static Checkpoint? Parse(string body) =>
        body.Split('\n') is [{ Length: > 0 } origin, var count, var hash, ""] && Number(count) is { } size && Note.Decode(hash) is { Length: Tree.HashSize } root
            ? new Checkpoint(origin, size, root)
            : null;

    /// <summary>A decimal without sign and leading zero; null for anything else.</summary>
    internal static long? Number(string text) =>
        text.Length > 0 && text.All(char.IsAsciiDigit) && (text == "0" || text[0] != '0') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A proof that a leaf is in a log (C2SP tlog-proof).</summary>
/// <param name="Index">The leaf's place.</param>
/// <param name="Hashes">From the leaf upwards.</param>
/// <param name="Checkpoint">The signed checkpoint, whole.</param>
public sealed record ProofFile(long Index, IReadOnlyList<byte[]> Hashes, string Checkpoint)
{
    /// <summary>Reads one; null if it is malformed.</summary>
    public static ProofFile? Parse(string text)
    {
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0)
            return null;
        var lines = text[..split].Split('\n');
        var checkpoint = text[(split + 2)..];
        if (lines[0] != "c2sp.org/tlog-proof@v1" || checkpoint.Length == 0)
            return null;
        var next = 1;
        if (next < lines.Length && lines[next].StartsWith("extra ", StringComparison.Ordinal))
            if (Note.Decode(lines[next++]["extra ".Length..]) is null)
                return null;
        if (next >= lines.Length || !lines[next].StartsWith("index ", StringComparison.Ordinal) || Verify.Checkpoint.Number(lines[next]["index ".Length..]) is not { } index)
            return null;
        var hashes = lines[(next + 1)..].Select(Note.Decode).ToList();
        return hashes.Count > Tree.LongestProof || hashes.Any(h => h is not { Length: Tree.HashSize }) ? null : new ProofFile(index, hashes!, checkpoint);
    }
}
