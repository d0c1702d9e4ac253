using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace PublicSite;

/// <summary>The open data as JSON: one file per kind, one per record, one per month of changes, and the schema of each kind.</summary>
internal static class JsonFeeds
{
    /// <summary>Raised when a consumer would have to change; the folder's name carries it.</summary>
    public const int FormatVersion = 1;

    public static IEnumerable<PlannedFile> Bulk(SiteView site)
    {
        yield return Kind(site, "batches", null, site.Batches, b => b.AsOf);
        yield return Kind(site, "clusters", PageKind.Cluster, site.Clusters, c => c.AsOf);
        yield return Kind(site, "notices", PageKind.Notice, site.Notices, n => n.AsOf);
        yield return Kind(site, "announcements", PageKind.Announcement, site.Announcements, a => a.AsOf);
        yield return Kind(site, "findings", PageKind.Finding, site.Findings, f => f.AsOf);
        yield return Kind(site, "lists", PageKind.EarlierList, site.EarlierLists, l => l.AsOf);
        yield return Kind(site, "interpretations", PageKind.Interpretation, site.Interpretations, i => i.AsOf);
        if (site.Scores.Count > 0)
            yield return Kind(site, "scores", null, site.Scores, s => s.AsOf);
        yield return new(Addresses.DataFolder + "tombstones.json", to => Write(to, new { version = FormatVersion, tombstones = site.Tombstones.Select(Bare) }));
    }

    /// <summary>
    /// What changed, by month of the last public event: whoever has read up to a day reads that month's file and the later ones,
    /// and the whole list of tombstones. A record stands in one month only.
    /// </summary>
    public static IEnumerable<PlannedFile> Changes(SiteView site) =>
        Records(site).GroupBy(r => BeijingTime.Of(r.AsOf).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(month => new PlannedFile($"{Addresses.ChangesFolder}{month.Key}.json", to => Write(to, new
            {
                version = FormatVersion,
                demo = site.Site.Demo,
                month = month.Key,
                records = month.OrderBy(r => r.AsOf).ThenBy(r => r.Kind).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => new { kind = r.Kind, record = r.Record }),
            })));

    /// <summary>The twin of every page that shows one record; a tombstone's twin holds its id and nothing else.</summary>
    public static IEnumerable<PlannedFile> Twins(SiteView site) =>
        Records(site).Select(r => Twin(site, r.Kind, r.Id, r.Record)).Concat(site.Tombstones.Select(Twin));

    public static PlannedFile Twin(SiteView site, PageKind kind, string id, object record) =>
        new(Addresses.Twin(kind, id), to => Write(to, new { version = FormatVersion, demo = site.Site.Demo, record }));

    public static PlannedFile Twin(Tombstone tombstone) => new(Addresses.Twin(tombstone.Kind, tombstone.Id), to => Write(to, Bare(tombstone)));

    /// <summary>Which leaves of the public log each page rests on.</summary>
    public static PlannedFile Proofs(SiteView site) =>
        new(Addresses.DataFolder + "proofs.json", to => Write(to, new { version = FormatVersion, demo = site.Site.Demo, proofs = site.Proofs.Values }));

    public static IEnumerable<PlannedFile> Schemas(SiteView site)
    {
        yield return Schema<PublicBatch>("batches");
        yield return Schema<PublicCluster>("clusters");
        yield return Schema<PublicityNotice>("notices");
        yield return Schema<Announcement>("announcements");
        yield return Schema<PublicFinding>("findings");
        yield return Schema<EarlierList>("lists");
        yield return Schema<Interpretation>("interpretations");
        if (site.Scores.Count > 0)
            yield return Schema<ReviewScores>("scores");
    }

    private static IEnumerable<(PageKind Kind, string Id, DateTimeOffset AsOf, object Record)> Records(SiteView site) =>
        site.Notices.Select(n => (PageKind.Notice, n.Id, n.AsOf, (object)n))
            .Concat(site.Announcements.Select(a => (PageKind.Announcement, a.Id, a.AsOf, (object)a)))
            .Concat(site.Clusters.Select(c => (PageKind.Cluster, c.Id, c.AsOf, (object)c)))
            .Concat(site.Findings.Select(f => (PageKind.Finding, f.Id, f.AsOf, (object)f)))
            .Concat(site.EarlierLists.Select(l => (PageKind.EarlierList, l.Id, l.AsOf, (object)l)))
            .Concat(site.Interpretations.Select(i => (PageKind.Interpretation, i.Id, i.AsOf, (object)i)));

    private static PlannedFile Kind<T>(SiteView site, string set, PageKind? kind, IReadOnlyList<T> items, Func<T, DateTimeOffset> asOf) =>
        new($"{Addresses.DataFolder}{set}.json", to => Write(to, new
        {
            version = FormatVersion,
            schema = $"schema/{set}.json",
            demo = site.Site.Demo,
            licence = site.Site.Licence,
            asOf = items.Select(i => (DateTimeOffset?)asOf(i)).Max(),
            items,
            tombstones = site.Tombstones.Where(t => t.Kind == kind).Select(Bare),
        }));

    private static PlannedFile Schema<T>(string set) => new($"{Addresses.SchemaFolder}{set}.json", to =>
    {
        var schema = Disclosure.Json.GetJsonSchemaAsNode(typeof(T), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        schema.AsObject().Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        JsonSerializer.Serialize<JsonNode>(to, schema, Disclosure.Json);
    });

    private static object Bare(Tombstone tombstone) => new { id = tombstone.Id };

    private static void Write<T>(Stream to, T value) => JsonSerializer.Serialize(to, value, Disclosure.Json);
}
