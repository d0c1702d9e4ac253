using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Verify.Tests;

/// <summary>The program as somebody runs it who has the receipt and nothing else: in an empty folder, by its exit codes.</summary>
public sealed class CommandTests : IDisposable
{
    private const int Good = 0, Broken = 1, Unreadable = 2, Waiting = 3, Usage = 64;
    private readonly string empty = Directory.CreateTempSubdirectory("receipt-").FullName;
    private readonly Published log = new();
    private readonly long filed;

    public CommandTests()
    {
        filed = log.Add("objection-filed", ("stream", "objection/x"), ("data.Facts", "所填数据不实"), ("time", "2025-07-14T01:00:00.0000000Z"));
        log.Add("other");
    }

    [Fact]
    public async Task A_receipt_that_holds_one_that_was_changed_and_one_that_still_waits_end_differently()
    {
        var good = log.Receipt(filed);
        JsonObject With(string member, JsonNode? value, params string[] gone)
        {
            var receipt = good.DeepClone().AsObject();
            receipt[member] = value;
            foreach (var name in gone)
                receipt.Remove(name);
            return receipt;
        }
        var digests = new JsonArray([.. good["entry"]!.GetValue<string>().Split('\n')[5..^1].Select(d => (JsonNode)d)]);
        var awaited = With("digests", digests);
        (awaited["leaf"], awaited["entry"], awaited["proof"]) = (null, null, null);
        var foreign = awaited.DeepClone().AsObject();
        foreign["digests"]!.AsArray().RemoveAt(foreign["digests"]!.AsArray().Select(d => d!.GetValue<string>()).ToList().IndexOf(
            Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(good["fields"]![1]!["opening"]!.GetValue<string>())))));
        var altered = good.DeepClone().AsObject();
        altered["fields"]![2]!["value"] = "所填数据属实";
        var kindOnly = good.DeepClone().AsObject();
        while (kindOnly["fields"]!.AsArray().Count > 1)
            kindOnly["fields"]!.AsArray().RemoveAt(1);
        foreach (var (what, receipt, code) in new (string, JsonObject, int)[]
        {
            ("as it was downloaded", good, Good), ("a value changed", altered, Broken), ("before a checkpoint covers it", With("proof", null), Waiting), ("before the log has taken it in", awaited, Waiting),
            ("waiting, with an opening that is not committed to", foreign, Broken), ("waiting without commitments", With("leaf", null, "entry"), Broken), ("no fields", With("fields", new JsonArray()), Broken),
            ("waiting without fields", With("digests", digests.DeepClone(), "fields", "leaf", "entry"), Broken), ("only its kind", kindOnly, Broken), ("proof left out", With("leaf", filed, "proof"), Broken),
            ("nothing but its name", new JsonObject { ["format"] = "sdreg-receipt/v1", ["origin"] = "x" }, Broken),
        })
        {
            await File.WriteAllTextAsync(Path.Combine(empty, "receipt.json"), receipt.ToJsonString(), TestContext.Current.CancellationToken);
            foreach (var keys in code == Good ? new string[][] { [], ["--key", log.Key], ["--key", log.Key, "--key", log.Key] } : [["--key", log.Key]])
                Assert.Equal((what, code), (what, await RunAsync(["--receipt", "receipt.json", .. keys])));
        }
        await File.WriteAllTextAsync(Path.Combine(empty, "receipt.json"), good.ToJsonString(), TestContext.Current.CancellationToken);
        Assert.Equal(Broken, await RunAsync("--receipt", "receipt.json", "--key", new VerifierKey(Published.Origin, 1, new byte[32]).ToString()));
        Assert.Equal(Unreadable, await RunAsync("--receipt", "none.json"));
        Assert.Equal(Usage, await RunAsync("--receipt", "receipt.json", "--key", "x"));
        Assert.Equal(["receipt.json"], Directory.EnumerateFileSystemEntries(empty).Select(Path.GetFileName));
    }

    [Fact]
    public async Task TL_13_a_log_that_has_fallen_silent_is_told_by_whoever_says_how_long_it_may_be()
    {
        log.WriteLog();
        Assert.Equal(Good, await RunAsync(log.Folder));
        Assert.Equal(Good, await RunAsync(log.Folder, "--within", "99999"));
        Assert.Equal(Broken, await RunAsync(log.Folder, "--within", "24"));
        Assert.Equal(Usage, await RunAsync(log.Folder, "--within", "024"));
    }

    private async Task<int> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Stranger).Assembly.Location, .. arguments]) { WorkingDirectory = empty, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await said;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    public void Dispose()
    {
        log.Dispose();
        Directory.Delete(empty, recursive: true);
    }
}
