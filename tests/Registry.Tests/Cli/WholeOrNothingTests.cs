using Registry.Cli;

namespace Registry.Tests.Cli;

public sealed class WholeOrNothingTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("verbs-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(folder.FullName, "export.zip");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_there_stays_when_there_is_nothing_to_write_or_the_writing_breaks_off()
    {
        await File.WriteAllTextAsync(Path, "an earlier export", Ct);
        Assert.False(await WholeOrNothing.WriteAsync(Path, async file => { await file.WriteAsync("half"u8.ToArray(), Ct); return false; }));
        await Assert.ThrowsAsync<InvalidDataException>(() => WholeOrNothing.WriteAsync(Path, _ => throw new InvalidDataException()));
        Assert.Equal("an earlier export", await File.ReadAllTextAsync(Path, Ct));
        Assert.Equal("export.zip", Assert.Single(folder.GetFiles()).Name);
    }

    [Fact]
    public async Task What_is_written_is_there_whole_and_for_its_owner_alone()
    {
        await File.WriteAllTextAsync(Path, "an earlier export", Ct);
        Assert.True(await WholeOrNothing.WriteAsync(Path, async file => { await file.WriteAsync("whole"u8.ToArray(), Ct); return true; }));
        Assert.Equal("whole", await File.ReadAllTextAsync(Path, Ct));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Single(folder.GetFiles());
    }
}
