using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Registry.Tests.Demo;

/// <summary>A verifier that is not ours, on the code behind sum.golang.org (tests/Independent, from Debian's golang-go and golang-golang-x-mod-dev).</summary>
public sealed partial class DemoTests
{
    [Fact]
    [Trait("Category", "Long")]
    public async Task TL_03_an_independent_verifier_accepts_the_published_log_and_every_checkpoint_seen_before_and_finds_each_planted_fault()
    {
        Assert.SkipUnless(Directory.Exists("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"), "apt-get install golang-go golang-golang-x-mod-dev");
        var folder = Directory.CreateTempSubdirectory("independent-").FullName;
        try
        {
            var (verifier, seen) = (Path.Combine(folder, "verify"), Path.Combine(folder, "seen"));
            var (built, said) = await RunAsync("go", ["build", "-o", verifier, Path.Combine(Path.GetDirectoryName(Here())!, "../../Independent/verify.go")],
                ("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOFLAGS", ""), ("GOCACHE", Path.Combine(folder, "cache")));
            Assert.True(built == 0, said);
            if (Log.Text("checkpoint") is { } earlier)
                await File.WriteAllTextAsync(seen, earlier, Ct);
            await PublishedAsync();
            if (!File.Exists(seen))
                await File.WriteAllTextAsync(seen, Log.Text("checkpoint")!, Ct);
            var (whole, text) = await RunAsync(verifier, [Log.Folder, seen]);
            Assert.True(whole == 0, text);
            Assert.Matches("^OK [1-9][0-9]* leaves, [1-9][0-9]* disclosures, 1 earlier checkpoints", text);

            var size = long.Parse(Log.Text("checkpoint")!.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
            var last = Path.GetRelativePath(Log.Folder, Directory.EnumerateFiles(Path.Combine(Log.Folder, "disclosures"), "*.tlog-proof").Order(StringComparer.Ordinal).Last());
            foreach (var (fault, plant) in new (string, Action<string>)[]
            {
                ("a leaf altered", log => Flip(log, Bundle(0, size), 60)),
                ("two leaves swapped", log => SwapFirstTwoLeaves(Path.Combine(log, Bundle(0, size)))),
                ("a leaf removed", log => Edit(log, Bundle(0, size), b => b[(2 + (b[0] << 8 | b[1]))..])),
                ("a bundle missing", log => File.Delete(Path.Combine(log, Bundle((size - 1) / 256, size)))),
                ("a tile altered", log => Flip(log, Bundle(0, size).Replace("entries", "0", StringComparison.Ordinal), 40)),
                ("a tile missing", log => File.Delete(Path.Combine(log, Bundle(0, size).Replace("entries", "0", StringComparison.Ordinal)))),
                ("another size under the same signature", log => Rewrite(log, "checkpoint", $"\n{size}\n", $"\n{size - 1}\n")),
                ("another key", log => File.WriteAllText(Path.Combine(log, "key"), Registry.Proof.NoteSigner.Parse(Registry.Proof.NoteSigner.NewText("cluster-registry.localhost/log", Registry.Proof.NoteKeyKind.Note))!.Public + "\n")),
                ("a disclosed value altered", log => Rewrite(log, last.Replace(".tlog-proof", ".json", StringComparison.Ordinal), "\"name\": \"kind\",\n   \"value\": \"", "\"name\": \"kind\",\n   \"value\": \"x")),
                ("a proof altered", log => Rewrite(log, last, "\nindex ", "\nindex 1")),
                ("a proof missing", log => File.Delete(Path.Combine(log, last))),
            })
            {
                var copy = Path.Combine(folder, "log");
                Copy(Log.Folder, copy);
                plant(copy);
                var (code, found) = await RunAsync(verifier, [copy, seen]);
                Assert.True(code == 1 && found.StartsWith("FAULT ", StringComparison.Ordinal), $"{fault}: {code} {found}");
                Directory.Delete(copy, recursive: true);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Bundle(long number, long size) => $"tile/entries/{number:000}" + (size - number * 256 is < 256 and var width ? $".p/{width}" : "");

    private static void Edit(string log, string path, Func<byte[], byte[]> change) =>
        File.WriteAllBytes(Path.Combine(log, path), change(File.ReadAllBytes(Path.Combine(log, path))));

    private static void Flip(string log, string path, int at) => Edit(log, path, b => { b[at] ^= 1; return b; });

    private static void Rewrite(string log, string path, string from, string to)
    {
        var text = File.ReadAllText(Path.Combine(log, path));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(log, path), text.Replace(from, to, StringComparison.Ordinal));
    }

    private static void SwapFirstTwoLeaves(string bundle)
    {
        var leaves = Registry.Proof.Tiles.Unbundle(File.ReadAllBytes(bundle)).ToList();
        (leaves[0], leaves[1]) = (leaves[1], leaves[0]);
        File.WriteAllBytes(bundle, Registry.Proof.Tiles.Bundle(leaves));
    }

    private static void Copy(string from, string to)
    {
        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
        }
    }

    private static async Task<(int Code, string Said)> RunAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(Ct), process.StandardError.ReadToEndAsync(Ct));
        await process.WaitForExitAsync(Ct);
        return (process.ExitCode, await said + await wrong);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
