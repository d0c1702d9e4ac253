using System.Diagnostics;

namespace PublicSite;

/// <summary>The index for search as you type, made by the program Pagefind from the pages themselves; the same pages give the same index.</summary>
internal static class SearchIndex
{
    // The program also brings a user interface of its own, which the site does not use.
    private static readonly string[] Unused = ["pagefind-ui.", "pagefind-modular-ui.", "pagefind-component-ui.", "pagefind-highlight."];

    public static async Task AddAsync(string? tool, string pages, Release release, CancellationToken ct)
    {
        if (tool is null) return;
        // Into a folder beside the staging folder: the program writes into files that stand there, and those can belong to the served release.
        var made = pages + "-search";
        if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        try
        {
            var start = new ProcessStartInfo(tool) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = pages };
            foreach (var argument in new[] { "--site", pages, "--output-path", made, "--quiet" }) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            if (process.ExitCode != 0) throw new InvalidOperationException($"{tool} ended with {process.ExitCode}: {await errors}");
            foreach (var file in Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(made, file);
                if (Unused.Any(u => name.StartsWith(u, StringComparison.Ordinal))) continue;
                release.Add(Addresses.SearchFolder + name, await File.ReadAllBytesAsync(file, ct), []);
            }
        }
        finally
        {
            if (Directory.Exists(made)) Directory.Delete(made, recursive: true);
        }
    }
}
