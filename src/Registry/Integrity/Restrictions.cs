using Marten;
using Registry.Organisations;
using Registry.Platform.Commands;

namespace Registry.Integrity;

/// <summary>A restriction on applying (申报限制), as it stands on the day asked for.</summary>
/// <param name="ClusterName">The cluster whose application contained what was false.</param>
/// <param name="LastDay">The last day as it stands now.</param>
/// <param name="RescindedOn">From this day on a ruling has taken it away.</param>
/// <param name="PublishedOn">Since when the finding is public.</param>
/// <param name="InForce">Whether it holds on the day asked for; a past day is judged by the term that held then.</param>
public sealed record RestrictionLine(
    string Organisation, string OrganisationName, string ClusterName, string Batch, string Programme, DateOnly FirstDay, DateOnly LastDay,
    DateOnly? RescindedOn, DateOnly? PublishedOn, bool InForce, string Case, string Finding);

/// <summary>Every restriction there ever was, from the organisations' own histories.</summary>
public static class Restrictions
{
    private static readonly string[] Kinds = ["organisation-banned", "ban-term-counted", "ban-term-changed", "ban-rescinded"];

    /// <summary>
    /// Those that hold on the day, or all of them; the latest first. They are folded from the events of all organisations, which are few, by the fold that every gate
    /// uses: a list of its own could say something else. What its case adds is words only; a restriction that gates enforce is listed even where its case is unknown.
    /// </summary>
    public static async Task<IReadOnlyList<RestrictionLine>?> OnAsync(DateOnly day, bool all, string organisation, Reading reading)
    {
        var events = await reading.Session.Events.QueryAllRawEvents().Where(e => e.EventTypeName.IsOneOf(Kinds)).OrderBy(e => e.Sequence).ToListAsync(reading.Cancelled);
        var bans = events.GroupBy(e => e.StreamKey!["organisation/".Length..])
            .Where(g => organisation.Length == 0 || g.Key == organisation)
            .SelectMany(g => new Timeline(g.Key, [.. g]).Fold(Standing.Start, Standing.Next).Bans.Select(b => (Organisation: g.Key, Ban: b)))
            .Where(b => all || b.Ban.HoldsOn(day)).ToList();
        var cases = (await reading.Session.LoadManyAsync<CaseCard>(reading.Cancelled, bans.Select(b => new CaseId(b.Ban.Case).Stream))).ToDictionary(c => c.Case);
        return [.. bans.OrderByDescending(b => b.Ban.FirstDay).ThenBy(b => b.Organisation, StringComparer.Ordinal).Select(b => (b.Organisation, b.Ban, Card: cases.GetValueOrDefault(b.Ban.Case))).Select(b => new RestrictionLine(
            b.Organisation, b.Card?.OrganisationName ?? b.Organisation, b.Card?.ClusterName ?? b.Ban.Case, b.Card?.Batch ?? "", b.Ban.Programme, b.Ban.FirstDay, b.Ban.LastDay, b.Ban.RescindedOn, b.Card?.PublishedOn,
            b.Ban.HoldsOn(day), b.Ban.Case, b.Ban.Finding))];
    }
}
