using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>Commands about one expert.</summary>
public static class ExpertDesk
{
    /// <summary>Carries out a command about the expert in the route. Experts reach themselves only; anybody else is told that there is none.</summary>
    public static async Task<Decision> OnExpertAsync(this Desk desk, long version, Func<ExpertState, Decision> decide)
    {
        var id = new ExpertId(desk.Target!);
        await desk.HoldAsync(Hold.Changing(id.Stream));
        var timeline = (await desk.ReadAsync(id.Stream))[0];
        var state = timeline.Fold(ExpertState.Start, ExpertState.Next);
        if (!timeline.Exists || !desk.Actor.Reaches(new Belonging(null, null, [state.Account!])))
            return CommandRules.NotFound.Refuse();
        return version != timeline.Version
            ? timeline.ChangedSince(version)
            : desk.Record<Expert>(timeline, id.Value, decide(state));
    }
}
