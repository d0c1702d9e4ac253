using System.Collections.Immutable;
using Registry.Organisations;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>What every room reads of an application: who filed what, and where it stands. Rooms add small states of their own.</summary>
/// <param name="Stage">Where it stands.</param>
/// <param name="Round">How often it was submitted.</param>
/// <param name="Last">The last submission, as it was made.</param>
/// <param name="Term">Last day of a term that the province has set for a correction; null while the batch's own deadline holds.</param>
public sealed record Filing(Stage Stage, int Round, ApplicationSubmitted? Last, DateOnly? Term = null)
{
    /// <summary>Before the first submission.</summary>
    public static readonly Filing Start = new(Stage.Draft, 0, null);

    /// <summary>One event further.</summary>
    public static Filing Next(Filing state, object e)
    {
        if (e is IMovesApplication moves)
            state = state with { Stage = moves.To };
        if (e is ISetsTerm { LastDay: { } lastDay })
            state = state with { Term = lastDay };
        return e is ApplicationSubmitted s ? state with { Round = s.Round, Last = s } : state;
    }

    /// <summary>Stages in which the application is over; it no longer keeps its cluster from being filed again.</summary>
    public bool Ended => IsEnd(Stage);

    /// <summary>Whether a stage is one of these.</summary>
    public static bool IsEnd(Stage stage) => stage is Stage.Withdrawn or Stage.Declined or Stage.Rejected or Stage.NotShortlisted or Stage.NotRecognised or Stage.Disqualified or Stage.Revoked or Stage.Expired;
}
