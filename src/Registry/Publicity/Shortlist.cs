using System.Collections.Immutable;
using JasperFx.Events;
using Registry.Applications;
using Registry.Platform.Commands;

namespace Registry.Publicity;

/// <summary>The batch's shortlist as the rules read it.</summary>
/// <param name="Proposed">The last proposal; null once it is fixed.</param>
/// <param name="ProposedBy">Account of the proposer.</param>
/// <param name="Fixed">The list as it was fixed.</param>
/// <param name="Ranks">Every application on the list, with its rank; later additions too.</param>
/// <param name="InNotice">Applications that are in a notice.</param>
public sealed record Shortlist(
    ShortlistProposed? Proposed, string? ProposedBy, ShortlistFixed? Fixed,
    ImmutableDictionary<ApplicationId, int> Ranks, ImmutableDictionary<ApplicationId, PublicityId> InNotice)
{
    /// <summary>Before anything happened.</summary>
    public static readonly Shortlist Start = new(
        null, null, null, ImmutableDictionary<ApplicationId, int>.Empty, ImmutableDictionary<ApplicationId, PublicityId>.Empty);

    /// <summary>One event of the batch further.</summary>
    public static Shortlist Next(Shortlist state, IEvent e) => e.Data switch
    {
        ShortlistProposed p => state with { Proposed = p, ProposedBy = e.UserName },
        ShortlistFixed f => state with { Fixed = f, Proposed = null, Ranks = f.Entries.ToImmutableDictionary(l => l.Application, l => l.Rank) },
        ShortlistExtended x => state with { Ranks = state.Ranks.SetItem(x.Application, x.Rank) },
        NoticePrepared n => state with { InNotice = state.InNotice.SetItems(n.Applications.Select(a => KeyValuePair.Create(a, n.Publicity))) },
        NoticeGivenUp g => state with { InNotice = state.InNotice.RemoveRange(state.InNotice.Where(p => p.Value == g.Publicity).Select(p => p.Key)) },
        _ => state,
    };

    /// <summary>The list departs from the ranking somewhere.</summary>
    public static bool Deviates(ShortlistProposed list) => list.Entries.Any(e => e.Deviation is not null) || list.LeftOut.Any(l => l.Deviates);
}

/// <summary>One scored application as the shortlist is decided on.</summary>
/// <param name="Rank">Its place in the panel's ranking; equal places are shared.</param>
/// <param name="Passes">Its aggregate reaches the pass mark.</param>
/// <param name="Banned">Why it takes no step, if a ban of its applicant says so.</param>
public sealed record Candidate(ApplicationId Application, int Rank, bool Passes, Refusal? Banned);

/// <summary>What the ranking alone would put on a list of so many applications, and where a list departs from it.</summary>
/// <param name="LastRank">The rank of the last place. Applications that share it stand equal: either may have the place.</param>
/// <param name="Eligible">Who passes and is stopped by no ban.</param>
/// <param name="TakenUp">On the list although the ranking does not put them there.</param>
public sealed record RankingOrder(int LastRank, ImmutableDictionary<ApplicationId, int> Eligible, ImmutableHashSet<ApplicationId> TakenUp)
{
    /// <summary>四(三), 五(三): by rank, among those who pass and are not banned, as far as the places go.</summary>
    public static RankingOrder For(IReadOnlyCollection<ApplicationId> listed, IReadOnlyCollection<Candidate> candidates)
    {
        var eligible = candidates.Where(c => c.Passes && c.Banned is null).OrderBy(c => c.Rank).ToArray();
        var lastRank = listed.Count < eligible.Length ? eligible[listed.Count - 1].Rank : int.MaxValue;
        var ranks = eligible.ToImmutableDictionary(c => c.Application, c => c.Rank);
        return new(lastRank, ranks, [.. listed.Where(a => !ranks.TryGetValue(a, out var rank) || rank > lastRank)]);
    }

    /// <summary>Left out although the ranking puts it on the list and another was taken up.</summary>
    public bool PassedOver(ApplicationId application) => TakenUp.Count > 0 && Eligible.TryGetValue(application, out var rank) && rank <= LastRank;
}
