using PublicSite.Pages;

namespace PublicSite;

/// <summary>Which pages the site has, and what each one shows. Nothing is rendered here.</summary>
internal static class SitePlan
{
    /// <summary>Rows on one page of a long list, so that no page grows beyond <see cref="Checks.SizeCheck.Limit"/>.</summary>
    public const int RowsPerPage = 50;

    public static IEnumerable<PlannedPage> Pages(SiteView site, IReadOnlyList<string> dataFiles)
    {
        yield return new(Addresses.Home, typeof(HomePage), w => w["nav.home"], Latest([.. site.Batches.Select(b => b.AsOf), .. site.Notices.Select(n => n.AsOf), .. site.Announcements.Select(a => a.AsOf), .. site.Findings.Select(f => f.AsOf), .. site.Clusters.Select(SiteView.StandingSince)]));
        foreach (var page in Listing(Addresses.Notices, typeof(NoticesPage), w => w["nav.notices"], site.Notices, n => n.AsOf)) yield return page;
        foreach (var page in site.Notices.SelectMany(n => NoticePages(n))) yield return page;
        foreach (var page in Listing(Addresses.Announcements, typeof(AnnouncementsPage), w => w["nav.announcements"], site.Announcements, a => a.AsOf)) yield return page;
        foreach (var page in site.Announcements.SelectMany(a => AnnouncementPages(a))) yield return page;
        foreach (var page in RegisterFilters(site).SelectMany(f => RegisterPages(site, f))) yield return page;
        foreach (var cluster in site.Clusters) yield return ClusterPage(site, cluster);
        yield return new(Addresses.Earlier, typeof(EarlierPage), w => w["nav.earlier"], Latest(site.EarlierLists.Select(l => l.AsOf))) { Section = Addresses.Register, Parents = [Register] };
        foreach (var page in site.EarlierLists.SelectMany(EarlierListPages)) yield return page;
        foreach (var page in Listing(Addresses.Findings, typeof(FindingsPage), w => w["nav.findings"], site.Findings, f => f.AsOf)) yield return page;
        foreach (var finding in site.Findings) yield return FindingPage(finding);
        yield return new(Addresses.Procedure, typeof(ProcedurePage), w => w["nav.procedure"], Latest(site.Batches.Select(b => b.AsOf))) { Section = Addresses.Procedure };
        foreach (var batch in site.Batches) yield return BatchPage(batch);
        yield return new(Addresses.HowToObject, typeof(HowToObjectPage), w => w["nav.how-to-object"], Latest(site.Notices.Select(n => n.AsOf))) { Section = Addresses.HowToObject };
        yield return new(Addresses.Statistics, typeof(StatisticsPage), w => w["nav.statistics"], Latest(site.Clusters.Select(SiteView.StandingSince))) { Section = Addresses.Statistics, Twin = Addresses.DataFolder + "clusters.json" };
        yield return new(Addresses.Interpretations, typeof(InterpretationsPage), w => w["nav.interpretations"], Latest(site.Interpretations.Select(i => i.AsOf))) { Section = Addresses.Procedure };
        foreach (var text in site.Interpretations) yield return InterpretationPage(text);
        yield return new(Addresses.Data, typeof(DataPage), w => w["nav.data"], null) { Section = Addresses.Data, Parameters = new Dictionary<string, object?> { ["Files"] = dataFiles } };
        foreach (var tombstone in site.Tombstones)
            yield return new(Addresses.Of(tombstone.Kind, tombstone.Id), typeof(TombstonePage), w => w["gone.title"], null) { HiddenFromSearch = true };
        foreach (var moved in site.Moved)
        {
            yield return new(Addresses.Of(moved.Kind, moved.OldId), typeof(MovedPageView), w => w["moved.title"], null)
            {
                HiddenFromSearch = true,
                RedirectTo = Addresses.Of(moved.Kind, moved.NewId),
                Parameters = new Dictionary<string, object?> { ["Moved"] = moved },
            };
        }
    }

    private static readonly Crumb Notices = new(w => w["nav.notices"], Addresses.Notices);
    private static readonly Crumb Announcements = new(w => w["nav.announcements"], Addresses.Announcements);
    private static readonly Crumb Register = new(w => w["nav.register"], Addresses.Register);
    private static readonly Crumb Earlier = new(w => w["nav.earlier"], Addresses.Earlier);
    private static readonly Crumb Findings = new(w => w["nav.findings"], Addresses.Findings);
    private static readonly Crumb Procedure = new(w => w["nav.procedure"], Addresses.Procedure);

    private static IEnumerable<PlannedPage> Listing<T>(string address, Type view, Func<Words, string> title, IReadOnlyList<T> all, Func<T, DateTimeOffset> asOf) =>
        Split(all).Select(part => new PlannedPage(Addresses.Page(address, part.Number), view, title, Latest(part.Rows.Select(asOf)))
        {
            Section = address,
            Parameters = new Dictionary<string, object?> { ["Items"] = part.Rows, ["Pager"] = new Pager(address, part.Number, part.Count) },
        });

    private static IEnumerable<PlannedPage> NoticePages(PublicityNotice notice) =>
        Split(notice.Entries).Select(part => Document(PageKind.Notice, notice.Id, typeof(NoticePage), _ => notice.Title, notice.AsOf, Notices, part, ("Notice", notice)));

    private static IEnumerable<PlannedPage> AnnouncementPages(Announcement announcement) =>
        Split(announcement.Entries).Select(part => Document(PageKind.Announcement, announcement.Id, typeof(AnnouncementPage), _ => announcement.Title, announcement.AsOf, Announcements, part, ("Announcement", announcement)));

    private static IEnumerable<PlannedPage> EarlierListPages(EarlierList list) =>
        Split(list.Entries).Select(part => Document(PageKind.EarlierList, list.Id, typeof(EarlierListPage), w => w["earlier.title", list.Programme, list.Round], list.AsOf, Earlier, part, ("List", list)) with
        {
            Section = Addresses.Register,
            Parents = [Register, Earlier],
        });

    private static PlannedPage Document<T>(PageKind kind, string id, Type view, Func<Words, string> title, DateTimeOffset asOf, Crumb parent, Part<T> part, (string Name, object Value) document)
    {
        var address = Addresses.Of(kind, id);
        return new(Addresses.Page(address, part.Number), view, title, asOf)
        {
            Section = parent.Address,
            Parents = [parent],
            Twin = Addresses.Twin(kind, id),
            Parameters = new Dictionary<string, object?>
            {
                [document.Name] = document.Value,
                ["Items"] = part.Rows,
                ["First"] = part.First,
                ["Pager"] = new Pager(address, part.Number, part.Count),
            },
        };
    }

    private static IEnumerable<RegisterFilter> RegisterFilters(SiteView site) =>
    [
        RegisterFilter.All,
        .. site.Site.Cities.Select(c => RegisterFilter.City(c.Code)),
        .. site.Site.Industries.Select(i => RegisterFilter.Industry(i.Code)),
        .. site.Batches.Select(b => RegisterFilter.Batch(b.Id)),
        .. Enum.GetValues<ClusterStanding>().Select(RegisterFilter.Standing),
    ];

    private static IEnumerable<PlannedPage> RegisterPages(SiteView site, RegisterFilter filter)
    {
        var selected = site.Clusters.Where(filter.Selects).ToList();
        var address = Addresses.RegisterOf(filter);
        return Split(selected).Select(part => new PlannedPage(Addresses.Page(address, part.Number), typeof(RegisterPage), w => RegisterTitle(site, filter, w), Latest(part.Rows.Select(c => c.AsOf)))
        {
            Section = Addresses.Register,
            Parents = filter.Kind is null ? [] : [Register],
            Twin = Addresses.DataFolder + "clusters.json",
            Parameters = new Dictionary<string, object?>
            {
                ["Filter"] = filter,
                ["Items"] = part.Rows,
                ["Total"] = selected.Count,
                ["Pager"] = new Pager(address, part.Number, part.Count),
            },
        });
    }

    private static string RegisterTitle(SiteView site, RegisterFilter filter, Words words) => filter.Kind switch
    {
        "city" => words["register.of", words.Of(site.City(filter.Code!).Name)],
        "industry" => words["register.of", words.Of(site.Industry(filter.Code!).Name)],
        "batch" => words["register.of", words.Of(site.Batch(filter.Code!).Title)],
        "standing" => words["register.of", words.Of(Enum.Parse<ClusterStanding>(filter.Code!, ignoreCase: true))],
        _ => words["nav.register"],
    };

    private static PlannedPage ClusterPage(SiteView site, PublicCluster cluster) =>
        new(Addresses.Of(PageKind.Cluster, cluster.Id), typeof(ClusterPage), _ => cluster.Name, Latest(site.ObjectionsTo(cluster).Select(o => o.Notice.AsOf).Append(cluster.AsOf)))
        {
            Section = Addresses.Register,
            Parents = [Register],
            Twin = Addresses.Twin(PageKind.Cluster, cluster.Id),
            Parameters = new Dictionary<string, object?> { ["Cluster"] = cluster },
        };

    private static PlannedPage FindingPage(PublicFinding finding) =>
        new(Addresses.Of(PageKind.Finding, finding.Id), typeof(FindingPage), w => w["finding.title", finding.Organisation], finding.AsOf)
        {
            Section = Addresses.Findings,
            Parents = [Findings],
            Twin = Addresses.Twin(PageKind.Finding, finding.Id),
            Parameters = new Dictionary<string, object?> { ["Finding"] = finding },
        };

    private static PlannedPage BatchPage(PublicBatch batch) =>
        new(Addresses.BatchOf(batch.Id), typeof(BatchPage), w => w.Of(batch.Title), batch.AsOf)
        {
            Section = Addresses.Procedure,
            Parents = [Procedure],
            Twin = Addresses.DataFolder + "batches.json",
            Parameters = new Dictionary<string, object?> { ["Batch"] = batch },
        };

    private static PlannedPage InterpretationPage(Interpretation text) =>
        new(Addresses.Of(PageKind.Interpretation, text.Id), typeof(InterpretationPage), w => w.Of(text.Title), text.AsOf)
        {
            Section = Addresses.Procedure,
            Parents = [Procedure, new(w => w["nav.interpretations"], Addresses.Interpretations)],
            Twin = Addresses.Twin(PageKind.Interpretation, text.Id),
            Parameters = new Dictionary<string, object?> { ["Text"] = text },
        };

    private static DateTimeOffset? Latest(IEnumerable<DateTimeOffset> instants) => instants.Select(i => (DateTimeOffset?)i).Max();

    private sealed record Part<T>(IReadOnlyList<T> Rows, int First, int Number, int Count);

    // An empty list still has its one page, which says that it is empty.
    private static IEnumerable<Part<T>> Split<T>(IReadOnlyList<T> all)
    {
        var count = Math.Max(1, (all.Count + RowsPerPage - 1) / RowsPerPage);
        for (var number = 1; number <= count; number++)
        {
            var first = (number - 1) * RowsPerPage;
            yield return new([.. all.Skip(first).Take(RowsPerPage)], first + 1, number, count);
        }
    }
}
