using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Registry.Proof;

/// <summary>What a key signs: a note as it stands, or a checkpoint with the instant at which a witness saw it.</summary>
public enum NoteKeyKind : byte
{
    /// <summary>Ed25519 over the note's text.</summary>
    Note = 0x01,

    /// <summary>Ed25519 over <c>cosignature/v1</c>, a time and the checkpoint's body (C2SP tlog-cosignature).</summary>
    Cosignature = 0x04,
}

/// <summary>A public key that verifies lines of notes.</summary>
public sealed record NoteKey(string Name, NoteKeyKind Kind, string Base64)
{
    private const int KeySize = 32, SignatureSize = 64, TimeSize = 8;

    /// <summary>First four bytes of SHA-256 over name, new line, kind and key.</summary>
    public uint Id => IdOf(Name, [(byte)Kind, .. Bytes]);

    private byte[] Bytes => Convert.FromBase64String(Base64);

    /// <summary>The key as verifiers are told it: name+id+key.</summary>
    public override string ToString() => $"{Name}+{Id:x8}+{Convert.ToBase64String([(byte)Kind, .. Bytes])}";

    /// <summary>Reads a key as verifiers are told it; null when it is none.</summary>
    public static NoteKey? Parse(string text)
    {
        if (text.Split('+', 3) is not [var name, { Length: 8 } id, var data] || !SignedNote.IsKeyName(name))
            return null;
        var bytes = new byte[data.Length];
        if (!Convert.TryFromBase64String(data, bytes, out var length) || length != 1 + KeySize || Convert.ToBase64String(bytes.AsSpan(0, length)) != data)
            return null;
        if ((NoteKeyKind)bytes[0] is not (NoteKeyKind.Note or NoteKeyKind.Cosignature))
            return null;
        var key = new NoteKey(name, (NoteKeyKind)bytes[0], Convert.ToBase64String(bytes.AsSpan(1, KeySize)));
        return id == key.Id.ToString("x8", CultureInfo.InvariantCulture) ? key : null;
    }

    /// <summary>Whether the signature is this key's over the text.</summary>
    public bool Verifies(string text, ReadOnlySpan<byte> signature)
    {
        var message = Encoding.UTF8.GetBytes(text);
        if (Kind == NoteKeyKind.Cosignature)
        {
            if (signature.Length != TimeSize + SignatureSize)
                return false;
            message = CosignedMessage(text, BinaryPrimitives.ReadInt64BigEndian(signature));
            signature = signature[TimeSize..];
        }
        return signature.Length == SignatureSize
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, Bytes, KeyBlobFormat.RawPublicKey, out var key) && key is not null
            && SignatureAlgorithm.Ed25519.Verify(key, message, signature);
    }

    /// <summary>The id of a key of this name.</summary>
    /// <param name="key">Its kind and its bytes.</param>
    public static uint IdOf(string name, ReadOnlySpan<byte> key) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. key]));

    internal static byte[] CosignedMessage(string body, long time) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{body}"));
}

/// <summary>A private key that signs notes. Kept in a file that only the program's user can read, outside the database and its backups.</summary>
public sealed class NoteSigner : IDisposable
{
    private const int SeedSize = 32;
    private readonly Key key;

    private NoteSigner(string name, NoteKeyKind kind, ReadOnlySpan<byte> seed)
    {
        key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        Public = new NoteKey(name, kind, Convert.ToBase64String(key.PublicKey.Export(KeyBlobFormat.RawPublicKey)));
    }

    /// <summary>What verifies its signatures.</summary>
    public NoteKey Public { get; }

    /// <summary>A signer from its seed.</summary>
    public static NoteSigner From(string name, NoteKeyKind kind, ReadOnlySpan<byte> seed) => new(name, kind, seed);

    /// <summary>A new key as the text of its file.</summary>
    public static string NewText(string name, NoteKeyKind kind)
    {
        if (!SignedNote.IsKeyName(name))
            throw new ArgumentException($"not a key's name: {name}", nameof(name));
        var seed = RandomNumberGenerator.GetBytes(SeedSize);
        using var signer = new NoteSigner(name, kind, seed);
        return $"PRIVATE+KEY+{name}+{signer.Public.Id:x8}+{Convert.ToBase64String([(byte)kind, .. seed])}\n";
    }

    /// <summary>Reads a key's file; null when it is none.</summary>
    public static NoteSigner? Parse(string text)
    {
        if (text.TrimEnd('\n').Split('+', 5) is not ["PRIVATE", "KEY", var name, var id, var data] || !SignedNote.IsKeyName(name))
            return null;
        var bytes = new byte[data.Length];
        if (!Convert.TryFromBase64String(data, bytes, out var length) || length != 1 + SeedSize || (NoteKeyKind)bytes[0] is not (NoteKeyKind.Note or NoteKeyKind.Cosignature))
            return null;
        var signer = new NoteSigner(name, (NoteKeyKind)bytes[0], bytes.AsSpan(1, SeedSize));
        if (signer.Public.Id.ToString("x8", CultureInfo.InvariantCulture) == id)
            return signer;
        signer.Dispose();
        return null;
    }

    /// <summary>Signs a text.</summary>
    /// <param name="text">The note's text, its last new line included.</param>
    /// <param name="now">For a cosignature: when the witness saw it.</param>
    public NoteSignature Sign(string text, DateTimeOffset? now = null)
    {
        if (Public.Kind == NoteKeyKind.Note)
            return new NoteSignature(Public.Name, Public.Id, SignatureAlgorithm.Ed25519.Sign(key, Encoding.UTF8.GetBytes(text)));
        var time = (now ?? throw new ArgumentNullException(nameof(now))).ToUnixTimeSeconds();
        var stamp = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(stamp, time);
        return new NoteSignature(Public.Name, Public.Id, [.. stamp, .. SignatureAlgorithm.Ed25519.Sign(key, NoteKey.CosignedMessage(text, time))]);
    }

    /// <inheritdoc />
    public void Dispose() => key.Dispose();
}
