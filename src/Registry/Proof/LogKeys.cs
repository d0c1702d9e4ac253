using Registry.Platform;

namespace Registry.Proof;

/// <summary>
/// The keys that sign the log, one file each, outside the database and its backups. Usually one; while a key is being replaced the new one signs beside
/// the old one, so that a verifier who knows either accepts the checkpoint. The name of every key is the log's origin.
/// </summary>
public sealed class LogKeys(string folder, string origin, LastSigned signed)
{
    private const string RetiredExtension = ".retired";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The log's name, which is the name of its keys.</summary>
    public string Origin => origin;

    /// <summary>Makes the first key of a log that has not signed yet. A key that is gone is never replaced silently: whoever knows the old one would see a stranger sign.</summary>
    /// <exception cref="StartRefusedException">The log has signed, and its keys are gone.</exception>
    public void Require()
    {
        if (Files().Count > 0)
            return;
        if (signed.Read() is not null || signed.Lost is not null)
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"日志“{origin}”已签署过检查点,但 {folder} 中没有签名密钥。请放回密钥的副本;密钥确已丢失的,请设置新的 REGISTRY_LOG_ORIGIN 并运行 registry log new 另立日志。",
                $"The log {origin} has signed, but {folder} holds no key. Put the copy of the key back; if it is lost, set another REGISTRY_LOG_ORIGIN and declare another log: registry log new.");
        Directory.CreateDirectory(folder, OwnerOnly);
        DurableFile.TryCreate(Path.Combine(folder, "0001.key"), System.Text.Encoding.UTF8.GetBytes(NoteSigner.NewText(origin, NoteKeyKind.Note)));
    }

    /// <summary>All signers, the oldest first; none before the first publication.</summary>
    /// <exception cref="StartRefusedException">A key belongs to another log.</exception>
    public IReadOnlyList<NoteSigner> Signers() => [.. Files().Select(Read)];

    /// <summary>The keys that verify the log, the oldest first.</summary>
    public IReadOnlyList<NoteKey> Verifiers()
    {
        var signers = Signers();
        var keys = signers.Select(s => s.Public).ToList();
        foreach (var signer in signers)
            signer.Dispose();
        return keys;
    }

    /// <summary>Makes a further key, which signs from the next checkpoint on beside those that exist.</summary>
    /// <exception cref="StartRefusedException">The log has signed, and its keys are gone.</exception>
    public NoteKey Add()
    {
        Require();
        var last = int.Parse(Path.GetFileNameWithoutExtension(Files()[^1]), System.Globalization.CultureInfo.InvariantCulture);
        var path = Path.Combine(folder, $"{last + 1:0000}.key");
        if (!DurableFile.TryCreate(path, System.Text.Encoding.UTF8.GetBytes(NoteSigner.NewText(origin, NoteKeyKind.Note))))
            throw new IOException($"another key was made at the same time: {path}");
        using var signer = Read(path);
        return signer.Public;
    }

    /// <summary>Takes the oldest key away for good, and notes the size up to which its signatures count: what was signed with it stays proved.</summary>
    /// <param name="shown">The checkpoint that readers see; null when there is none.</param>
    /// <returns>The key that signs no more; or why it must stay.</returns>
    public (NoteKey? Retired, KeyStays? Why) Retire(string? shown)
    {
        var files = Files();
        if (files.Count < 2)
            return (null, KeyStays.IsTheOnlyOne);
        // Whoever reads the checkpoint of now must be able to verify it with the keys that remain.
        if (shown is null || SignedNote.Parse(shown) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint || note.Verified(Verifiers()) is not { } signed || Verifiers().Skip(1).Except(signed).Any())
            return (null, KeyStays.NextHasNotSigned);
        using var signer = Read(files[0]);
        DurableFile.Replace(Path.ChangeExtension(files[0], RetiredExtension), System.Text.Encoding.UTF8.GetBytes($"{checkpoint.Size} {signer.Public}\n"));
        File.Delete(files[0]);
        DurableFile.SyncFolder(folder);
        return (signer.Public, null);
    }

    /// <summary>Every key that was retired, a line each: the size of the last checkpoint that its signature counts under, and the key.</summary>
    public string RetiredText() =>
        Directory.Exists(folder) ? string.Concat(Directory.EnumerateFiles(folder, "*" + RetiredExtension).Where(f => !File.Exists(Path.ChangeExtension(f, ".key"))).Order(StringComparer.Ordinal).Select(File.ReadAllText)) : "";

    private List<string> Files() => Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.key").Order(StringComparer.Ordinal)] : [];

    private NoteSigner Read(string path)
    {
        var signer = NoteSigner.Parse(File.ReadAllText(path)) ?? throw new InvalidDataException($"{path} holds no key of a log");
        if (signer.Public.Name == origin)
            return signer;
        signer.Dispose();
        throw new StartRefusedException(
            StartRefusedException.MachineNotReady,
            $"日志密钥属于“{signer.Public.Name}”,而设置的日志名称是“{origin}”。名称一经使用不得更改;如需另立新日志,请用 registry log new。",
            $"The log's key belongs to {signer.Public.Name}, but the log is set to be {origin}. A log keeps its name; to declare another log use: registry log new.");
    }
}

/// <summary>Why a key of the log cannot be retired.</summary>
public enum KeyStays
{
    /// <summary>Nobody would sign.</summary>
    IsTheOnlyOne,

    /// <summary>The checkpoint that readers see is not signed by the key that would remain.</summary>
    NextHasNotSigned,
}
