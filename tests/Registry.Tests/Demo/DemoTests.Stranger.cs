using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Verify;

namespace Registry.Tests.Demo;

/// <summary>The published demo as somebody outside sees it: over HTTP, and through the verifier that shares no code with the writer.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task Every_file_of_the_manifest_is_served_with_its_own_bytes()
    {
        using var client = demo.Host.Server.CreateClient();
        var files = JsonNode.Parse(await client.GetStringAsync("/manifest.json", Ct))!["files"]!.AsArray();
        Assert.Contains(files, f => f!["path"]!.GetValue<string>() == "data/v1/SHA256SUMS");
        foreach (var file in files)
        {
            using var answer = await client.GetAsync("/" + file!["path"]!.GetValue<string>(), Ct);
            Assert.True(answer.IsSuccessStatusCode, $"{file["path"]}: {answer.StatusCode}");
            Assert.Equal(file["sha256"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(await answer.Content.ReadAsByteArrayAsync(Ct))));
        }
    }

    [Fact]
    public async Task TL_03_the_strangers_verifier_finds_that_everything_holds_and_a_planted_fault_that_does_not()
    {
        await PublishedAsync();
        var (site, log) = (Path.Combine(demo.Folder, "site/current"), Path.Combine(demo.Folder, "log"));
        var key = VerifierKey.Parse(File.ReadAllText(Path.Combine(log, "key")).TrimEnd('\n'))!;
        async Task<Report> RunAsync()
        {
            var report = new Report("demo");
            await Stranger.RunAsync(site, log, [key], null, null, report, Ct);
            return report;
        }
        var found = await RunAsync();
        Assert.True(found.Holds, found.ToText());
        Assert.Empty(new[] { "log.trust", "log.checkpoint", "log.root", "log.tile", "disclosures", "site.manifest", "site.to-log", "notice.attested", "notice.objections" }
            .Except(found.Findings.Where(f => f.Outcome == Outcome.Holds).Select(f => f.Name)));

        var tile = Directory.EnumerateFiles(Path.Combine(log, "tile/0"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var bytes = await File.ReadAllBytesAsync(tile, Ct);
        var changed = bytes.ToArray();
        changed[40] ^= 1;
        try
        {
            await File.WriteAllBytesAsync(tile, changed, Ct);
            Assert.True((await RunAsync()).IsBroken("log.tile"));
        }
        finally
        {
            await File.WriteAllBytesAsync(tile, bytes, Ct);
        }
    }
}
