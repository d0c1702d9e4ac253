using System.Security.Cryptography;
using System.Text;

namespace Registry.Platform.Sealing;

/// <summary>
/// One data key for each subject, wrapped by the master key, each in a small durable file outside the database,
/// so that neither the write-ahead log nor a database backup can bring a destroyed key back.
/// Nothing is cached: a destroyed or withheld key is gone for every node at once.
/// <para>What was destroyed also stands in a ledger of its own, apart from the keys: one empty file for each destroyed key, named by a digest. It only
/// grows. A key that comes back with an older copy of the folder is destroyed again at start, and is never used in between.</para>
/// </summary>
public sealed class KeyStore
{
    private const int NonceSize = 12, TagSize = 16, KeySize = 32;
    private static readonly byte[] Destroyed = "destroyed\n"u8.ToArray();
    private readonly string folder, ledger;
    private readonly byte[] master;

    /// <param name="folder">Where the wrapped keys lie.</param>
    /// <param name="masterKeyFile">32 random bytes; made on first start. Kept, and backed up, apart from everything it opens.</param>
    /// <param name="ledger">Where the names of destroyed keys lie: beside the keys if not given, better on another disk. Never restored to an older state.</param>
    public KeyStore(string folder, string masterKeyFile, string? ledger = null)
    {
        this.folder = folder;
        this.ledger = ledger ?? Path.TrimEndingDirectorySeparator(folder) + "-destroyed";
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(this.ledger);
        if (!File.Exists(masterKeyFile))
            DurableFile.TryCreate(masterKeyFile, RandomNumberGenerator.GetBytes(KeySize));
        master = File.ReadAllBytes(masterKeyFile);
        if (master.Length != KeySize)
            throw new InvalidOperationException($"The master key file must hold {KeySize} bytes, it holds {master.Length}.");
        foreach (var destroyed in Directory.EnumerateFiles(this.ledger).Select(f => PathOfName(Path.GetFileName(f))).Where(HoldsKey))
            Overwrite(destroyed);
    }

    /// <summary>A secret for one purpose (receipts, request hashes), derived from the master key.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, master, KeySize, info: Encoding.UTF8.GetBytes(purpose));

    /// <summary>The subject's key; made when it has none yet. A destroyed key is never made again.</summary>
    /// <exception cref="KeyDestroyedException">The subject was erased.</exception>
    public byte[] Obtain(string subject)
    {
        var path = PathOf(subject);
        if (Read(path, subject) is { } key)
            return key;
        key = RandomNumberGenerator.GetBytes(KeySize);
        return DurableFile.TryCreate(path, Crypto.Encrypt(master, key, subject))
            ? key
            : Read(path, subject) ?? throw new InvalidOperationException($"The key file of a subject vanished: {Path.GetFileName(path)}");
    }

    /// <summary>The subject's key, or null when it never had one, was erased, or is withheld.</summary>
    public byte[]? Find(string subject)
    {
        try
        {
            if (IsWithheld(subject))
                return null;
            return Read(PathOf(subject), subject);
        }
        catch (KeyDestroyedException)
        {
            return null;
        }
    }

    /// <summary>Withholds the subject's key: nobody opens what it sealed until it is released. <paramref name="why"/> names what decided so, an opaque id.</summary>
    public void Withhold(string subject, string why) => DurableFile.Replace(MarkOf(subject), Encoding.UTF8.GetBytes(why));

    /// <summary>Releases a withheld key; one that is not withheld stays as it is.</summary>
    public void Release(string subject)
    {
        if (!IsWithheld(subject))
            return;
        File.Delete(MarkOf(subject));
        DurableFile.SyncFolder(Path.GetDirectoryName(MarkOf(subject))!);
    }

    /// <summary>Every mark that withholds a key: what decided so, and since when.</summary>
    public IReadOnlyList<WithheldMark> Marks() =>
        [.. Directory.EnumerateFiles(folder, "*.withheld", SearchOption.AllDirectories).Where(p => Path.GetFileName(p)[0] != '.')
            .Select(p => new WithheldMark(p, File.ReadAllText(p), File.GetLastWriteTimeUtc(p)))];

    /// <summary>What decided that the subject's key is withheld; null while nothing does.</summary>
    public string? WithheldBy(string subject) => IsWithheld(subject) ? File.ReadAllText(MarkOf(subject)) : null;

    /// <summary>Whether the mark withholds this subject's key.</summary>
    public bool IsMarkOf(WithheldMark mark, string subject) => mark.Path == MarkOf(subject);

    /// <summary>Takes a mark away.</summary>
    public void Release(WithheldMark mark)
    {
        File.Delete(mark.Path);
        DurableFile.SyncFolder(Path.GetDirectoryName(mark.Path)!);
    }

    /// <summary>Whether the subject's key is withheld.</summary>
    public bool IsWithheld(string subject) => File.Exists(MarkOf(subject));

    /// <summary>Whether the subject's key was destroyed.</summary>
    public bool IsDestroyed(string subject) => File.Exists(Path.Combine(ledger, NameOf(subject)));

    /// <summary>
    /// Destroys the subject's key for good: what it sealed can never be opened again. The ledger comes first, so that a destruction broken off half way
    /// counts as done and is finished at the next start.
    /// </summary>
    public void Destroy(string subject)
    {
        DurableFile.TryCreate(Path.Combine(ledger, NameOf(subject)), []);
        Overwrite(PathOf(subject));
    }

    private static void Overwrite(string path)
    {
        if (File.Exists(path))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            file.Write(new byte[NonceSize + KeySize + TagSize]);
            DurableFile.Sync(file);
        }
        DurableFile.Replace(path, Destroyed);
    }

    private static bool HoldsKey(string path) => File.Exists(path) && new FileInfo(path).Length != Destroyed.Length;

    private byte[]? Read(string path, string subject)
    {
        if (IsDestroyed(subject))
            throw new KeyDestroyedException(subject);
        if (!File.Exists(path))
            return null;
        var content = File.ReadAllBytes(path);
        if (content.AsSpan().SequenceEqual(Destroyed))
            throw new KeyDestroyedException(subject);
        return Crypto.Decrypt(master, content, subject)
            ?? throw new CryptographicException("A data key does not open with this master key.");
    }

    private static string NameOf(string subject) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)));

    private string PathOf(string subject) => PathOfName(NameOf(subject));

    private string PathOfName(string name) => Path.Combine(folder, name[..2], name);

    private string MarkOf(string subject) => PathOf(subject) + ".withheld";

    /// <summary>AES-256-GCM as one buffer: nonce, ciphertext, tag; the label is authenticated, not stored.</summary>
    internal static class Crypto
    {
        public static byte[] Encrypt(byte[] key, ReadOnlySpan<byte> plain, string label)
        {
            var output = new byte[NonceSize + plain.Length + TagSize];
            RandomNumberGenerator.Fill(output.AsSpan(0, NonceSize));
            using var aes = new AesGcm(key, TagSize);
            aes.Encrypt(output.AsSpan(0, NonceSize), plain, output.AsSpan(NonceSize, plain.Length), output.AsSpan(NonceSize + plain.Length), Encoding.UTF8.GetBytes(label));
            return output;
        }

        public static byte[]? Decrypt(byte[] key, ReadOnlySpan<byte> input, string label)
        {
            if (input.Length < NonceSize + TagSize)
                return null;
            var plain = new byte[input.Length - NonceSize - TagSize];
            using var aes = new AesGcm(key, TagSize);
            try
            {
                aes.Decrypt(input[..NonceSize], input.Slice(NonceSize, plain.Length), input[^TagSize..], plain, Encoding.UTF8.GetBytes(label));
                return plain;
            }
            catch (AuthenticationTagMismatchException)
            {
                return null;
            }
        }
    }
}

/// <summary>A mark that withholds a key.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Why">The opaque id of what decided so.</param>
/// <param name="Since">Since when, UTC.</param>
public sealed record WithheldMark(string Path, string Why, DateTimeOffset Since);

/// <summary>The subject's key was destroyed; nothing can be sealed under it any more.</summary>
public sealed class KeyDestroyedException(string subject) : Exception($"The key of {subject} was destroyed.");
