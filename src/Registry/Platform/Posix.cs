using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Registry.Platform;

/// <summary>The few calls of the operating system that the base library does not offer.</summary>
internal static class Posix
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal; a process that is already gone is no error.</summary>
    public static void Signal(int pid, int signal) => _ = KillNative(pid, signal);

    public static void Own(string path, UserAccount user)
    {
        if (ChownNative(path, user.Uid, user.Gid) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"chown {path} to {user.Name}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillNative(int pid, int signal);

    [DllImport("libc", EntryPoint = "chown", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChownNative([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint uid, uint gid);
}

/// <summary>A user of this machine other than ourselves.</summary>
internal sealed record UserAccount(string Name, uint Uid, uint Gid)
{
    /// <summary>
    /// The user as whom PostgreSQL must run, since it refuses to run as root; null when this program is not root,
    /// for then the server simply runs as the same user.
    /// </summary>
    public static UserAccount? ForServer() =>
        !Environment.IsPrivilegedProcess ? null
        : Find("postgres") ?? Find("nobody") ?? throw new StartRefusedException(
            StartRefusedException.MachineNotReady,
            "PostgreSQL 不能以 root 身份运行,而本机没有 postgres 或 nobody 用户。请以普通用户启动本程序。",
            "PostgreSQL never runs as root, and this machine has neither a user postgres nor nobody. Start the program as an ordinary user.");

    /// <summary>The command line that runs a program as this user, without any of our groups.</summary>
    public string[] Prefix =>
    [
        "setpriv", $"--reuid={Uid.ToString(CultureInfo.InvariantCulture)}", $"--regid={Gid.ToString(CultureInfo.InvariantCulture)}",
        "--clear-groups", "--",
    ];

    /// <summary>Whether this user can enter the folder, asked of the operating system itself.</summary>
    public bool CanEnter(string folder)
    {
        using var test = Process.Start(new ProcessStartInfo(Prefix[0], [.. Prefix[1..], "test", "-x", folder]) { RedirectStandardInput = true })!;
        test.WaitForExit();
        return test.ExitCode == 0;
    }

    private static UserAccount? Find(string name) =>
        File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 4 && fields[0] == name)
            .Select(fields => new UserAccount(name, uint.Parse(fields[2], CultureInfo.InvariantCulture), uint.Parse(fields[3], CultureInfo.InvariantCulture)))
            .FirstOrDefault();
}
