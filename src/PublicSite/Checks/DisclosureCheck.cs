using System.Buffers;

namespace PublicSite.Checks;

/// <summary>
/// The data set hangs together: ids fit into addresses and are unique, references lead somewhere, links lead to the web, codes are
/// valid. A page is never built on a data set that fails here.
/// </summary>
internal static class DisclosureCheck
{
    /// <param name="passed">A data set that has passed: a record that is the same object there is not examined again.</param>
    public static IReadOnlyList<SiteProblem> Check(Disclosure data, Disclosure? passed = null)
    {
        var problems = new List<SiteProblem>();
        void Problem(string where, string code, string detail) => problems.Add(new(where, code, detail));

        var cities = data.Site.Cities.Select(c => c.Code).ToHashSet(StringComparer.Ordinal);
        var industries = data.Site.Industries.Select(i => i.Code).ToHashSet(StringComparer.Ordinal);
        var batches = data.Batches.Select(b => b.Id).ToHashSet(StringComparer.Ordinal);
        var findings = data.Findings.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
        void City(string where, string code) { if (!cities.Contains(code)) Problem(where, "disclosure.city", code); }
        void Industry(string where, string code) { if (!industries.Contains(code)) Problem(where, "disclosure.industry", code); }
        void Batch(string where, string id) { if (!batches.Contains(id)) Problem(where, "disclosure.batch", id); }
        void CreditCode(string where, string code) { if (!CreditCodes.IsValid(code)) Problem(where, "disclosure.credit-code", code); }
        void Link(string where, string? address)
        {
            if (address is not null && !(Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) Problem(where, "disclosure.address", address);
        }
        void Ids(string kind, IEnumerable<string> ids)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var id in ids)
            {
                if (!IsSlug(id)) Problem($"{kind}/{id}", "disclosure.id", "lower-case letters, digits and hyphens, 80 at most");
                if (!seen.Add(id)) Problem($"{kind}/{id}", "disclosure.id-twice", id);
            }
        }

        Ids("city", data.Site.Cities.Select(c => c.Code));
        Ids("industry", data.Site.Industries.Select(i => i.Code));
        Ids("batch", data.Batches.Select(b => b.Id));
        Ids("notice", data.Notices.Select(n => n.Id));
        Ids("announcement", data.Announcements.Select(a => a.Id));
        Ids("cluster", data.Clusters.Select(c => c.Id));
        Ids("list", data.EarlierLists.Select(l => l.Id));
        Ids("finding", data.Findings.Select(f => f.Id));
        Ids("interpretation", data.Interpretations.Select(i => i.Id));
        Link("site", data.Site.Licence?.Address);
        foreach (var tombstone in data.Tombstones) Ids("tombstone", [tombstone.Id]);
        if (data.Moved.Count > 0)
        {
            var pages = Pages(data);
            foreach (var moved in data.Moved)
            {
                Ids("moved", [moved.OldId, moved.NewId]);
                if (!pages.Contains((moved.Kind, moved.NewId))) Problem($"moved/{moved.OldId}", "disclosure.moved", $"{moved.NewId} has no page");
                if (!pages.Add((moved.Kind, moved.OldId))) Problem($"moved/{moved.OldId}", "disclosure.moved", "the old address is in use");
            }
        }

        foreach (var batch in data.Batches)
        {
            foreach (var industry in batch.Industries) Industry($"batch/{batch.Id}", industry);
            foreach (var quota in batch.Quotas) City($"batch/{batch.Id}", quota.City);
            foreach (var deadline in batch.CityDeadlines) City($"batch/{batch.Id}", deadline.City);
            Ids($"batch/{batch.Id}/point", batch.OpenPoints.Select(p => p.Id));
        }
        foreach (var notice in data.Notices)
        {
            var where = $"notice/{notice.Id}";
            Batch(where, notice.Batch);
            Link(where, notice.ExternalAddress);
            Ids(where, notice.Entries.Select(e => e.Id));
            if (notice.Entries.Count == 0) Problem(where, "disclosure.empty-list", "a notice names at least one cluster");
            foreach (var entry in notice.Entries) { City(where, entry.City); Industry(where, entry.Industry); }
            foreach (var objection in notice.Objections.Where(o => notice.Entries.All(e => e.Id != o.Entry))) Problem(where, "disclosure.entry", objection.Entry);
        }
        foreach (var announcement in data.Announcements)
        {
            var where = $"announcement/{announcement.Id}";
            Batch(where, announcement.Batch);
            Link(where, announcement.ExternalAddress);
            if (announcement.Entries.Count == 0) Problem(where, "disclosure.empty-list", "an announcement names at least one cluster");
            foreach (var entry in announcement.Entries) { City(where, entry.City); Industry(where, entry.Industry); }
        }
        var old = passed is null ? [] : new HashSet<PublicCluster>(passed.Clusters, ReferenceEqualityComparer.Instance);
        foreach (var cluster in data.Clusters.Where(c => !old.Contains(c)))
        {
            var where = $"cluster/{cluster.Id}";
            Batch(where, cluster.Batch);
            City(where, cluster.City);
            Industry(where, cluster.Industry);
            CreditCode(where, cluster.ApplicantCode);
        }
        foreach (var finding in data.Findings)
        {
            var where = $"finding/{finding.Id}";
            Batch(where, finding.Batch);
            CreditCode(where, finding.CreditCode);
            if (finding.LastDay < finding.FirstDay) Problem(where, "disclosure.term", "the last day lies before the first");
        }
        foreach (var list in data.EarlierLists)
        {
            foreach (var entry in list.Entries)
            {
                foreach (var city in entry.Cities) City($"list/{list.Id}", city);
            }
        }
        return problems;
    }

    private static HashSet<(PageKind, string)> Pages(Disclosure data) =>
    [
        .. data.Notices.Select(n => (PageKind.Notice, n.Id)), .. data.Announcements.Select(a => (PageKind.Announcement, a.Id)), .. data.Clusters.Select(c => (PageKind.Cluster, c.Id)),
        .. data.Findings.Select(f => (PageKind.Finding, f.Id)), .. data.EarlierLists.Select(l => (PageKind.EarlierList, l.Id)), .. data.Interpretations.Select(i => (PageKind.Interpretation, i.Id)),
        .. data.Tombstones.Select(t => (t.Kind, t.Id)),
    ];

    private static bool IsSlug(string id) =>
        id.Length is > 0 and <= 80 && id[0] != '-' && !id.AsSpan().ContainsAnyExcept(SlugCharacters);

    private static readonly SearchValues<char> SlugCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
}
