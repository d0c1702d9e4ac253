using Registry.Cli;
using Registry.Platform;

namespace Registry.Tests.Cli;

/// <summary>What a verb answers to whoever calls it from a script: 2 where what it was given is refused and nothing was done, 64 where the command line is wrong.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("exit-codes-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string At(string name) => Path.Combine(folder, name);

    [Fact]
    public async Task A_file_that_cannot_be_read_is_refused_and_one_that_is_no_exported_file_does_not_check()
    {
        Assert.Equal(ExitCode.Refused, await Verbs.RunAsync(["file", "check", At("none.zip")]));
        await File.WriteAllTextAsync(At("text.zip"), "x", TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Negative, await Verbs.RunAsync(["file", "check", At("text.zip")]));
        Assert.Equal(ExitCode.Usage, await Verbs.RunAsync(["file", "check"]));
    }

    [Fact]
    public async Task A_restore_from_what_is_no_backup_or_beside_a_folder_that_is_none_is_refused_before_anything_is_made()
    {
        Assert.Equal(ExitCode.Refused, await Verbs.RunAsync(["restore", At("none"), "--to", At("to")]));
        Directory.CreateDirectory(At("empty"));
        Assert.Equal(ExitCode.Refused, await Verbs.RunAsync(["restore", At("none"), "--to", At("to"), "--newer", At("empty")]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(At("empty")));
        Assert.False(Directory.Exists(At("to")));
        Assert.Equal(ExitCode.Usage, await Verbs.RunAsync(["restore", At("none")]));
    }

    [Theory]
    [InlineData("57P01", true)]
    [InlineData("53300", true)]
    [InlineData("08006", true)]
    [InlineData("28P01", true)]
    [InlineData("3D000", true)]
    [InlineData("42P01", false)]
    [InlineData("23505", false)]
    public void Only_a_database_that_is_away_or_lets_nobody_in_is_a_machine_that_is_not_ready(string state, bool expected) =>
        Assert.Equal(expected, Verbs.IsOfTheMachine(new Npgsql.PostgresException("演示", "ERROR", "ERROR", state)));

    [Fact]
    public async Task What_the_machine_withholds_is_said_without_a_trace()
    {
        Directory.CreateDirectory(At("folder.zip"));
        Assert.Equal(ExitCode.Refused, await Verbs.RunAsync(["file", "check", At("folder.zip")]));
        await File.WriteAllTextAsync(At("file"), "x", TestContext.Current.CancellationToken);
        Assert.Equal(StartRefusedException.MachineNotReady, await Verbs.RunAsync(["log", "key", "add", "--data", At("file")]));
    }
}
