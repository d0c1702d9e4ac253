namespace Registry.Platform;

/// <summary>Where the private server keeps finished pieces of its write-ahead log, for a restore to any moment (ops/pitr).</summary>
public static class WalArchive
{
    /// <summary>The setting that names the folder.</summary>
    public const string Setting = "REGISTRY_WAL_ARCHIVE";

    /// <summary>
    /// How a piece is archived: copied under another name, synced, renamed, and its folder synced, so that the server forgets it only when it is there for good.
    /// After a crash the server may ask for one again: the same content is well, another one is never overwritten and is an error.
    /// </summary>
    /// <param name="folder">The archive, as <see cref="PathOf"/> lets it pass.</param>
    public static string Command(string folder) =>
        $"""if test -e "{folder}/%f"; then cmp -s "%p" "{folder}/%f"; else cp "%p" "{folder}/.%f" && sync "{folder}/.%f" && mv "{folder}/.%f" "{folder}/%f"; fi && sync "{folder}/%f" "{folder}/." """.TrimEnd();

    /// <summary>The folder's full path. It stands in a command of the shell and in the server's settings, so nothing in it may mean something there.</summary>
    /// <exception cref="StartRefusedException">It does.</exception>
    public static string PathOf(string folder)
    {
        folder = Path.GetFullPath(folder);
        return !folder.Any(c => c is '\'' or '"' or '%' or '\\' or '$' or '`' || char.IsControl(c)) ? folder : throw new StartRefusedException(
            StartRefusedException.MachineNotReady, $"{Setting} 含有不能使用的字符：{folder}", $"{Setting} holds a character that cannot be used: {folder}");
    }
}
