using System.Collections.Immutable;
using JasperFx.Events;
using Registry.Applications;
using Registry.Organisations;

namespace Registry.Publicity;

/// <summary>The batch's shortlist as the rules read it.</summary>
/// <param name="Proposed">The last proposal; null once it is fixed.</param>
/// <param name="ProposedBy">Account of the proposer.</param>
/// <param name="Fixed">The list as it was fixed.</param>
/// <param name="InNotice">Applications that are in a notice.</param>
public sealed record Shortlist(
    ShortlistProposed? Proposed, string? ProposedBy, ShortlistFixed? Fixed, ImmutableDictionary<ApplicationId, PublicityId> InNotice)
{
    /// <summary>Before anything happened.</summary>
    public static readonly Shortlist Start = new(null, null, null, ImmutableDictionary<ApplicationId, PublicityId>.Empty);

    /// <summary>One event of the batch further.</summary>
    public static Shortlist Next(Shortlist state, IEvent e) => e.Data switch
    {
        ShortlistProposed p => state with { Proposed = p, ProposedBy = e.UserName },
        ShortlistFixed f => state with { Fixed = f, Proposed = null },
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
/// <param name="Ban">A ban of the applicant that holds today.</param>
public sealed record Candidate(ApplicationId Application, int Rank, bool Passes, Ban? Ban);

/// <summary>What the ranking alone would put on a list of so many applications.</summary>
/// <param name="LastRank">The rank of the last place. Applications that share it stand equal: either may have the place.</param>
public sealed record RankingOrder(int LastRank, ImmutableHashSet<ApplicationId> Eligible, ImmutableDictionary<ApplicationId, int> Ranks)
{
    /// <summary>四(三), 五(三): who passes and is not banned, by rank, as far as the places go.</summary>
    public static RankingOrder For(int places, IReadOnlyCollection<Candidate> candidates)
    {
        var eligible = candidates.Where(c => c.Passes && c.Ban is null).OrderBy(c => c.Rank).ToArray();
        return new(
            places < eligible.Length ? eligible[places - 1].Rank : int.MaxValue,
            [.. eligible.Select(c => c.Application)],
            candidates.ToImmutableDictionary(c => c.Application, c => c.Rank));
    }

    /// <summary>On the list although the ranking does not put it there.</summary>
    public bool TakenUp(ApplicationId application) => !Eligible.Contains(application) || Ranks[application] > LastRank;

    /// <summary>Left out although the ranking puts it on the list.</summary>
    public bool PassedOver(ApplicationId application) => Eligible.Contains(application) && Ranks[application] < LastRank;
}
