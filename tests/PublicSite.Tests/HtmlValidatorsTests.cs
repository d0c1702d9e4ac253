using System.Diagnostics;

namespace PublicSite.Tests;

/// <summary>Every page for two validators that share no code with the site's own check (ops/check-html); skipped where they cannot be had.</summary>
public sealed class HtmlValidatorsTests
{
    private const int Unavailable = 3;

    [Fact]
    [Trait("Category", "Long")]
    public async Task Two_independent_validators_find_nothing_on_any_page()
    {
        using var site = new SiteFixture();
        Assert.True((await site.Publish(Sample.Full, Sample.AfterRecognition)).Published);
        var (found, sound) = await CheckAsync(site.Current);
        Assert.SkipWhen(found == Unavailable, sound);
        Assert.True(found == 0, sound);

        // What they let pass they would also let pass if they did not look at all.
        var page = Path.Combine(site.Current, "procedure.html");
        await File.WriteAllTextAsync(page, (await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken)).Replace("</h1>", "</h1><li>", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.Equal(1, (await CheckAsync(site.Current)).Exit);
    }

    private static async Task<(int Exit, string Said)> CheckAsync(string folder)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Registry.sln"))) root = root.Parent!;
        using var check = Process.Start(new ProcessStartInfo(Path.Combine(root.FullName, "ops/check-html"), [folder]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var output = check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (check.ExitCode, said + await output);
    }
}
