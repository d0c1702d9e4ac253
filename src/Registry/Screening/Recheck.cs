using System.Collections.Immutable;
using JasperFx.Events;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Recommendation;

namespace Registry.Screening;

/// <summary>What the province's decision reads of an application besides its stage.</summary>
/// <param name="Proposals">What the city proposed to relax or accept when it last recommended.</param>
/// <param name="CityHands">Accounts that recommended or reported it.</param>
/// <param name="Admission">The last admission; it is in force while the application stands admitted.</param>
/// <param name="Heard">Keys of the consultations that were replied to.</param>
/// <param name="Concerns">Those of them whose last reply raised something.</param>
public sealed record Recheck(
    IReadOnlyList<ConditionFinding> Proposals, ImmutableHashSet<string> CityHands, ApplicationAdmitted? Admission, ImmutableHashSet<string> Heard, ImmutableSortedSet<string> Concerns)
{
    /// <summary>Before anything happened.</summary>
    public static readonly Recheck Start = new([], [], null, [], []);

    /// <summary>One event further.</summary>
    public static Recheck Next(Recheck state, IEvent e) => e.Data switch
    {
        ApplicationRecommended r => state with { Proposals = ProposalsOf(r.Findings), CityHands = state.CityHands.Add(e.UserName ?? "") },
        RecommendationRenewed r => state with { Proposals = ProposalsOf(r.Findings), CityHands = state.CityHands.Add(e.UserName ?? "") },
        RecommendationRevised => state with { CityHands = state.CityHands.Add(e.UserName ?? "") },
        ApplicationReported => state with { CityHands = state.CityHands.Add(e.UserName ?? "") },
        ApplicationAdmitted a => state with { Admission = a },
        ConsultationReplied c => state with
        {
            Heard = state.Heard.Add(c.Consultation),
            Concerns = c.Outcome == ConsultationOutcome.Concern ? state.Concerns.Add(c.Consultation) : state.Concerns.Remove(c.Consultation),
        },
        // What ended an admitted application may fall later, by a review or a ruling; it then stands admitted again, by the admission that it had.
        IMovesApplication { To: Stage.Submitted or Stage.ReturnedToCity } => state with { Admission = null },
        _ => state,
    };

    private static IReadOnlyList<ConditionFinding> ProposalsOf(IReadOnlyList<ConditionFinding> findings) => [.. findings.Where(f => f.IsProposal)];
}

/// <summary>The province's answer to one relaxation or justification that the city proposed.</summary>
/// <param name="Condition">Id of the condition.</param>
/// <param name="Confirmed">Confirmed, or refused.</param>
/// <param name="Reason">Why.</param>
public sealed record ProposalAnswer(string Condition, bool Confirmed, string Reason);

/// <summary>三, last sentence: the city proposes, the province confirms or refuses, each with a reason.</summary>
internal static class ProposalAnswers
{
    /// <summary>Why the answers do not fit the city's proposals: one is unknown, doubled or without a reason.</summary>
    public static Refusal? Unfit(IReadOnlyList<ProposalAnswer> answers, IReadOnlyList<ConditionFinding> proposals) =>
        answers.Select((a, i) => proposals.All(p => p.Condition != a.Condition) || answers.Take(i).Any(b => b.Condition == a.Condition)
                ? ScreeningRules.ProposalUnknown.Refuse(("index", i + 1))
                : TextCheck.Check(a.Reason, $"answers[{i}].reason"))
            .FirstOrDefault(r => r is not null);

    /// <summary>The answers as an event holds them.</summary>
    public static IReadOnlyList<ConditionFinding> Seal(IEnumerable<ProposalAnswer> answers, IReadOnlyList<ConditionFinding> proposals) =>
        [.. answers.Select(a => new ConditionFinding(a.Condition, proposals.Single(p => p.Condition == a.Condition).Kind, Sealed.Of(a.Reason.Trim())))];
}
