using System.Diagnostics;

namespace Registry.Tests.Faults;

/// <summary>A disk of a few megabytes that can be filled. Only root may make one; whoever else runs the tests sees them skipped, with the reason.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Makes it.</summary>
    public static async Task<SmallDisk> MakeAsync(int megabytes)
    {
        var folder = TestFolder.Create();
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0711", "tmpfs", folder) == 0)
            return new SmallDisk(folder);
        Directory.Delete(folder);
        Assert.Skip("a small disk is made by mounting one, which this user may not do");
        return null!;
    }

    /// <summary>Fills it to the last byte.</summary>
    public void Fill()
    {
        using var file = File.Open(Filler, FileMode.Append);
        var piece = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(piece);
                file.Flush();
            }
        }
        catch (IOException full) when ((full.HResult & 0xFFFF) == 28)
        {
            return;
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(Filler);

    /// <summary>Every file on it but the filler.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Where(f => f != Filler).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        // Lazily: a server that was killed may still be letting go of it.
        Assert.Equal(0, await RunAsync("umount", "--lazy", Folder));
        Directory.Delete(Folder);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
