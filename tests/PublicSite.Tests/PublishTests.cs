using PublicSite;

namespace PublicSite.Tests;

public sealed class PublishTests : IDisposable
{
    private readonly SiteFixture site = new();

    [Fact]
    public async Task A_whole_batch_is_published_without_a_problem()
    {
        var result = await site.Publish(Sample.Full, Sample.AfterRecognition);

        Assert.Empty(result.Problems);
        Assert.True(File.Exists(Path.Combine(site.Current, "index.html")));
    }

    public void Dispose() => site.Dispose();
}
