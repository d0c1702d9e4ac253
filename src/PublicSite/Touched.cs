using System.Text.Json;

namespace PublicSite;

/// <summary>
/// Which files can differ between two states of the data. Too many are named rather than one too few: a file that turns out to be the
/// same to the byte is left alone. What concerns every page (the day, the programme, a batch's title) is answered with null: build everything.
/// </summary>
internal static class Touched
{
    public static IReadOnlyList<PlannedFile>? Between(SiteView before, SiteView after, SiteOptions options)
    {
        if (before.BuildDay != after.BuildDay || before.Register.IsShort != after.Register.IsShort) return null;
        if (!Same(before.Site with { AsOf = default }, after.Site with { AsOf = default })) return null;
        if (!SameList(before.EarlierLists, after.EarlierLists) || !SameList(before.Interpretations, after.Interpretations) || !SameList(before.Moved, after.Moved)) return null;
        if (WithOtherProofs(before, after).Any(page => page.StartsWith("list/", StringComparison.Ordinal))) return null;
        if (before.Batches.Count != after.Batches.Count || before.Batches.Zip(after.Batches).Any(b => b.First.Id != b.Second.Id || !Same(b.First.Title, b.Second.Title))) return null;
        if (before.Register.Pages.Any(f => !after.Register.HasPage(f))) return null;

        var changes = new Changes(before, after);
        var (old, now) = (Pages(before, changes).Select(p => p.Address).ToHashSet(StringComparer.Ordinal), Pages(after, changes).DistinctBy(p => p.Address).ToList());
        // A list that became shorter takes an address away, and any page could lead to it.
        if (!old.IsSubsetOf(now.Select(p => p.Address))) return null;
        return
        [
            .. SiteBuilder.InAllLanguages(after, options, now),
            .. changes.Clusters.Select(after.Cluster).OfType<PublicCluster>().Select(c => JsonFeeds.Twin(after, PageKind.Cluster, c.Id, c)),
            .. changes.Notices.Select(after.Notice).OfType<PublicityNotice>().Select(n => JsonFeeds.Twin(after, PageKind.Notice, n.Id, n)),
            .. changes.Notices.Select(after.Notice).OfType<PublicityNotice>().SelectMany(SiteBuilder.TextOf),
            .. changes.Announcements.Select(after.Announcement).OfType<Announcement>().Select(a => JsonFeeds.Twin(after, PageKind.Announcement, a.Id, a)),
            .. changes.Findings.Select(after.Finding).OfType<PublicFinding>().Select(f => JsonFeeds.Twin(after, PageKind.Finding, f.Id, f)),
            .. changes.Tombstones.Where(after.Tombstones.Contains).Select(JsonFeeds.Twin),
            SiteBuilder.Feed(after),
            JsonFeeds.Proofs(after),
        ];
    }

    /// <summary>The records that are not the same in both states, by id; those that came and went are among them.</summary>
    private sealed class Changes
    {
        public Changes(SiteView before, SiteView after)
        {
            Clusters = Differing(before.Clusters, after.Clusters, c => c.Id, before.Cluster, after.Cluster);
            Notices = Differing(before.Notices, after.Notices, n => n.Id, before.Notice, after.Notice);
            Announcements = Differing(before.Announcements, after.Announcements, a => a.Id, before.Announcement, after.Announcement);
            Findings = Differing(before.Findings, after.Findings, f => f.Id, before.Finding, after.Finding);
            Batches = [.. before.Batches.Zip(after.Batches).Where(b => !Same(b.First, b.Second)).Select(b => b.First.Id)];
            // A page also says which leaves of the public log it rests on.
            foreach (var (kind, id) in RecordsWithOtherProofs(before, after))
                (kind switch { PageKind.Notice => Notices, PageKind.Announcement => Announcements, PageKind.Finding => Findings, _ => Batches }).Add(id);
            Retitled = [.. Notices.Where(id => before.Notice(id) is not { } was || after.Notice(id) is not { } now || was.Title != now.Title || was.PostedAt != now.PostedAt)];
            Tombstones = [.. before.Tombstones.Concat(after.Tombstones).GroupBy(t => t).Where(g => g.Count() == 1).Select(g => g.Key)];
            // Lists link to a cluster's page as soon as there is one.
            Appeared = [.. Clusters.Where(id => before.Cluster(id) is null != after.Cluster(id) is null)];
            Retold = [.. Clusters, .. WithOtherProofs(before, after).Where(a => a.StartsWith("cluster/", StringComparison.Ordinal)).Select(IdIn), .. Notices.SelectMany(id => ClustersOf(before.Notice(id), after.Notice(id)))];
            if (Announcements.Count > 0) Retold.UnionWith(after.Clusters.Where(c => c.Timeline.Any(e => e.Announcement is { } id && Announcements.Contains(id))).Select(c => c.Id));
            if (Retitled.Count > 0) Retold.UnionWith(after.Clusters.Where(c => c.Timeline.Any(e => e.Notice is { } id && Retitled.Contains(id))).Select(c => c.Id));
            Selections = [.. Clusters.SelectMany(id => Lists(before, id).Concat(Lists(after, id)))];
            // A new selection is a new link on all that differ from it in one choice.
            foreach (var filter in after.Register.Pages.Where(f => !before.Register.HasPage(f))) Selections.UnionWith(Beside(after, filter).Append(filter).Where(after.Register.HasPage));
        }

        public HashSet<string> Batches { get; }
        public HashSet<string> Clusters { get; }
        public HashSet<string> Notices { get; }
        public HashSet<string> Announcements { get; }
        public HashSet<string> Findings { get; }
        public HashSet<Tombstone> Tombstones { get; }
        public HashSet<string> Appeared { get; }

        /// <summary>The notices to which other pages refer by another title than before, or which came or went.</summary>
        public HashSet<string> Retitled { get; }

        /// <summary>The clusters whose page tells something else than before.</summary>
        public HashSet<string> Retold { get; }

        /// <summary>The selections of the register whose pages can differ.</summary>
        public HashSet<RegisterFilter> Selections { get; }

        public bool HasAppeared(string? cluster) => cluster is not null && Appeared.Contains(cluster);

        private static IEnumerable<RegisterFilter> Lists(SiteView site, string cluster) => site.Cluster(cluster) is { } there ? site.Register.ListsOf(there) : [];

        private static IEnumerable<RegisterFilter> Beside(SiteView site, RegisterFilter filter) =>
        [
            .. site.Site.Cities.Select(c => filter with { City = c.Code }).Append(filter with { City = null }),
            .. site.Site.Industries.Select(i => filter with { Industry = i.Code }).Append(filter with { Industry = null }),
            .. site.Batches.Select(b => filter with { Batch = b.Id }).Append(filter with { Batch = null }),
            .. Enum.GetValues<ClusterStanding>().Select(s => filter with { Standing = s }).Append(filter with { Standing = null }),
        ];
    }

    // The same function names the pages of both states, so that a page that is no more is noticed.
    private static IEnumerable<PlannedPage> Pages(SiteView site, Changes changes)
    {
        var overviews = new HashSet<string>(StringComparer.Ordinal) { Addresses.Home };
        if (changes.Clusters.Count > 0) overviews.Add(Addresses.Statistics);
        if (changes.Notices.Count > 0) overviews.Add(Addresses.HowToObject);
        if (changes.Batches.Count > 0) overviews.Add(Addresses.Procedure);
        return SitePlan.Overviews(site).Where(p => overviews.Contains(p.Address))
            .Concat(site.Batches.Where(b => changes.Batches.Contains(b.Id)).Select(SitePlan.BatchPage))
            .Concat(changes.Notices.Count > 0 ? SitePlan.Notices(site) : [])
            .Concat(changes.Announcements.Count > 0 ? SitePlan.Announcements(site) : [])
            .Concat(changes.Findings.Count > 0 ? SitePlan.Findings(site) : [])
            .Concat(site.Notices.SelectMany(n => NoticePages(n, changes)))
            .Concat(site.Announcements.SelectMany(a => AnnouncementPages(site, a, changes)))
            .Concat(changes.Selections.Where(site.Register.HasPage).SelectMany(f => SitePlan.RegisterPages(site, f)))
            .Concat(changes.Retold.Select(site.Cluster).OfType<PublicCluster>().SelectMany(SitePlan.ClusterPages))
            .Concat(changes.Findings.Select(site.Finding).OfType<PublicFinding>().Select(SitePlan.FindingPage))
            .Concat(changes.Tombstones.Where(site.Tombstones.Contains).Select(SitePlan.TombstonePage));
    }

    private static IEnumerable<PlannedPage> NoticePages(PublicityNotice notice, Changes changes) =>
        changes.Notices.Contains(notice.Id) ? SitePlan.NoticePages(notice)
        : changes.Appeared.Count == 0 ? []
        : SitePlan.NoticePages(notice).Where(p => p.Parameters.GetValueOrDefault("Items") is IReadOnlyList<NoticeEntry> rows && rows.Any(e => changes.HasAppeared(e.Cluster)));

    private static IEnumerable<PlannedPage> AnnouncementPages(SiteView site, Announcement announcement, Changes changes) =>
        changes.Announcements.Contains(announcement.Id) || changes.Retitled.Count > 0 && site.NoticesBefore(announcement).Any(n => changes.Retitled.Contains(n.Id)) ? SitePlan.AnnouncementPages(announcement)
        : changes.Appeared.Count == 0 ? []
        : SitePlan.AnnouncementPages(announcement).Where(p => p.Parameters["Items"] is IReadOnlyList<AnnouncementEntry> rows && rows.Any(e => changes.HasAppeared(e.Cluster)));

    private static IEnumerable<string> WithOtherProofs(SiteView before, SiteView after) =>
        before.Proofs.Keys.Union(after.Proofs.Keys, StringComparer.Ordinal).Where(page => !Same(before.Proofs.GetValueOrDefault(page), after.Proofs.GetValueOrDefault(page)));

    private static IEnumerable<(PageKind? Kind, string Id)> RecordsWithOtherProofs(SiteView before, SiteView after)
    {
        foreach (var page in WithOtherProofs(before, after))
            switch (page.Split('/')[0])
            {
                case "notice": yield return (PageKind.Notice, IdIn(page)); break;
                case "announcement": yield return (PageKind.Announcement, IdIn(page)); break;
                case "finding": yield return (PageKind.Finding, IdIn(page)); break;
                case "batch": yield return (null, IdIn(page)); break;
            }
    }

    private static string IdIn(string page) => page[(page.IndexOf('/', StringComparison.Ordinal) + 1)..^".html".Length];

    private static HashSet<string> Differing<T>(IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, string> id, Func<string?, T?> was, Func<string?, T?> now) where T : class =>
    [
        .. after.Where(a => was(id(a)) is not { } old || !Same(old, a)).Select(id),
        .. before.Where(b => now(id(b)) is null).Select(id),
    ];

    /// <summary>The clusters to whose page a notice now contributes something else: a window, or a concluded objection.</summary>
    private static IEnumerable<string> ClustersOf(PublicityNotice? before, PublicityNotice? after)
    {
        var window = Same(before?.Window, after?.Window);
        var was = Contributions(before);
        var now = Contributions(after);
        return was.Keys.Concat(now.Keys).Distinct(StringComparer.Ordinal)
            .Where(cluster => !window || !Same(was.GetValueOrDefault(cluster), now.GetValueOrDefault(cluster)));

        static Dictionary<string, List<object?>> Contributions(PublicityNotice? notice)
        {
            var all = new Dictionary<string, List<object?>>(StringComparer.Ordinal);
            if (notice is null) return all;
            var objections = notice.Objections.ToLookup(o => o.Entry, StringComparer.Ordinal);
            foreach (var entry in notice.Entries.Where(e => e.Cluster is not null))
            {
                if (!all.TryGetValue(entry.Cluster!, out var own)) all[entry.Cluster!] = own = [];
                own.AddRange([entry.Id, entry.OwnWindow, .. objections[entry.Id]]);
            }
            return all;
        }
    }

    private static bool SameList<T>(IReadOnlyList<T> one, IReadOnlyList<T> other) => one.Count == other.Count && one.Zip(other).All(pair => Same(pair.First, pair.Second));

    // Records hold lists, which compare by identity; their JSON says whether they tell the same.
    private static bool Same<T>(T? one, T? other) =>
        ReferenceEquals(one, other) || one is not null && other is not null && JsonSerializer.SerializeToUtf8Bytes(one, Disclosure.Json).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, Disclosure.Json));
}
