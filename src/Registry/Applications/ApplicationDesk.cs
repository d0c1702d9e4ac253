using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>One application on the desk: everything a rule may read, as it stood under the command's locks.</summary>
/// <param name="Head">Draft and fixed part.</param>
/// <param name="Timeline">The application's events.</param>
/// <param name="Filing">Where it stands.</param>
/// <param name="Call">The batch, its definition and deadlines.</param>
/// <param name="Standing">The applicant's bans.</param>
public sealed record ApplicationFile(Draft Head, Timeline Timeline, Filing Filing, Call Call, Standing Standing)
{
    /// <summary>五(三): while a ban of the applicant holds, no step passes; the refusal names the ban's last day. What it has stopped waits until a person lets it go on.</summary>
    public Refusal? Banned(DateTimeOffset now) => Stops.Of(Timeline, Standing, Call.Definition, now);

    /// <summary>The step is only taken in one of these stages.</summary>
    public Refusal? NotIn(params Stage[] stages) =>
        stages.Contains(Filing.Stage) ? null : ApplicationRules.WrongStage.Refuse(("stage", Filing.Stage.ToString()));
}

/// <summary>Commands about an application, in whichever room.</summary>
public static class ApplicationDesk
{
    /// <summary>
    /// Carries out a command about the application in the route. Who cannot reach it is told that it does not exist. The application is held alone,
    /// its batch and its organisation's standing are relied on, so neither a ban nor an amendment slips in between; further holds are the rule's own.
    /// </summary>
    /// <param name="version">The application's version seen; null for a step that no other step of the application makes wrong.</param>
    public static async Task<Decision> OnApplicationAsync(
        this Desk desk, long? version, Func<ApplicationFile, Task<Decision>> decide, Func<Draft, IEnumerable<Hold>>? holds = null)
    {
        var id = new ApplicationId(desk.Target!);
        var head = await desk.Session.LoadAsync<Draft>(id.Stream, desk.Cancelled);
        if (head is null || !desk.Actor.Reaches(new Belonging(head.City, head.Organisation.Value)))
            return CommandRules.NotFound.Refuse();
        var organisation = Organisation.Stream(head.Organisation);
        await desk.HoldAsync([Hold.Changing(id.Stream), Hold.Relying(head.Batch.Stream), Hold.Relying(organisation), .. holds?.Invoke(head) ?? []]);

        // The draft was read to name the locks. A save or an upload that came in between is part of what is decided on; it may also be gone after its term.
        head = await desk.Session.LoadAsync<Draft>(id.Stream, desk.Cancelled);
        if (head is null)
            return CommandRules.NotFound.Refuse();
        var timelines = await desk.ReadAsync(id.Stream, head.Batch.Stream, organisation);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, head.Batch, timelines[1], desk.Cancelled)
            ?? throw new InvalidOperationException($"Application {id.Value} belongs to a batch that was never announced.");
        if (version is { } seen && seen != timelines[0].Version)
            return timelines[0].ChangedSince(seen);
        desk.UnderDefinition(call.Definition.Hash);
        var file = new ApplicationFile(
            head, timelines[0], timelines[0].Fold(Filing.Start, Filing.Next), call, timelines[2].Fold(Standing.Start, Standing.Next));
        return desk.Record<Application>(timelines[0], id.Value, await decide(file));
    }

    /// <summary>The same for a rule that needs nothing else.</summary>
    public static Task<Decision> OnApplicationAsync(this Desk desk, long version, Func<ApplicationFile, Decision> decide) =>
        desk.OnApplicationAsync(version, file => Task.FromResult(decide(file)));
}
