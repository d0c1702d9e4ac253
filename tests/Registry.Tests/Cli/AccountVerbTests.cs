using Registry.Platform;
using Registry.Tests.Faults;

namespace Registry.Tests.Cli;

/// <summary>The first administrator of a real installation: the verb on an empty folder and beside a serving program.</summary>
public sealed class AccountVerbTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_administrator_is_opened_on_an_empty_folder_and_a_second_name_beside_the_serving_program()
    {
        var folder = TestFolder.Create();
        var settings = new Dictionary<string, string>();
        var (code, said) = await Node.VerbAsync(folder, settings, Ct, "account", "open", "--role", "administrator", "--login", "first");
        Assert.True(code == 0, said);
        using (var node = await Node.StartAsync(folder, settings, Ct))
        {
            (code, said) = await Node.VerbAsync(folder, settings, Ct, "account", "open", "--role", "administrator", "--login", "second");
            Assert.True(code == 0, said);
            (code, said) = await Node.VerbAsync(folder, settings, Ct, "doctor");
            Assert.True(code == 0, said);
            Assert.Equal(0, await node.StopAsync(Ct));
        }
        Directory.Delete(folder, recursive: true);
    }
}
