using PublicSite.Pages;

namespace PublicSite;

/// <summary>Which pages the site has, and what each one shows. Nothing is rendered here.</summary>
internal static class SitePlan
{
    /// <summary>Every page but the one of the open data, which is made together with its files.</summary>
    public static IEnumerable<PlannedPage> Pages(SiteView site) =>
        Overviews(site)
            .Concat(Notices(site)).Concat(site.Notices.SelectMany(NoticePages))
            .Concat(Announcements(site)).Concat(site.Announcements.SelectMany(AnnouncementPages))
            .Concat(site.Register.Pages.SelectMany(f => RegisterPages(site, f)))
            .Concat(site.Clusters.SelectMany(ClusterPages))
            .Concat(Findings(site)).Concat(site.Findings.Select(FindingPage))
            .Concat(site.Batches.Select(BatchPage))
            .Concat(site.EarlierLists.SelectMany(EarlierListPages))
            .Concat(site.Interpretations.Select(InterpretationPage))
            .Concat(site.Tombstones.Select(TombstonePage))
            .Concat(site.Moved.Select(MovedPage));

    /// <summary>The pages of which there is one each.</summary>
    public static IEnumerable<PlannedPage> Overviews(SiteView site)
    {
        var batches = Latest(site.Batches.Select(b => b.AsOf));
        yield return new(Addresses.Home, typeof(HomePage), w => w["nav.home"],
            Latest([.. site.Batches.Select(b => b.AsOf), .. site.Notices.Select(n => n.ListShownAsOf), .. site.Announcements.Select(a => a.AsOf), .. site.Findings.Select(f => f.AsOf), .. site.Register.StandingAsOf is { } at ? [at] : Array.Empty<DateTimeOffset>()]));
        yield return new(Addresses.Earlier, typeof(EarlierPage), w => w["nav.earlier"], Latest(site.EarlierLists.Select(l => l.AsOf))) { Section = Addresses.Register, Parents = [Register] };
        yield return new(Addresses.Procedure, typeof(ProcedurePage), w => w["nav.procedure"], batches) { Section = Addresses.Procedure };
        yield return new(Addresses.HowToObject, typeof(HowToObjectPage), w => w["nav.how-to-object"], Latest(site.Notices.Select(n => n.ListShownAsOf))) { Section = Addresses.HowToObject };
        yield return new(Addresses.Verification, typeof(VerificationPage), w => w["nav.verification"], null) { Section = Addresses.Procedure };
        yield return new(Addresses.Statistics, typeof(StatisticsPage), w => w["nav.statistics"], site.Register.StandingAsOf) { Section = Addresses.Statistics, Twin = Addresses.DataFolder + "clusters.json" };
        yield return new(Addresses.Interpretations, typeof(InterpretationsPage), w => w["nav.interpretations"], Latest(site.Interpretations.Select(i => i.AsOf))) { Section = Addresses.Procedure };
        yield return new(Addresses.Search, typeof(SearchPage), w => w["nav.search"], null) { Section = Addresses.Register };
        yield return new(Addresses.Withheld, typeof(WithheldPage), w => w["nav.withheld"], null) { Section = Addresses.Data, Parents = [new(w => w["nav.data"], Addresses.Data)] };
    }

    /// <summary>The page that lists the files of the open data.</summary>
    public static PlannedPage DataPage(IReadOnlyList<string> dataFiles) =>
        new(Addresses.Data, typeof(DataPage), w => w["nav.data"], null) { Section = Addresses.Data, Parameters = new Dictionary<string, object?> { ["Files"] = dataFiles } };

    private static readonly Crumb NoticesCrumb = new(w => w["nav.notices"], Addresses.Notices);
    private static readonly Crumb AnnouncementsCrumb = new(w => w["nav.announcements"], Addresses.Announcements);
    private static readonly Crumb Register = new(w => w["nav.register"], Addresses.Register);
    private static readonly Crumb Earlier = new(w => w["nav.earlier"], Addresses.Earlier);
    private static readonly Crumb FindingsCrumb = new(w => w["nav.findings"], Addresses.Findings);
    private static readonly Crumb Procedure = new(w => w["nav.procedure"], Addresses.Procedure);

    public static IEnumerable<PlannedPage> Notices(SiteView site) => Listing(Addresses.Notices, typeof(NoticesPage), w => w["nav.notices"], site.Notices, n => n.ListShownAsOf, n => 600 + 3 * n.Title.Length);

    public static IEnumerable<PlannedPage> Announcements(SiteView site) => Listing(Addresses.Announcements, typeof(AnnouncementsPage), w => w["nav.announcements"], site.Announcements, a => a.AsOf, a => 500 + 3 * a.Title.Length);

    public static IEnumerable<PlannedPage> Findings(SiteView site) => Listing(Addresses.Findings, typeof(FindingsPage), w => w["nav.findings"], site.Findings, f => f.AsOf, f => 500 + 3 * f.WhatWasFalse.Length);

    private static IEnumerable<PlannedPage> Listing<T>(string address, Type view, Func<Words, string> title, IReadOnlyList<T> all, Func<T, DateTimeOffset> asOf, Func<T, int> weight) =>
        Paging.Of(all, weight).Select(part => new PlannedPage(Addresses.Page(address, part.Number), view, title, Latest(part.Rows.Select(asOf)))
        {
            Section = address,
            Parameters = new Dictionary<string, object?> { ["Items"] = part.Rows, ["Pager"] = new Pager(address, part.Number, part.Count) },
        });

    public static IEnumerable<PlannedPage> NoticePages(PublicityNotice notice)
    {
        var objections = Paging.Of(notice.ObjectionsInOrder, o => 300 + 3 * o.Reason.Length, most: 6 * 1024);
        var more = new Pager(Addresses.ObjectionsOf(notice.Id), 1, objections.Count);
        foreach (var part in Paging.Of(notice.Entries, Paging.EntryWeight, taken: notice.TextIsShown ? 3 * notice.Text!.Length : 0))
        {
            // The first page tells of the objections too; the others change with the list alone.
            var page = Document(PageKind.Notice, notice.Id, typeof(NoticePage), _ => notice.Title, part.Number == 1 ? notice.AsOf : notice.ListShownAsOf, NoticesCrumb, part, ("Notice", notice));
            yield return page with { Parameters = new Dictionary<string, object?>(page.Parameters) { ["Objections"] = objections[0].Rows, ["MoreObjections"] = more } };
        }
        foreach (var part in objections.Skip(1))
        {
            yield return new(Addresses.Page(more.Address, part.Number), typeof(NoticeObjectionsPage), w => w["objections.of", notice.Title], notice.AsOf)
            {
                Section = Addresses.Notices,
                Parents = [NoticesCrumb, new(_ => notice.Title, Addresses.Of(PageKind.Notice, notice.Id))],
                Twin = Addresses.Twin(PageKind.Notice, notice.Id),
                Parameters = new Dictionary<string, object?> { ["Notice"] = notice, ["Objections"] = part.Rows, ["Pager"] = more with { Number = part.Number } },
            };
        }
    }

    public static IEnumerable<PlannedPage> AnnouncementPages(Announcement announcement) =>
        Paging.Of(announcement.Entries, Paging.EntryWeight).Select(part => Document(PageKind.Announcement, announcement.Id, typeof(AnnouncementPage), _ => announcement.Title, announcement.AsOf, AnnouncementsCrumb, part, ("Announcement", announcement)));

    private static IEnumerable<PlannedPage> EarlierListPages(EarlierList list) =>
        Paging.Of(list.Entries, e => 300 + 3 * (e.Name.Length + (e.Operator?.Length ?? 0))).Select(part => Document(PageKind.EarlierList, list.Id, typeof(EarlierListPage), w => w["earlier.title", list.Programme, list.Round], list.AsOf, Earlier, part, ("List", list)) with
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
            InSearch = part.Number == 1,
            Parameters = new Dictionary<string, object?>
            {
                [document.Name] = document.Value,
                ["Items"] = part.Rows,
                ["First"] = part.First,
                ["Pager"] = new Pager(address, part.Number, part.Count),
            },
        };
    }

    public static IEnumerable<PlannedPage> RegisterPages(SiteView site, RegisterFilter filter)
    {
        var selected = site.Register.Of(filter);
        var address = Addresses.RegisterOf(filter);
        return Paging.Of(selected, c => 400 + 3 * (c.Name.Length + c.Applicant.Length)).Select(part => new PlannedPage(Addresses.Page(address, part.Number), typeof(RegisterPage), w => RegisterTitle(site, filter, w), Latest(part.Rows.Select(c => c.AsOf)))
        {
            Section = Addresses.Register,
            Parents = filter.IsAll ? [] : [Register],
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

    private static string RegisterTitle(SiteView site, RegisterFilter filter, Words words)
    {
        var parts = new[]
        {
            filter.City is { } city ? words.Of(site.City(city).Name) : null,
            filter.Industry is { } industry ? words.Of(site.Industry(industry).Name) : null,
            filter.Batch is { } batch ? words.Of(site.Batch(batch).Title) : null,
            filter.Standing is { } standing ? words.Of(standing) : null,
        };
        return filter.IsAll ? words["nav.register"] : words["register.of", string.Join(words["format.filter"], parts.Where(p => p is not null))];
    }

    public static IEnumerable<PlannedPage> ClusterPages(PublicCluster cluster)
    {
        var address = Addresses.Of(PageKind.Cluster, cluster.Id);
        return Paging.Of(cluster.Timeline, line => 400 + 3 * (line.Text?.Length ?? 0)).Select(part => new PlannedPage(Addresses.Page(address, part.Number), typeof(ClusterPage), _ => cluster.Name, cluster.AsOf)
        {
            Section = Addresses.Register,
            Parents = [Register],
            Twin = Addresses.Twin(PageKind.Cluster, cluster.Id),
            InSearch = part.Number == 1,
            Parameters = new Dictionary<string, object?> { ["Cluster"] = cluster, ["Items"] = part.Rows, ["Pager"] = new Pager(address, part.Number, part.Count) },
        });
    }

    public static PlannedPage FindingPage(PublicFinding finding) =>
        new(Addresses.Of(PageKind.Finding, finding.Id), typeof(FindingPage), w => w["finding.title", finding.Organisation], finding.AsOf)
        {
            Section = Addresses.Findings,
            Parents = [FindingsCrumb],
            Twin = Addresses.Twin(PageKind.Finding, finding.Id),
            InSearch = true,
            Parameters = new Dictionary<string, object?> { ["Finding"] = finding },
        };

    public static PlannedPage BatchPage(PublicBatch batch) =>
        new(Addresses.BatchOf(batch.Id), typeof(BatchPage), w => w.Of(batch.Title), batch.AsOf)
        {
            Section = Addresses.Procedure,
            Parents = [Procedure],
            Twin = Addresses.DataFolder + "batches.json",
            InSearch = true,
            Parameters = new Dictionary<string, object?> { ["Batch"] = batch },
        };

    private static PlannedPage InterpretationPage(Interpretation text) =>
        new(Addresses.Of(PageKind.Interpretation, text.Id), typeof(InterpretationPage), w => w.Of(text.Title), text.AsOf)
        {
            Section = Addresses.Procedure,
            Parents = [Procedure, new(w => w["nav.interpretations"], Addresses.Interpretations)],
            Twin = Addresses.Twin(PageKind.Interpretation, text.Id),
            InSearch = true,
            Parameters = new Dictionary<string, object?> { ["Text"] = text },
        };

    public static PlannedPage TombstonePage(Tombstone tombstone) =>
        new(Addresses.Of(tombstone.Kind, tombstone.Id), typeof(TombstonePage), w => w["gone.title"], null) { HiddenFromSearch = true };

    private static PlannedPage MovedPage(MovedPage moved) =>
        new(Addresses.Of(moved.Kind, moved.OldId), typeof(MovedPageView), w => w["moved.title"], null)
        {
            HiddenFromSearch = true,
            RedirectTo = Addresses.Of(moved.Kind, moved.NewId),
            Parameters = new Dictionary<string, object?> { ["Moved"] = moved },
        };

    private static DateTimeOffset? Latest(IEnumerable<DateTimeOffset> instants) => instants.Select(i => (DateTimeOffset?)i).Max();
}
