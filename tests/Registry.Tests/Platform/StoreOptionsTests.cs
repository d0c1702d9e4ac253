using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Tests.Platform;

/// <summary>The options are read back from the running store: what is skipped or appended richly would be lost to the public log in silence.</summary>
public sealed class StoreOptionsTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private StoreOptions Options => ((DocumentStore)registry.Store).Options;

    [Fact]
    public void Nothing_is_skipped()
    {
        Assert.False(Options.Projections.Errors.SkipApplyErrors);
        Assert.False(Options.Projections.Errors.SkipSerializationErrors);
        Assert.False(Options.Projections.Errors.SkipUnknownEvents);
        Assert.False(Options.Projections.RebuildErrors.SkipApplyErrors);
        Assert.False(Options.Projections.RebuildErrors.SkipSerializationErrors);
        Assert.False(Options.Projections.RebuildErrors.SkipUnknownEvents);
        Assert.False(Options.Events.EnableEventSkippingInProjectionsOrSubscriptions);
    }

    [Fact]
    public void Events_are_appended_quickly_in_text_named_typed_streams_with_all_metadata()
    {
        Assert.Equal(EventAppendMode.QuickWithServerTimestamps, Options.Events.AppendMode);
        Assert.Equal(StreamIdentity.AsString, Options.Events.StreamIdentity);
        Assert.True(Options.Events.UseMandatoryStreamTypeDeclaration);
        Assert.True(Options.Events.UseExclusiveLockOnConcurrentAppends);
        Assert.True(Options.Events.MetadataConfig.HeadersEnabled);
        Assert.True(Options.Events.MetadataConfig.CorrelationIdEnabled);
        Assert.True(Options.Events.MetadataConfig.UserNameEnabled);
    }

    [Fact]
    public void Every_append_passes_the_listener_that_seals_and_commits() => Assert.Contains(Options.Listeners, l => l is Commitments);

    [Fact]
    public async Task Asynchronous_views_are_really_running()
    {
        await registry.Announce();
        var shards = Options.Projections.AllShards();
        if (shards.Count == 0)
            return;
        await registry.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));
        var progress = await registry.Store.Advanced.AllProjectionProgress(token: TestContext.Current.CancellationToken);
        Assert.All(shards, shard => Assert.Contains(progress, p => p.ShardName == shard.Name.Identity && p.Sequence > 0));
    }

    [Fact]
    public async Task Every_event_has_its_commitments()
    {
        await registry.Announce();
        await using var session = registry.Store.QuerySession();
        var without = await session.QueryAsync<long>(
            "select count(*) from registry.mt_events e left join registry.commitments c on c.event_id = e.id where c.event_id is null and e.type <> 'tombstone'", TestContext.Current.CancellationToken);
        Assert.Equal(0, without[0]);
    }
}
