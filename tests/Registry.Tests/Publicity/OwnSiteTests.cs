using Microsoft.Extensions.DependencyInjection;
using PublicSite;
using Registry.Accounts;
using Registry.Applications;
using Registry.Disclosure;
using Registry.Platform;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

/// <summary>A notice on the registry's own site. Each test publishes, so each has a program of its own.</summary>
public sealed class OwnSiteTests(PostgresFixture postgres)
{
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateTimeOffset Morning = Scenario.PostingMorning;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_window_starts_when_the_page_was_written_and_read_back_and_not_before()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host);
        Assert.Equal("publicity.page-differs", await registry.Refused(Officer, new ReadBackPosting(1), notice.Value, Morning));
        Assert.Equal("publicity.read-back-only", await registry.Refused(Officer, new VerifyPosting(Scenario.NoticeAddress, Morning, 1), notice.Value, Morning));

        await PublishAsync(host, Morning.AddDays(-1));
        Assert.False(File.Exists(PageOf(host, notice)), "shown before the planned day");
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(applications[0]));

        await PublishAsync(host, Morning);
        Assert.Contains((await scenario.LastAsync<PublicityOpened>(notice.Stream)).TextHash, await File.ReadAllTextAsync(PageOf(host, notice), Ct), StringComparison.Ordinal);
        var posted = await scenario.LastAsync<PostingVerified>(notice.Stream);
        Assert.Equal((PostingCheck.ReadBack, Morning, new DateOnly(2025, 7, 18)), (posted.Check, posted.PostedAt, posted.Window.LastDay));
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[0]));
        await PublishAsync(host, Morning.AddHours(1));
        Assert.Equal("publicity.already-posted", await registry.Refused(Officer, new ReadBackPosting(2), notice.Value, Morning.AddHours(1)));
    }

    [Fact]
    public async Task A_page_that_appears_a_day_late_starts_a_window_of_that_day()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (_, scenario, notice, _) = await PreparedAsync(host);
        await PublishAsync(host, Morning.AddDays(1));
        Assert.Equal(new DateOnly(2025, 7, 21), (await scenario.LastAsync<PostingVerified>(notice.Stream)).Window.LastDay);
    }

    [Fact]
    public async Task A_page_whose_text_differs_by_one_character_does_not_count()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (registry, _, notice, _) = await PreparedAsync(host);
        using (RegistryClock.At(Morning))
            Assert.Empty((await host.Host.Services.GetRequiredService<SitePublication>().PublishAsync(always: true, Ct))!.Problems);
        var page = PageOf(host, notice);
        var standing = await File.ReadAllTextAsync(page, Ct);
        await File.WriteAllTextAsync(page, standing.Replace("演示集群", "演示集詳", StringComparison.Ordinal), Ct);
        Assert.Equal("publicity.page-differs", await registry.Refused(Officer, new ReadBackPosting(1), notice.Value, Morning));
        await File.WriteAllTextAsync(page, standing, Ct);
        await registry.Accepted(Officer, new ReadBackPosting(1), notice.Value, Morning);
    }

    [Fact]
    public async Task A_notice_on_the_departments_own_site_is_not_read_back_here()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateDatabaseAsync());
        var registry = RegistryFixture.Over(postgres, host);
        var (notice, _) = await new Scenario(registry).NoticePreparedAsync(await registry.Announce());
        await PublishAsync(host, Morning);
        Assert.False(File.Exists(PageOf(host, notice)));
        Assert.Equal("publicity.not-own-site", await registry.Refused(Officer, new ReadBackPosting(1), notice.Value, Morning));
    }

    [Fact]
    public async Task A_notice_given_up_before_its_day_never_appears()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateDatabaseAsync());
        var (registry, scenario, notice, applications) = await PreparedAsync(host);
        await registry.Accepted(Officer, new GiveUpNotice("文字有误", 1), notice.Value, Morning.AddHours(-1));
        await PublishAsync(host, Morning);
        Assert.False(File.Exists(PageOf(host, notice)));
        Assert.Equal(Stage.Shortlisted, await scenario.StageAsync(applications[0]));
    }

    private async Task<(RegistryFixture, Scenario, PublicityId, IReadOnlyList<ApplicationId>)> PreparedAsync(RegistryHost host)
    {
        var registry = RegistryFixture.Over(postgres, host);
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        var ids = await scenario.ShortlistedAsync(batch, 2);
        var opened = await registry.Accepted(Officer, new OpenPublicity(ChinaTime.ToDay(Morning), null, await scenario.VersionAsync(batch.Stream)), batch.Value, Morning.AddDays(-1));
        return (registry, scenario, new PublicityId(opened.Id!), ids);
    }

    /// <summary>The publishing job, at an instant.</summary>
    private static async Task PublishAsync(RegistryHost host, DateTimeOffset at)
    {
        using var moved = RegistryClock.At(at);
        await ActivatorUtilities.CreateInstance<PublishSite>(host.Host.Services).RunAsync(Ct);
    }

    private static string PageOf(RegistryHost host, PublicityId notice) =>
        Path.Combine(host.Folder, "site", SitePublisher.CurrentLink, Addresses.Of(PageKind.Notice, notice.Value));
}
