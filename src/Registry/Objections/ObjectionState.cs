using System.Collections.Immutable;
using JasperFx.Events;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>Where an objection stands.</summary>
public enum ObjectionStage
{
    /// <summary>Nothing filed.</summary>
    None,
    /// <summary>已收到.</summary>
    Filed,
    /// <summary>待补正: told once what is missing.</summary>
    CompletionAsked,
    /// <summary>已受理, 核实中.</summary>
    Accepted,
    /// <summary>A conclusion waits for its second person.</summary>
    ConclusionProposed,
    /// <summary>已办结.</summary>
    Concluded,
    /// <summary>不予受理.</summary>
    Inadmissible,
    /// <summary>已撤回.</summary>
    Withdrawn,
}

/// <summary>An objection as the rules read it.</summary>
/// <param name="Filed">What was filed.</param>
/// <param name="Asked">It was told what is missing, which happens once.</param>
/// <param name="CompletionLastDay">Last day to complete it.</param>
/// <param name="AssignedTo">Account of the handling officer.</param>
/// <param name="Verified">Findings are recorded.</param>
/// <param name="Proposal">The conclusion that waits for its second person.</param>
/// <param name="ProposedBy">Account of its proposer.</param>
/// <param name="Awaited">Whose statement is awaited, with its last day.</param>
/// <param name="Ended">The day of conclusion, refusal or withdrawal.</param>
/// <param name="Erased">Its key is destroyed.</param>
public sealed record ObjectionState(
    ObjectionFiled? Filed, ObjectionStage Stage, bool Asked, DateOnly? CompletionLastDay, string? AssignedTo, bool Verified,
    ConclusionProposed? Proposal, string? ProposedBy, ImmutableDictionary<StatementBy, DateOnly> Awaited, DateOnly? Ended, bool Erased)
{
    /// <summary>Before anything happened.</summary>
    public static readonly ObjectionState Start = new(
        null, ObjectionStage.None, false, null, null, false, null, null, ImmutableDictionary<StatementBy, DateOnly>.Empty, null, false);

    /// <summary>One event further.</summary>
    public static ObjectionState Next(ObjectionState state, IEvent e) => e.Data switch
    {
        ObjectionFiled f => state with { Filed = f, Stage = ObjectionStage.Filed },
        CompletionAsked c => state with { Stage = ObjectionStage.CompletionAsked, Asked = true, CompletionLastDay = c.LastDay },
        ObjectionCompleted => state with { Stage = ObjectionStage.Filed },
        ObjectionAccepted => state with { Stage = ObjectionStage.Accepted },
        ObjectionFoundInadmissible => End(state, ObjectionStage.Inadmissible, e),
        ObjectionAssigned a => state with { AssignedTo = a.Officer },
        StatementAsked s => state with { Awaited = state.Awaited.SetItem(s.Of, s.LastDay) },
        StatementGiven s => state with { Awaited = state.Awaited.Remove(s.By) },
        FindingsRecorded => state with { Verified = true },
        ConclusionProposed p => state with { Stage = ObjectionStage.ConclusionProposed, Proposal = p, ProposedBy = e.UserName },
        ConclusionReturned => state with { Stage = ObjectionStage.Accepted, Proposal = null, ProposedBy = null },
        ConclusionConfirmed => End(state, ObjectionStage.Concluded, e),
        ObjectionWithdrawn => End(state, ObjectionStage.Withdrawn, e),
        ObjectorErased => state with { Erased = true },
        _ => state,
    };

    /// <summary>The officer handles it: it is assigned to them, or they are the second person for a conclusion that waits for one.</summary>
    public bool IsHandledBy(string officer) => AssignedTo == officer || Stage == ObjectionStage.ConclusionProposed && ProposedBy != officer;

    /// <summary>It blocks the recognition of its application.</summary>
    public bool Open => Stage is ObjectionStage.Filed or ObjectionStage.CompletionAsked or ObjectionStage.Accepted or ObjectionStage.ConclusionProposed;

    private static ObjectionState End(ObjectionState state, ObjectionStage stage, IEvent e) =>
        state with { Stage = stage, Proposal = null, Ended = ChinaTime.ToDay(e.Timestamp) };
}
