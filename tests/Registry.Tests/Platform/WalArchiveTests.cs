using System.Diagnostics;
using Registry.Platform;

namespace Registry.Tests.Platform;

/// <summary>The command that the server runs for each finished piece of its write-ahead log, run as the server would run it.</summary>
public sealed class WalArchiveTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("wal archive-").FullName;

    public WalArchiveTests() => Directory.CreateDirectory(At("."));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_piece_that_is_there_with_other_content_is_never_overwritten_and_one_that_is_asked_for_twice_is_well()
    {
        Assert.Equal(0, await ArchiveAsync("0001", "one"));
        Assert.NotEqual(0, await ArchiveAsync("0001", "another"));
        Assert.Equal("one", await File.ReadAllTextAsync(At("0001"), TestContext.Current.CancellationToken));
        Assert.Equal(0, await ArchiveAsync("0001", "one"));
    }

    [Fact]
    public async Task A_half_copy_that_a_crash_left_behind_does_not_stop_the_archive()
    {
        await File.WriteAllTextAsync(At(".0002"), "ha", TestContext.Current.CancellationToken);
        Assert.Equal(0, await ArchiveAsync("0002", "half and half"));
        Assert.Equal("half and half", await File.ReadAllTextAsync(At("0002"), TestContext.Current.CancellationToken));
        Assert.Equal(["0002"], Directory.EnumerateFiles(At("."), "*").Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_piece_that_cannot_be_copied_is_not_said_to_be_there()
    {
        Assert.NotEqual(0, await ArchiveAsync("0003", null));
        Assert.False(File.Exists(At("0003")));
    }

    [Theory]
    [InlineData("/wal/$(id)")]
    [InlineData("/wal/`id`")]
    [InlineData("/wal/a\"b")]
    [InlineData("/wal/a'b")]
    [InlineData("/wal/100%")]
    [InlineData("/wal/a\nb")]
    public void A_folder_whose_name_means_something_to_the_shell_is_refused(string name) =>
        Assert.Contains(WalArchive.Setting, Assert.Throws<StartRefusedException>(() => WalArchive.PathOf(name)).Message, StringComparison.Ordinal);

    private string At(string name) => Path.Combine(folder, "archive", name);

    private async Task<int> ArchiveAsync(string name, string? content)
    {
        var piece = Path.Combine(folder, "piece of the server");
        File.Delete(piece);
        if (content is not null)
            await File.WriteAllTextAsync(piece, content, TestContext.Current.CancellationToken);
        var command = WalArchive.Command(WalArchive.PathOf(Path.Combine(folder, "archive"))).Replace("%p", piece, StringComparison.Ordinal).Replace("%f", name, StringComparison.Ordinal);
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardError = true })!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return shell.ExitCode;
    }
}
