using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace PublicSite;

/// <summary>The open data as JSON: one file per kind, one per record, one per month of changes, and the schema of each kind.</summary>
public static class JsonFeeds
{
    /// <summary>Raised when a consumer would have to change; the folder's name carries it.</summary>
    public const int FormatVersion = 1;

    public static IEnumerable<(string Path, Func<byte[]> Content)> Bulk(SiteView site)
    {
        yield return Kind(site, "batches", null, site.Batches, b => b.AsOf);
        yield return Kind(site, "clusters", PageKind.Cluster, site.Clusters, c => c.AsOf);
        yield return Kind(site, "notices", PageKind.Notice, site.Notices, n => n.AsOf);
        yield return Kind(site, "announcements", PageKind.Announcement, site.Announcements, a => a.AsOf);
        yield return Kind(site, "findings", PageKind.Finding, site.Findings, f => f.AsOf);
        yield return Kind(site, "lists", PageKind.EarlierList, site.EarlierLists, l => l.AsOf);
        yield return Kind(site, "interpretations", PageKind.Interpretation, site.Interpretations, i => i.AsOf);
        yield return (Addresses.DataFolder + "tombstones.json", () => Bytes(new { version = FormatVersion, tombstones = site.Tombstones.Select(Bare) }));
    }

    /// <summary>
    /// What changed, by month of the last public event: whoever has read up to a day reads that month's file and the later ones,
    /// and the whole list of tombstones. A record stands in one month only.
    /// </summary>
    public static IEnumerable<(string Path, Func<byte[]> Content)> Changes(SiteView site) =>
        Records(site).GroupBy(r => BeijingTime.Of(r.AsOf).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(month => ($"{Addresses.ChangesFolder}{month.Key}.json", new Func<byte[]>(() => Bytes(new
            {
                version = FormatVersion,
                demo = site.Site.Demo,
                month = month.Key,
                records = month.OrderBy(r => r.AsOf).ThenBy(r => r.Kind).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => new { kind = r.Kind, record = r.Record }),
            }))));

    /// <summary>The twin of every page that shows one record; a tombstone's twin holds its id and nothing else.</summary>
    public static IEnumerable<(string Path, Func<byte[]> Content)> Twins(SiteView site) =>
        Records(site).Select(r => (Addresses.Twin(r.Kind, r.Id), new Func<byte[]>(() => Bytes(new { version = FormatVersion, demo = site.Site.Demo, record = r.Record }))))
            .Concat(site.Tombstones.Select(t => (Addresses.Twin(t.Kind, t.Id), new Func<byte[]>(() => Bytes(Bare(t))))));

    public static IEnumerable<(string Path, Func<byte[]> Content)> Schemas()
    {
        yield return Schema<PublicBatch>("batches");
        yield return Schema<PublicCluster>("clusters");
        yield return Schema<PublicityNotice>("notices");
        yield return Schema<Announcement>("announcements");
        yield return Schema<PublicFinding>("findings");
        yield return Schema<EarlierList>("lists");
        yield return Schema<Interpretation>("interpretations");
    }

    private static IEnumerable<(PageKind Kind, string Id, DateTimeOffset AsOf, object Record)> Records(SiteView site) =>
    [
        .. site.Notices.Select(n => (PageKind.Notice, n.Id, n.AsOf, (object)n)),
        .. site.Announcements.Select(a => (PageKind.Announcement, a.Id, a.AsOf, (object)a)),
        .. site.Clusters.Select(c => (PageKind.Cluster, c.Id, c.AsOf, (object)c)),
        .. site.Findings.Select(f => (PageKind.Finding, f.Id, f.AsOf, (object)f)),
        .. site.EarlierLists.Select(l => (PageKind.EarlierList, l.Id, l.AsOf, (object)l)),
        .. site.Interpretations.Select(i => (PageKind.Interpretation, i.Id, i.AsOf, (object)i)),
    ];

    private static (string, Func<byte[]>) Kind<T>(SiteView site, string set, PageKind? kind, IReadOnlyList<T> items, Func<T, DateTimeOffset> asOf) =>
        ($"{Addresses.DataFolder}{set}.json", () => Bytes(new
        {
            version = FormatVersion,
            schema = $"schema/{set}.json",
            demo = site.Site.Demo,
            asOf = items.Select(i => (DateTimeOffset?)asOf(i)).Max(),
            items,
            tombstones = site.Tombstones.Where(t => t.Kind == kind).Select(Bare),
        }));

    private static (string, Func<byte[]>) Schema<T>(string set) => ($"{Addresses.DataFolder}schema/{set}.json", () =>
    {
        var schema = Disclosure.Json.GetJsonSchemaAsNode(typeof(T), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        schema.AsObject().Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(schema, Disclosure.Json);
    }
    );

    private static object Bare(Tombstone tombstone) => new { id = tombstone.Id };

    private static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Disclosure.Json);
}
