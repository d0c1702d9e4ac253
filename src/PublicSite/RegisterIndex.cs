using System.Runtime.InteropServices;

namespace PublicSite;

/// <summary>
/// Which selections of the register have a page, and what stands on it.
/// A short register is listed whole under every selection. A long one is listed only where city, industry and batch are chosen, and
/// the wider selections lead there: a cluster then stands on two lists however long the register is, so that an event touches a handful
/// of pages, and the number of pages depends on the dimensions and not on the number of clusters.
/// </summary>
public sealed class RegisterIndex
{
    /// <summary>Up to so many clusters the register counts as short, where the options say nothing else.</summary>
    public const int ShortRegister = 500;

    private static readonly List<PublicCluster> None = [];

    private readonly IReadOnlyList<PublicCluster> clusters;
    private readonly HashSet<RegisterFilter> pages = [];
    private readonly Dictionary<(string City, string Industry, string Batch), List<PublicCluster>> leaves = [];
    private readonly Dictionary<ClusterStanding, int> standings = [];
    private readonly bool manyCities, manyIndustries, manyBatches;

    internal RegisterIndex(SiteInfo site, IReadOnlyList<PublicBatch> batches, IReadOnlyList<PublicCluster> clusters, IReadOnlyList<Announcement> announcements, int shortRegister)
    {
        this.clusters = clusters;
        (manyCities, manyIndustries, manyBatches) = (site.Cities.Count > 1, site.Industries.Count > 1, batches.Count > 1);
        IsShort = clusters.Count <= shortRegister;
        pages.Add(RegisterFilter.All);
        pages.UnionWith(site.Cities.Select(c => RegisterFilter.OfCity(c.Code)));
        pages.UnionWith(site.Industries.Select(i => RegisterFilter.OfIndustry(i.Code)));
        pages.UnionWith(batches.Select(b => RegisterFilter.OfBatch(b.Id)));
        pages.UnionWith(Enum.GetValues<ClusterStanding>().Select(RegisterFilter.OfStanding));

        var seen = new HashSet<(string, string, string, ClusterStanding)>();
        foreach (var cluster in clusters)
        {
            ref var leaf = ref CollectionsMarshal.GetValueRefOrAddDefault(leaves, (cluster.City, cluster.Industry, cluster.Batch), out _);
            (leaf ??= []).Add(cluster);
            Admit(seen, cluster.City, cluster.Industry, cluster.Batch, cluster.Standing);
            CollectionsMarshal.GetValueRefOrAddDefault(standings, cluster.Standing, out _)++;
            if (SiteView.StandingSince(cluster) is var since && !(StandingAsOf >= since)) StandingAsOf = since;
        }
        Dictionary<string, int> Figures(Func<(string City, string Industry, string Batch), string> key) => leaves
            .GroupBy(leaf => key(leaf.Key), leaf => leaf.Value.Count(c => c.Standing is ClusterStanding.Recognised), StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Sum(), StringComparer.Ordinal);
        (ByCity, ByIndustry, ByBatch) = (Figures(l => l.City), Figures(l => l.Industry), Figures(l => l.Batch));
        // An address that was given once stays: a cluster that was announced keeps its selections, whatever became of it.
        foreach (var announcement in announcements)
        {
            var standing = announcement.Kind is AnnouncementKind.Revocation ? ClusterStanding.Revoked : ClusterStanding.Recognised;
            foreach (var entry in announcement.Entries) Admit(seen, entry.City, entry.Industry, announcement.Batch, standing);
        }
    }

    public bool IsShort { get; }

    /// <summary>How many clusters have a standing.</summary>
    public int Count(ClusterStanding standing) => standings.GetValueOrDefault(standing);

    /// <summary>Recognised clusters by city, by industry and by batch: what figures count.</summary>
    public IReadOnlyDictionary<string, int> ByCity { get; }
    public IReadOnlyDictionary<string, int> ByIndustry { get; }
    public IReadOnlyDictionary<string, int> ByBatch { get; }

    /// <summary>The last event that gave a cluster its standing, on which all figures depend.</summary>
    public DateTimeOffset? StandingAsOf { get; }

    /// <summary>Every selection that has a page.</summary>
    public IEnumerable<RegisterFilter> Pages => pages;

    public bool HasPage(RegisterFilter filter) => pages.Contains(filter);

    /// <summary>Whether the page of a selection lists clusters, or leads on to narrower selections.</summary>
    public bool Lists(RegisterFilter filter) => IsShort || filter is { City: not null, Industry: not null } && (filter.Batch is not null || !manyBatches);

    /// <summary>The clusters of a selection in the register's order; empty where the page does not list them.</summary>
    public IReadOnlyList<PublicCluster> Of(RegisterFilter filter)
    {
        if (!Lists(filter)) return None;
        if (filter is not { City: { } city, Industry: { } industry, Batch: { } batch }) return [.. clusters.Where(c => Selects(filter, c))];
        var leaf = leaves.GetValueOrDefault((city, industry, batch), None);
        return filter.Standing is { } standing ? [.. leaf.Where(c => c.Standing == standing)] : leaf;
    }

    /// <summary>The selections on whose pages a cluster is listed.</summary>
    public IEnumerable<RegisterFilter> ListsOf(PublicCluster cluster) => Wider(cluster.City, cluster.Industry, cluster.Batch, cluster.Standing).Where(f => pages.Contains(f) && Lists(f));

    private static bool Selects(RegisterFilter filter, PublicCluster cluster) =>
        (filter.City is null || cluster.City == filter.City) && (filter.Industry is null || cluster.Industry == filter.Industry)
        && (filter.Batch is null || cluster.Batch == filter.Batch) && (filter.Standing is null || cluster.Standing == filter.Standing);

    private void Admit(HashSet<(string, string, string, ClusterStanding)> seen, string city, string industry, string batch, ClusterStanding standing)
    {
        if (!seen.Add((city, industry, batch, standing))) return;
        // In a long register every list is there with every standing, so that the first expiry in it adds no link to other pages.
        if (!IsShort) foreach (var other in Enum.GetValues<ClusterStanding>()) Admit(seen, city, industry, batch, other);
        // Whoever left the register's recognised or shortlisted part was listed there before.
        else if (standing is ClusterStanding.Revoked or ClusterStanding.Expired) Admit(seen, city, industry, batch, ClusterStanding.Recognised);
        pages.UnionWith(Wider(city, industry, batch, standing).Where(f => f.Chosen > 1));
    }

    /// <summary>All selections that hold what has these four values. A dimension with one value is no choice and is combined with nothing.</summary>
    private IEnumerable<RegisterFilter> Wider(string city, string industry, string batch, ClusterStanding standing) =>
        from c in new[] { null, city }
        from i in new[] { null, industry }
        from b in new[] { null, batch }
        from s in new ClusterStanding?[] { null, standing }
        let filter = new RegisterFilter(c, i, b, s)
        where filter.Chosen <= 1 || (c is null || manyCities) && (i is null || manyIndustries) && (b is null || manyBatches)
        select filter;
}
