using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using PublicSite;

namespace PublicSite.Tests;

public sealed class PublishTests : IDisposable
{
    private readonly SiteFixture site = new();

    [Theory]
    [InlineData("personal.mobile", "请联系13800138000核实。")]
    [InlineData("personal.mobile", "请联系 138 0013 8000 核实。")]
    [InlineData("personal.mobile", "请联系１３８００１３８０００核实。")]
    [InlineData("personal.mobile", "+86 13800138000")]
    [InlineData("personal.identity-card", "身份证11010519491231002X。")]
    [InlineData("personal.identity-card", "身份证110105 19491231 002x")]
    [InlineData("personal.bank-card", "账号6222021234567890128。")]
    [InlineData("personal.bank-card", "账号 6222 0212 3456 7890 128")]
    [InlineData("personal.mailbox", "zhang.san@example.com")]
    public Task Personal_data_in_a_text_stops_the_publication(string code, string text) => Stops(code, Reason(text));

    [Fact]
    public Task A_dead_link_stops_the_publication() => Stops("link.dead", Markdown("[文件](nowhere.html)"));

    [Fact]
    public Task A_dead_anchor_stops_the_publication() => Stops("link.dead", Markdown("[程序](../procedure.html#nowhere)"));

    [Fact]
    public Task A_link_in_the_wrong_case_stops_the_publication() => Stops("link.dead", Markdown("[程序](../Procedure.html)"));

    [Fact]
    public Task A_page_that_is_too_large_stops_the_publication() => Stops("page.too-large", Markdown(string.Concat(Enumerable.Repeat("很长的解读。", 4000))));

    /// <summary>The result names the file and the reason, and the old site is still served.</summary>
    private async Task Stops(string code, Disclosure data)
    {
        var before = await site.Publish(Sample.Full, Sample.AfterRecognition);
        var home = await File.ReadAllBytesAsync(Path.Combine(site.Current, "index.html"), TestContext.Current.CancellationToken);

        var result = await site.Publish(data, Sample.AfterRecognition);

        Assert.False(result.Published);
        Assert.All(result.Problems, p => Assert.NotEmpty(p.Where));
        Assert.Equal([code], result.Problems.Select(p => p.Code).Distinct());
        Assert.Equal(home, await File.ReadAllBytesAsync(Path.Combine(site.Current, "index.html"), TestContext.Current.CancellationToken));
        Assert.Equal(before.Release, Path.GetFileName(new DirectoryInfo(site.Current).ResolveLinkTarget(false)!.FullName));
        Assert.False(Directory.Exists(Path.Combine(site.Folder, ".staging")));
    }

    [Fact]
    public async Task A_problem_never_repeats_the_personal_data_that_it_found()
    {
        var result = await site.Publish(Reason("请联系13800138000核实。"), Sample.AfterRecognition);

        Assert.DoesNotContain(result.Problems, p => p.Detail.Contains("13800138000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("914403001922038216")]
    [InlineData("91370000MA00010328")]
    [InlineData("2025-05-14 2025-05-20")]
    [InlineData("0531-51782658")]
    public async Task Credit_codes_days_and_office_telephones_are_not_taken_for_personal_data(string harmless)
    {
        var result = await site.Publish(Reason($"见{harmless}。"), Sample.AfterRecognition);

        Assert.Empty(result.Problems);
    }

    [Fact]
    public async Task While_one_publication_is_under_way_another_is_turned_away()
    {
        await site.Publish(Sample.Full, Sample.AfterRecognition);
        using var turn = new FileStream(Path.Combine(site.Folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        var result = await site.Publish(Sample.Full, Sample.DuringPublicity);

        Assert.Equal("publish.busy", Assert.Single(result.Problems).Code);
    }

    [Fact]
    public async Task The_manifest_lists_every_file_with_its_digest()
    {
        var result = await site.Publish(Sample.Full, Sample.AfterRecognition);

        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(site.Current, "manifest.json"), TestContext.Current.CancellationToken));
        var listed = manifest.RootElement.GetProperty("files").EnumerateArray().ToDictionary(f => f.GetProperty("path").GetString()!, f => f.GetProperty("sha256").GetString());
        var there = Directory.EnumerateFiles(site.Current, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(site.Current, f)).Where(f => f != "manifest.json").ToList();
        Assert.Equal(there.Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        Assert.All(there, f => Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(site.Current, f)))), listed[f]));
        Assert.Equal(there.Count + 1, result.Files);
        Assert.Equal(64, manifest.RootElement.GetProperty("dataVersion").GetString()!.Length);
    }

    [Fact]
    public async Task The_same_data_on_the_same_day_is_the_same_release()
    {
        var first = await site.Publish(Sample.Full, Sample.AfterRecognition);
        var second = await site.Publish(Sample.Full, Sample.AfterRecognition);

        Assert.Equal(first.Release, second.Release);
        Assert.Single(Directory.GetDirectories(Path.Combine(site.Folder, SitePublisher.ReleasesFolder)));
    }

    [Fact]
    public async Task Old_releases_are_pruned_and_the_current_one_stays()
    {
        PublishResult last = null!;
        for (var day = 0; day < 5; day++) last = await site.Publish(Sample.Full with { Findings = [] }, Sample.Window.LastDay.AddDays(day - 12));

        var releases = Directory.GetDirectories(Path.Combine(site.Folder, SitePublisher.ReleasesFolder)).Select(Path.GetFileName).ToList();
        Assert.Equal(3, releases.Count);
        Assert.Contains(last.Release, releases);
        Assert.True(File.Exists(Path.Combine(site.Current, "index.html")));
    }

    [Fact]
    public async Task A_release_after_one_event_is_the_same_to_the_byte_as_one_built_from_nothing()
    {
        var later = Sample.Full with { Clusters = [Sample.Full.Clusters[0] with { Name = "新名称产业集群" }, .. Sample.Full.Clusters.Skip(1)] };
        using var other = new SiteFixture();
        await site.Publish(Sample.Full, Sample.DuringPublicity);
        await File.WriteAllTextAsync(Path.Combine(site.Current, "procedure.html"), "damaged", TestContext.Current.CancellationToken);

        var afterwards = await site.Publish(later, Sample.AfterRecognition);
        var fromNothing = await other.Publish(later, Sample.AfterRecognition);

        Assert.Equal(fromNothing.Release, afterwards.Release);
        Assert.All(Directory.EnumerateFiles(other.Current, "*", SearchOption.AllDirectories), f =>
            Assert.Equal(File.ReadAllBytes(f), File.ReadAllBytes(Path.Combine(site.Current, Path.GetRelativePath(other.Current, f)))));
    }

    [Fact]
    public async Task Packed_twins_hold_what_the_files_hold()
    {
        var options = site.Options with { PackedTwins = true };
        await site.Publish(Sample.Full, Sample.DuringPublicity, options);
        var result = await site.Publish(Sample.Full, Sample.AfterRecognition, options);

        Assert.Empty(result.Problems);
        foreach (var path in new[] { "index.html", "procedure.html", "data/v1/clusters.json", "assets/site.css" })
        {
            var plain = await File.ReadAllBytesAsync(Path.Combine(site.Current, path), TestContext.Current.CancellationToken);
            Assert.Equal(plain, Unpack(new GZipStream(File.OpenRead(Path.Combine(site.Current, path + ".gz")), CompressionMode.Decompress)));
            Assert.Equal(plain, Unpack(new BrotliStream(File.OpenRead(Path.Combine(site.Current, path + ".br")), CompressionMode.Decompress)));
        }
    }

    private static byte[] Unpack(Stream packed)
    {
        using (packed)
        {
            using var plain = new MemoryStream();
            packed.CopyTo(plain);
            return plain.ToArray();
        }
    }

    [Fact]
    public async Task A_site_without_any_batch_is_a_site()
    {
        var result = await site.Publish(Sample.Empty, Sample.AfterRecognition);

        Assert.Empty(result.Problems);
    }

    private static Disclosure Reason(string text) =>
        Sample.Full with { Notices = [Sample.Full.Notices[0] with { Objections = [Sample.Full.Notices[0].Objections[0] with { Reason = text }] }, Sample.Full.Notices[1]] };

    private static Disclosure Markdown(string text) =>
        Sample.Full with { Interpretations = [Sample.Full.Interpretations[0] with { Markdown = text }] };

    public void Dispose() => site.Dispose();
}
