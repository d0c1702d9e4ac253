using System.Diagnostics;
using System.Globalization;

namespace Registry.Platform;

/// <summary>A folder that holds <c>postgres</c> and <c>initdb</c> of one major version.</summary>
internal sealed record PostgresBinaries(string Folder, int MajorVersion)
{
    /// <summary>Marten needs at least this version.</summary>
    public const int OldestVersion = 13;

    public string Server => Path.Combine(Folder, "postgres");

    public string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>
    /// Looks in <c>REGISTRY_PG_BIN</c> (nowhere else when it is set), on PATH, in the distributions' own places and in the
    /// checkout's <c>.tools/postgres</c>. A cluster can only be opened by the major version that made it, so an existing
    /// cluster's version is looked for.
    /// </summary>
    /// <param name="clusterVersion">Major version of the existing cluster, or null when there is none yet.</param>
    /// <exception cref="StartRefusedException">None was found, or none of that version.</exception>
    public static PostgresBinaries Find(int? clusterVersion)
    {
        var found = Candidates().Select(Probe).OfType<PostgresBinaries>().Where(binaries => binaries.MajorVersion >= OldestVersion);
        return found.FirstOrDefault(binaries => clusterVersion is null || binaries.MajorVersion == clusterVersion)
            ?? throw (clusterVersion is null
                ? new StartRefusedException(
                    StartRefusedException.MachineNotReady,
                    $"未找到 PostgreSQL {OldestVersion} 或更高版本。请运行 ./ops/setup,或安装 postgresql 软件包,或用 REGISTRY_PG_BIN 指明其 bin 目录。",
                    $"No PostgreSQL {OldestVersion} or later was found. Run ./ops/setup, or install the package postgresql, or name its bin folder in REGISTRY_PG_BIN.")
                : new StartRefusedException(
                    StartRefusedException.MachineNotReady,
                    $"数据目录中的数据库由 PostgreSQL {clusterVersion} 建立,本机没有该版本。请安装 PostgreSQL {clusterVersion},或先用旧版本导出数据。",
                    $"The data folder's database was made by PostgreSQL {clusterVersion}, which this machine does not have. Install that version, or dump the data with it first."));
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("REGISTRY_PG_BIN") is { Length: > 0 } named)
            return [named];

        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var distribution = Versions("/usr/lib/postgresql", "*", "bin").Concat(Versions("/usr", "pgsql-*", "bin"));
        return [.. onPath, .. distribution, .. CheckoutTools()];
    }

    private static IEnumerable<string> Versions(string root, string pattern, string leaf) =>
        !Directory.Exists(root) ? []
        : Directory.GetDirectories(root, pattern)
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder).Split('-')[^1], CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, leaf));

    // ops/setup unpacks a copy into the checkout where it may not install one, and the build output lies below the checkout.
    private static IEnumerable<string> CheckoutTools()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            yield return Path.Combine(folder.FullName, ".tools", "postgres", "bin");
    }

    private static PostgresBinaries? Probe(string folder)
    {
        var server = new FileInfo(Path.Combine(folder, "postgres"));
        if (!server.Exists)
            return null;
        // Some distributions link single programs into the PATH; the rest lie beside the real file.
        var real = server.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? server.FullName;
        var home = Path.GetDirectoryName(real)!;
        if (!File.Exists(Path.Combine(home, "initdb")))
            return null;

        using var process = Process.Start(new ProcessStartInfo(real, ["--version"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        // "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
        return words.Length > 2 && int.TryParse(words[2].Split('.')[0], CultureInfo.InvariantCulture, out var major) ? new PostgresBinaries(home, major) : null;
    }
}
