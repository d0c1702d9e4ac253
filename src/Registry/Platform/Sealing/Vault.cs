using System.Text;

namespace Registry.Platform.Sealing;

/// <summary>Seals and opens single values and files. Opening is a right that the caller has already shown.</summary>
public sealed class Vault(KeyStore keys)
{
    /// <summary>Seals a value in place for the given spot. A value that is sealed already stays as it is.</summary>
    public void Seal(Sealed value, string subject, string at)
    {
        if (value.Box is not null)
            return;
        var key = value.Under ?? subject;
        value.Box = new SealedBox(key, at, Convert.ToBase64String(KeyStore.Crypto.Encrypt(keys.Obtain(key), Encoding.UTF8.GetBytes(value.Text!), at)));
    }

    /// <summary>The text, or null when its key was destroyed or is withheld.</summary>
    /// <exception cref="InvalidOperationException">The value was moved or altered since it was sealed.</exception>
    public string? Open(Sealed value)
    {
        if (value.Box is not { } box)
            return value.Text;
        return keys.Find(box.Key) is { } key ? Encoding.UTF8.GetString(OpenBytes(key, Convert.FromBase64String(box.Data), box.At)) : null;
    }

    /// <summary>Seals a text outside an event, for example a draft, under its subject's key.</summary>
    public Sealed Seal(string text, string subject, string at)
    {
        var value = Sealed.Of(text);
        Seal(value, subject, at);
        return value;
    }

    /// <summary>Seals bytes, for example an evidence file.</summary>
    public byte[] SealBytes(ReadOnlySpan<byte> content, string subject, string at) => KeyStore.Crypto.Encrypt(keys.Obtain(subject), content, at);

    /// <summary>The bytes, or null when their key was destroyed or is withheld.</summary>
    public byte[]? OpenBytes(ReadOnlySpan<byte> box, string subject, string at) =>
        keys.Find(subject) is { } key ? OpenBytes(key, box, at) : null;

    private static byte[] OpenBytes(byte[] key, ReadOnlySpan<byte> box, string at) =>
        KeyStore.Crypto.Decrypt(key, box, at) ?? throw new InvalidOperationException($"A sealed value does not belong where it was found, or was altered: {at}");
}
