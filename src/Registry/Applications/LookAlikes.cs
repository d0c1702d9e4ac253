using System.Text;
using Marten;
using Registry.Accounts;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>Something an officer should have seen before deciding. It blocks nothing.</summary>
/// <param name="Kind">Why it is shown.</param>
/// <param name="Cluster">The other cluster's name.</param>
/// <param name="Application">The other application, where it is one of this batch.</param>
/// <param name="List">Programme and round, where it stands in an earlier list.</param>
public sealed record LookAlike(LookAlikeKind Kind, string Cluster, string? Application = null, string? List = null);

/// <summary>Why something is shown.</summary>
public enum LookAlikeKind
{
    /// <summary>A second cluster of the same organisation.</summary>
    SameOrganisation,
    /// <summary>A similar name in the same city.</summary>
    SimilarName,
    /// <summary>A similar name in a list that was published before.</summary>
    EarlierList,
    /// <summary>The very same file stands behind an indicator of another application.</summary>
    SameFile,
}

/// <summary>Procedure 1b and its streams: a second cluster of an organisation, a similar name and an earlier recognition are shown to officers, not refused.</summary>
public static class LookAlikes
{
    private static readonly QuerySpec GetLookAlikes = new(
        "get-look-alikes", "/applications/{id}/look-alikes", Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor,
        "Other clusters of the same organisation, similar names in the same city and in earlier lists.")
    { Always = true };

    private static readonly string EarlierLists = EventBook.All.Single(e => e.Type == typeof(EarlierListRecorded)).Mark.Name;

    /// <summary>Words that nearly every cluster's name ends with and that say nothing about it.</summary>
    private static readonly string[] Endings = ["数字产业集群", "产业集群", "集群"];

    internal static void Map(IEndpointRouteBuilder api) => api.MapQuery(GetLookAlikes, ReadAsync).WithTags("Applications");

    /// <summary>Whether two names share most of their pairs of neighbouring characters (Dice's coefficient of at least 0.6), or one holds the other.</summary>
    public static bool AreSimilar(string one, string other)
    {
        var (a, b) = (Core(one), Core(other));
        if (a.Length < 2 || b.Length < 2)
            return a == b;
        if (a.Contains(b, StringComparison.Ordinal) || b.Contains(a, StringComparison.Ordinal))
            return true;
        var (pairs, others) = (Pairs(a), Pairs(b));
        return 2.0 * pairs.Intersect(others).Count() / (pairs.Count + others.Count) >= 0.6;
    }

    private static async Task<IReadOnlyList<LookAlike>?> ReadAsync(HttpContext http, Reading reading)
    {
        if (await ApplicationsRoom.ReachableAsync(http, reading) is not { } head
            || await reading.Session.LoadAsync<ApplicationCard>(head.Id, reading.Cancelled) is not { } own)
            return null;
        var near = await reading.Session.Query<ApplicationCard>()
            .Where(c => c.Batch == own.Batch && c.Id != own.Id && (c.City == own.City || c.Organisation == own.Organisation))
            .OrderBy(c => c.FirstSubmitted).ThenBy(c => c.Id).ToListAsync(reading.Cancelled);
        var recorded = await reading.Session.Events.QueryAllRawEvents().Where(e => e.EventTypeName == EarlierLists).OrderBy(e => e.Sequence).ToListAsync(reading.Cancelled);
        var files = await reading.Session.LoadAsync<SubmittedFiles>(head.Id, reading.Cancelled);
        var sharing = files is null ? [] : await SubmittedFiles.SharingAsync(reading.Session, files, reading.Actor.Role == Roles.CityOfficer ? reading.Actor.City : null, reading.Cancelled);
        return
        [
            .. sharing.Where(s => reading.Actor.Reaches(new Belonging(s.City, s.Organisation)))
                .Select(s => new LookAlike(LookAlikeKind.SameFile, s.Cluster, s.Id["application/".Length..])),
            .. near.Where(c => reading.Actor.Reaches(new Belonging(c.City, c.Organisation)))
                .Where(c => c.Organisation == own.Organisation || AreSimilar(c.Cluster, own.Cluster))
                .Select(c => new LookAlike(c.Organisation == own.Organisation ? LookAlikeKind.SameOrganisation : LookAlikeKind.SimilarName, c.Cluster, c.Application)),
            .. recorded.Select(e => (EarlierListRecorded)e.Data).SelectMany(l => l.Entries.Where(e => e.Cities.Contains(own.City) && AreSimilar(e.Name, own.Cluster))
                .Select(e => new LookAlike(LookAlikeKind.EarlierList, e.Name, List: $"{l.Programme}/{l.Round}"))),
        ];
    }

    private static string Core(string name)
    {
        var key = Draft.ClusterKey(name);
        return Endings.FirstOrDefault(e => key.Length > e.Length && key.EndsWith(e, StringComparison.Ordinal)) is { } ending ? key[..^ending.Length] : key;
    }

    private static HashSet<(Rune, Rune)> Pairs(string text)
    {
        var runes = text.EnumerateRunes().ToList();
        return [.. runes.Zip(runes.Skip(1))];
    }
}
