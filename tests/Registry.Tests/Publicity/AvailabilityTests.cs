using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Registry.Accounts;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

public sealed class AvailabilityTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Morning = Scenario.PostingMorning;
    private static readonly DateTimeOffset Closes = ChinaTime.EndOf(new DateOnly(2025, 7, 18));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void What_was_not_seen_being_served_was_down_and_before_the_first_look_nothing_is_claimed()
    {
        Assert.Empty(Availability.Gaps([], Morning, Closes));
        Assert.Empty(Availability.Gaps([Span(0, 24)], Morning, Morning.AddHours(24)));
        Assert.Equal([Gap(2, 15)], Availability.Gaps([Span(0, 2), Span(15, 24)], Morning, Morning.AddHours(24)));
        Assert.Equal([Gap(24, 30)], Availability.Gaps([Span(0, 24)], Morning, Morning.AddHours(30)));
        // Down before the posting counts from the posting on, and only to the end asked for.
        Assert.Equal([Gap(0, 3)], Availability.Gaps([Span(-5, -1), Span(3, 9)], Morning, Morning.AddHours(9)));
    }

    [Fact]
    public void A_restart_of_five_minutes_is_no_outage_and_one_of_more_is()
    {
        ServedSpan Until(TimeSpan pause) => new() { Id = "b", From = Morning.AddHours(1) + pause, Until = Morning.AddHours(3) };
        Assert.Empty(Availability.Gaps([Span(0, 1), Until(Availability.Tolerance)], Morning, Morning.AddHours(3)));
        Assert.Single(Availability.Gaps([Span(0, 1), Until(Availability.Tolerance + TimeSpan.FromSeconds(1))], Morning, Morning.AddHours(3)));
    }

    [Fact]
    public void Times_that_overlap_are_counted_once() =>
        Assert.Equal(TimeSpan.FromHours(7), Availability.Total([Gap(0, 5), Gap(3, 6), Gap(4, 5), Gap(9, 12)], Morning, Morning.AddHours(10)));

    [Fact]
    public async Task An_outage_longer_than_the_definitions_hours_is_shown_to_the_officer_with_a_proposal_and_a_shorter_one_is_not()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        await scenario.ShortlistedAsync(batch);
        var officer = Scenario.Province();
        var opened = await registry.Accepted(officer, new OpenPublicity(ChinaTime.ToDay(Morning), null, await scenario.VersionAsync(batch.Stream)), batch.Value, Morning.AddDays(-1));
        var notice = new PublicityId(opened.Id!);
        using (Registry.Platform.RegistryClock.At(Morning))
            await Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<Registry.Disclosure.PublishSite>(host.Host.Services).RunAsync(Ct);
        await registry.LooksAsync(Morning, 2, 14);
        Assert.Empty((await scenario.NoticeAsync(notice, Morning.AddHours(14))).Entries[0].Proposals!);

        // Twelve hours were allowed; now it is an hour more.
        await registry.LooksAsync(Morning.AddHours(15), 0, 0);
        var seen = await scenario.NoticeAsync(notice, Morning.AddHours(15));
        Assert.Equal([new Outage(Morning.AddHours(2), Morning.AddHours(14)), new Outage(Morning.AddHours(14), Morning.AddHours(15))], seen.Observed);
        var proposal = Assert.Single(seen.Entries[0].Proposals!);
        Assert.Equal(("outage", new DateOnly(2025, 7, 21), 13m), (proposal.Because, proposal.LastDay, proposal.OutageHours));
        await registry.Accepted(officer, new RedatePublicity("网站故障，公示期顺延。", 2, proposal.LastDay), notice.Value, Morning.AddHours(15));
        Assert.Empty((await scenario.NoticeAsync(notice, Morning.AddHours(15))).Entries[0].Proposals!);

        Assert.False(await WatchOf(host, "http://unix:/run/registry.sock", "http://[::").LookAsync(Ct));
        await using var secure = await SelfSignedAsync();
        Assert.True(await WatchOf(host, "http://unix:/run/registry.sock", secure.Urls.Single()).LookAsync(Ct));
    }

    private static SiteWatch WatchOf(RegistryHost host, params string[] addresses)
    {
        var server = new Listening(addresses);
        server.Features.Set<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>(server);
        return Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<SiteWatch>(host.Host.Services, (Microsoft.AspNetCore.Hosting.Server.IServer)server);
    }

    /// <summary>A site behind a certificate that nobody vouches for, as a node behind a proxy may have it.</summary>
    private static async Task<WebApplication> SelfSignedAsync()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var certificate = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=registry", key, System.Security.Cryptography.HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.UseHttps(certificate)));
        var app = builder.Build();
        app.MapGet("/index.html", () => "");
        await app.StartAsync(Ct);
        return app;
    }

    private sealed class Listening(string[] addresses) : Microsoft.AspNetCore.Hosting.Server.IServer, Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature
    {
        public Microsoft.AspNetCore.Http.Features.IFeatureCollection Features { get; } = new Microsoft.AspNetCore.Http.Features.FeatureCollection();

        public ICollection<string> Addresses { get; } = addresses;

        public bool PreferHostingUrls { get; set; }

        public Task StartAsync<TContext>(Microsoft.AspNetCore.Hosting.Server.IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }

    private static ServedSpan Span(int from, int until) => new() { Id = $"{from}", From = Morning.AddHours(from), Until = Morning.AddHours(until) };

    private static Outage Gap(int from, int until) => new(Morning.AddHours(from), Morning.AddHours(until));
}
