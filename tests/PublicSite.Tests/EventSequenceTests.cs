using CsCheck;
using PublicSite;

namespace PublicSite.Tests;

/// <summary>Whatever happens in whatever order, a site that was kept up to date equals one built from nothing, byte for byte.</summary>
public sealed class EventSequenceTests
{
    private sealed record State(Disclosure Data, DateOnly Day, int Hour)
    {
        public DateTimeOffset Now => Sample.At(2025, 11, 20, 8, 0).AddHours(Hour);
    }

    private static readonly Disclosure Start = Sample.Full with
    {
        Clusters = [.. Sample.Full.Clusters.Take(6)],
        Announcements = [Sample.Full.Announcements[0] with { Entries = [.. Sample.Full.Announcements[0].Entries.Take(8)] }],
        Notices = [Sample.Full.Notices[0] with { Entries = [.. Sample.Full.Notices[0].Entries.Take(9)], Objections = [] }, Sample.Full.Notices[1]],
        Batches = [Sample.Full.Batches[0], Sample.Full.Batches[0] with { Id = "2026-1", Title = new("第三批", "third batch"), NoticeDate = new(2026, 5, 14) }],
    };

    private static Gen<Func<State, State>> On(Func<State, int, Disclosure> happens) => Gen.Int[0, 1000].Select(n => new Func<State, State>(s => s with { Data = happens(s, n), Hour = s.Hour + 1 }));

    private static Disclosure Change(State s, int n, Func<PublicCluster, PublicCluster> change) => s.Data.Clusters.Count == 0 ? s.Data : s.Data with
    {
        Clusters = [.. s.Data.Clusters.Select((c, i) => i == n % s.Data.Clusters.Count ? change(c) with { AsOf = s.Now } : c)],
    };

    private static Disclosure Notice(State s, int n, Func<PublicityNotice, PublicityNotice> change) => s.Data with
    {
        Notices = [.. s.Data.Notices.Select((x, i) => i == n % s.Data.Notices.Count ? change(x) with { AsOf = s.Now } : x)],
    };

    private static readonly Gen<Func<State, State>> Event = Gen.OneOf(
        On((s, n) => Change(s, n, c => c with { Name = c.Name + "改", Timeline = [.. c.Timeline, new() { Day = new(2025, 11, 20), At = s.Now, Kind = PublicEventKind.Renamed }] })),
        On((s, n) => Change(s, n, c => c with { Applicant = $"演示运营{n}有限公司", ApplicantCode = Sample.Code(2000 + n) })),
        On((s, n) => Change(s, n, c => c with { Standing = ClusterStanding.Expired, Until = new(2025, 12, 31), Since = new(2026, 1, 1) })),
        On((s, n) => Change(s, n, c => c with { Standing = ClusterStanding.Revoked, Finding = "f-7d21", Timeline = [.. c.Timeline, new() { Day = new(2025, 11, 20), Kind = PublicEventKind.Revoked, Finding = "f-7d21" }] })),
        On((s, n) => s.Data.Clusters.Count < 2 ? s.Data : s.Data with
        {
            Tombstones = [.. s.Data.Tombstones, new(PageKind.Cluster, s.Data.Clusters[n % s.Data.Clusters.Count].Id)],
            Clusters = [.. s.Data.Clusters.Where((_, i) => i != n % s.Data.Clusters.Count)],
        }),
        On((s, n) => s.Data.Clusters.Any(c => c.Id == Sample.Full.Clusters[6 + n % 6].Id) ? s.Data : s.Data with { Clusters = [.. s.Data.Clusters, Sample.Full.Clusters[6 + n % 6] with { Batch = n % 3 == 0 ? "2026-1" : "2025-2", AsOf = s.Now }] }),
        On((s, n) => Notice(s, n, x => x.Objections.Any(o => o.Number == $"{n}") ? x : x with { Objections = [.. x.Objections, new($"{n}", x.Entries[n % x.Entries.Count].Id, ObjectionOutcome.ConditionsMet, string.Concat(Enumerable.Repeat("经核实。", n)), new(2025, 11, 20))], ListAsOf = x.ListShownAsOf })),
        On((s, n) => Notice(s, n, x => x with { Entries = [.. x.Entries.Select((e, i) => i == n % x.Entries.Count ? e with { OwnWindow = Sample.Window } : e)] })),
        On((s, n) => Notice(s, n, x => x with { Title = $"{x.Title}{n}" })),
        On((s, n) => s.Data.Announcements.Any(a => a.Id == $"a-{n}") ? s.Data : s.Data with
        {
            Announcements = [.. s.Data.Announcements, Sample.Full.Announcements[1] with { Id = $"a-{n}", DocumentNumber = $"示范〔2025〕{n}号", PublishedAt = s.Now, AsOf = s.Now }],
            Clusters = [.. s.Data.Clusters.Select((c, i) => i == n % s.Data.Clusters.Count ? c with { AsOf = s.Now, Timeline = [.. c.Timeline, new() { Day = new(2025, 11, 20), Kind = PublicEventKind.Recognised, Announcement = $"a-{n}" }] } : c)],
        }),
        On((s, _) => s.Data with { Findings = [.. s.Data.Findings.Select(f => f with { Standing = FindingStanding.Rescinded, AsOf = s.Now })] }),
        On((s, n) => s.Data with { Batches = [.. s.Data.Batches.Select((b, i) => i == n % 2 ? b with { Amendments = [.. b.Amendments, new(s.Now, new("说明", "note"), "咨询。")], AsOf = s.Now } : b)] }),
        Gen.Int[1, 700].Select(days => new Func<State, State>(s => s with { Day = s.Day.AddDays(days) })));

    [Fact]
    public async Task A_first_announcement_makes_its_folders_also_in_the_release_that_is_used_again()
    {
        using var kept = new SiteFixture();
        var keeper = new SiteKeeper(kept.Options with { PackedTwins = true });
        var before = Start with { Announcements = [], Clusters = [.. Start.Clusters.Select(c => c with { Timeline = [.. c.Timeline.Select(t => t with { Announcement = null })] })] };
        var title = before.Notices[0].Title;
        foreach (var data in new[] { before, before with { Notices = [.. before.Notices.Select(n => n with { Title = title + "一" })] }, Start, Start with { Notices = [.. Start.Notices.Select(n => n with { Title = title + "二" })] } })
            Assert.Empty((await keeper.PublishAsync(data, Sample.AfterRecognition, TestContext.Current.CancellationToken)).Problems);
    }

    [Theory]
    [InlineData(500, 2000, 6)]
    [InlineData(3, 2000, 6)]
    [InlineData(3, 0, 3)]
    public async Task A_site_that_was_kept_up_to_date_equals_one_built_from_nothing(int shortRegister, int bulkWithEveryEventUpTo, int sequences)
    {
        // The seed is printed with a failure, and CsCheck_Seed repeats it; CsCheck_Iter asks for more sequences.
        await Event.Array[1, 5].SampleAsync(async events =>
        {
            using var kept = new SiteFixture();
            using var fresh = new SiteFixture();
            var keeper = new SiteKeeper(kept.Options with { ShortRegister = shortRegister, BulkWithEveryEventUpTo = bulkWithEveryEventUpTo, PackedTwins = sequences == 3 });
            var state = new State(Start, Sample.AfterRecognition, 0);
            Assert.Empty((await keeper.PublishAsync(state.Data, state.Day)).Problems);
            PublishResult last = null!;
            foreach (var happens in events)
            {
                state = happens(state);
                last = await keeper.PublishAsync(state.Data, state.Day);
                Assert.Empty(last.Problems);
            }
            if (last.BulkBehind) last = (await keeper.CatchUpAsync())!;

            var built = await fresh.Publish(state.Data, state.Day, fresh.Options with { ShortRegister = shortRegister, PackedTwins = sequences == 3 });

            Equal(fresh.Current, kept.Current);
            Assert.Equal(built.Release, last.Release);
        }, iter: sequences, threads: 1);
    }

    /// <summary>The same files with the same bytes, none missing and none left over.</summary>
    private static void Equal(string expected, string actual)
    {
        Assert.Equal(Files(expected), Files(actual));
        foreach (var file in Files(expected))
            Assert.True(File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(actual, file))), file);

        static List<string> Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order(StringComparer.Ordinal)];
    }
}
