using System.Collections.Immutable;
using JasperFx.Events;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Where a case stands.</summary>
public enum CaseStep
{
    /// <summary>Not opened yet.</summary>
    None,
    /// <summary>Being looked into.</summary>
    Opened,
    /// <summary>A finding, or none, is proposed.</summary>
    Proposed,
    /// <summary>The proposal was decided collectively.</summary>
    Decided,
    /// <summary>The finding holds.</summary>
    Confirmed,
    /// <summary>Closed without a finding.</summary>
    Closed,
}

/// <summary>What is proposed, and who proposed it: somebody else has to confirm it.</summary>
public sealed record Proposal(string By, FindingProposed What);

/// <summary>A ruling that waits for a second officer.</summary>
public sealed record EnteredRuling(string By, RulingEntered What);

/// <summary>A case as its rules read it.</summary>
/// <param name="Opened">How it was opened.</param>
/// <param name="OpenedOn">The day of opening.</param>
/// <param name="Step">Where it stands.</param>
/// <param name="DefenceLastDay">Last day of the defence term; null before notice was served.</param>
/// <param name="DefenceCame">Whether the organisation has stated its defence.</param>
/// <param name="Proposal">The proposal that stands.</param>
/// <param name="Finding">The confirmed finding.</param>
/// <param name="LastDay">The ban's last day as it stands.</param>
/// <param name="ServedOn">When the decision was served.</param>
/// <param name="Published">Whether the finding was published.</param>
/// <param name="Entered">The ruling that waits to be confirmed.</param>
public sealed record CaseState(
    CaseOpened? Opened = null, DateOnly OpenedOn = default, CaseStep Step = CaseStep.None, DateOnly? DefenceLastDay = null, bool DefenceCame = false,
    Proposal? Proposal = null, FindingConfirmed? Finding = null, DateOnly LastDay = default, DateOnly? ServedOn = null, bool Published = false, EnteredRuling? Entered = null)
{
    /// <summary>Before anything happened.</summary>
    public static readonly CaseState Start = new();

    /// <summary>Rulings on the finding, in order.</summary>
    public ImmutableList<RulingRecorded> Rulings { get; init; } = [];

    /// <summary>While it is open, its application is not recognised.</summary>
    public bool Open => Step is CaseStep.Opened or CaseStep.Proposed or CaseStep.Decided;

    /// <summary>Whether a ruling has taken the finding away.</summary>
    public bool Rescinded => Rulings.Any(r => r.Outcome == RulingOutcome.Rescinded);

    /// <summary>One event further.</summary>
    public static CaseState Next(CaseState state, IEvent e) => e.Data switch
    {
        CaseOpened o => state with { Opened = o, OpenedOn = ChinaTime.ToDay(e.Timestamp), Step = CaseStep.Opened },
        CaseNoticeServed n => state with { DefenceLastDay = n.DefenceLastDay },
        DefenceRecorded => state with { DefenceCame = true },
        FindingProposed p => state with { Step = CaseStep.Proposed, Proposal = new Proposal(e.UserName!, p) },
        FindingDecided => state with { Step = CaseStep.Decided },
        FindingConfirmed f => state with { Step = CaseStep.Confirmed, Finding = f, LastDay = f.LastDay },
        FindingServed s => state with { ServedOn = s.ServedOn, LastDay = s.LastDay },
        FindingPublished => state with { Published = true },
        RulingEntered r => state with { Entered = new EnteredRuling(e.UserName!, r) },
        RulingRecorded r => state with { Rulings = state.Rulings.Add(r), LastDay = r.LastDay, Entered = null },
        CaseClosed => state with { Step = CaseStep.Closed },
        _ => state,
    };
}
