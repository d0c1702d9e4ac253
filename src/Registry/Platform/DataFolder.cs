using System.Globalization;

namespace Registry.Platform;

/// <summary>
/// The one folder in which a registry keeps everything it owns. While a program with a private database has it open no other one can open it:
/// two servers on one cluster would destroy it. Nodes on a given database share the folder with each other.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // The database server may run as another user (never as root), which has to pass through these folders but not to list them.
    private const UnixFileMode OwnerAndPassage = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    /// <summary>Absolute path of the folder.</summary>
    public string Path { get; }

    /// <summary>The private database cluster.</summary>
    public string Postgres => Inside("postgres");

    /// <summary>The private database's socket.</summary>
    public string Run => Inside("run");

    public string Evidence => Inside("evidence");

    public string Keys => Inside("keys");

    public string Secrets => Inside("secrets");

    public string Site => Inside("site");

    public string Mail => Inside("mail");

    public string Logs => Inside("logs");

    /// <summary>
    /// The folder named on the command line, or else in <c>REGISTRY_DATA</c> (which the scripts in ops/ set), or else the
    /// user's own: <c>$XDG_DATA_HOME/cluster-registry</c>, by default <c>~/.local/share/cluster-registry</c>.
    /// </summary>
    public static string Resolve(string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
            given = Environment.GetEnvironmentVariable("REGISTRY_DATA");
        if (!string.IsNullOrWhiteSpace(given))
            return System.IO.Path.GetFullPath(given);
        var userData = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return System.IO.Path.GetFullPath(System.IO.Path.Combine(userData, "cluster-registry"));
    }

    /// <summary>Takes the folder for this program until it is disposed or the program ends, creating what is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="shared">Other nodes that share it too may have it open.</param>
    /// <exception cref="StartRefusedException">Another program holds the folder, or it cannot be written.</exception>
    public static DataFolder Open(string path, bool shared = false)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (!Directory.Exists(path))
                Directory.CreateDirectory(path, Environment.IsPrivilegedProcess ? OwnerAndPassage : OwnerOnly);
            var folder = new DataFolder(path, Lock(path, shared));
            folder.CreateSubfolders();
            return folder;
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException)
        {
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"无法写入数据目录 {path}:{denied.Message} 请更换目录(--data)或修改权限。",
                $"The data folder {path} cannot be written: {denied.Message} Choose another (--data) or change its permissions.");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path, bool shared)
    {
        var holder = System.IO.Path.Combine(path, "registry.pid");
        FileStream held;
        try
        {
            // FileShare.None is an exclusive advisory lock of the operating system, FileShare.Read a shared one; both are gone with the process however it ends.
            held = new FileStream(System.IO.Path.Combine(path, "registry.lock"), FileMode.OpenOrCreate, shared ? FileAccess.Read : FileAccess.ReadWrite, shared ? FileShare.Read : FileShare.None);
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            var pid = File.Exists(holder) ? File.ReadAllText(holder).Trim() : "?";
            throw new StartRefusedException(
                StartRefusedException.DataFolderInUse,
                $"数据目录 {path} 正由另一个登记系统进程(进程号 {pid})使用。请先停止它,或用 --data 指定另一个目录。",
                $"The data folder {path} is in use by another registry (process {pid}). Stop that one first, or name another folder with --data.");
        }

        if (!shared)
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return held;
    }

    private void CreateSubfolders()
    {
        foreach (var folder in (string[])[Evidence, Keys, Secrets, Site, Mail])
            Create(folder, OwnerOnly);
        Create(Run, OwnerOnly);
        Create(Logs, Environment.IsPrivilegedProcess ? OwnerAndPassage : OwnerOnly);
    }

    private static void Create(string folder, UnixFileMode mode)
    {
        Directory.CreateDirectory(folder, mode);
        File.SetUnixFileMode(folder, mode);
    }

    private string Inside(string name) => System.IO.Path.Combine(Path, name);
}
