using Registry.Platform;

namespace Registry.Tests.Platform;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _path = TestFolder.Create();

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void A_second_start_on_the_same_folder_is_refused_and_names_the_folder_and_the_holder()
    {
        using var first = DataFolder.Open(_path);

        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(_path));

        Assert.Equal(StartRefusedException.DataFolderInUse, refused.ExitCode);
        Assert.Contains(_path, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"进程号 {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_with_its_name()
    {
        var file = Path.Combine(_path, "a-file");
        File.WriteAllText(file, "");
        var refused = Assert.Throws<StartRefusedException>(() => DataFolder.Open(Path.Combine(file, "below")));
        Assert.Equal(StartRefusedException.MachineNotReady, refused.ExitCode);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=x;Password=geheim;Database=y;Timeout=2")]
    [InlineData("Host=127.0.0.1;Pasword=geheim")]
    [InlineData("geheim")]
    public async Task A_database_that_does_not_answer_is_refused_without_repeating_the_password(string connection)
    {
        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => RunningDatabase.RequireAsync(connection, TestContext.Current.CancellationToken));
        Assert.Equal(StartRefusedException.MachineNotReady, refused.ExitCode);
        Assert.Contains(RunningDatabase.Setting, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_folder_can_be_opened_again()
    {
        DataFolder.Open(_path).Dispose();

        using var again = DataFolder.Open(_path);

        Assert.Equal(_path, again.Path);
    }

    [Fact]
    public void Only_the_owner_enters_the_folders_that_hold_secrets_or_personal_data()
    {
        using var data = DataFolder.Open(_path);

        foreach (var folder in (string[])[data.Evidence, data.Keys, data.Secrets, data.Site, data.Mail, data.Run])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public void A_given_folder_is_made_absolute() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "here"), DataFolder.Resolve("here"));

    [Fact]
    public void Without_a_given_folder_it_is_the_users_own()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("REGISTRY_DATA") is { Length: > 0 }, "REGISTRY_DATA names another one.");
        Assert.Equal("cluster-registry", Path.GetFileName(DataFolder.Resolve(null)));
    }
}
