using CsCheck;
using PublicSite;

namespace PublicSite.Tests;

/// <summary>Whatever happens in whatever order, a release that builds on the one before equals one built from nothing.</summary>
public sealed class EventSequenceTests
{
    private static readonly Disclosure Small = Sample.Full with
    {
        Clusters = [.. Sample.Full.Clusters.Take(3)],
        Announcements = [Sample.Full.Announcements[0] with { Entries = [.. Sample.Full.Announcements[0].Entries.Take(3)] }],
    };

    private static readonly Gen<Func<(Disclosure Data, DateOnly Day), (Disclosure, DateOnly)>> Event = Gen.OneOf(
        Gen.Int[0, 2].Select(i => Step(d => d with { Clusters = Change(d.Clusters, i, c => c with { Name = c.Name + "改", AsOf = c.AsOf.AddDays(1) }) })),
        Gen.Int[0, 2].Select(i => Step(d => d with { Clusters = Change(d.Clusters, i, c => c with { Standing = ClusterStanding.Expired, Until = new(2025, 12, 31) }) })),
        Gen.Int[0, 2].Select(i => Step(d => d with { Clusters = Change(d.Clusters, i, c => c with { Standing = ClusterStanding.Revoked, Finding = "f-7d21" }) })),
        Gen.Int[0, 2].Select(i => Step(d => d.Clusters.Count <= i ? d : d with { Tombstones = [.. d.Tombstones, new(PageKind.Cluster, d.Clusters[i].Id)], Clusters = [.. d.Clusters.Where((_, n) => n != i)] })),
        Gen.Int[10, 99].Select(n => Step(d => d with { Clusters = [.. d.Clusters.Where(c => c.Id != $"new-{n}"), Sample.Full.Clusters[n % 33] with { Id = $"new-{n}" }] })),
        Gen.Const(Step(d => d with { Findings = [.. d.Findings.Select(f => f with { Standing = FindingStanding.Rescinded })] })),
        Gen.Const(Step(d => d with { Notices = [.. d.Notices.Select(n => n with { Objections = [] })] })),
        Gen.Int[1, 700].Select(days => new Func<(Disclosure Data, DateOnly Day), (Disclosure, DateOnly)>(s => (s.Data, s.Day.AddDays(days)))));

    [Fact]
    public async Task A_release_that_builds_on_another_equals_one_built_from_nothing()
    {
        using var growing = new SiteFixture();
        // The seed is printed with a failure; each sequence continues from where the one before stopped.
        await Event.Array[1, 4].SampleAsync(async events =>
        {
            var state = (Data: Small, Day: Sample.DuringPublicity);
            foreach (var happens in events) state = happens(state);
            using var fresh = new SiteFixture();

            var grown = await growing.Publish(state.Data, state.Day);
            var built = await fresh.Publish(state.Data, state.Day);

            Assert.Empty(built.Problems);
            Assert.Equal(built.Release, grown.Release);
            Assert.All(Directory.EnumerateFiles(fresh.Current, "*", SearchOption.AllDirectories), f =>
                Assert.True(File.ReadAllBytes(f).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(growing.Current, Path.GetRelativePath(fresh.Current, f))))));
        }, iter: 8, threads: 1);
    }

    private static Func<(Disclosure Data, DateOnly Day), (Disclosure, DateOnly)> Step(Func<Disclosure, Disclosure> change) => s => (change(s.Data), s.Day);

    private static IReadOnlyList<PublicCluster> Change(IReadOnlyList<PublicCluster> clusters, int index, Func<PublicCluster, PublicCluster> change) =>
        [.. clusters.Select((c, i) => i == index ? change(c) : c)];
}
