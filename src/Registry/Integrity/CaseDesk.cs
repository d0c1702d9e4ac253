using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>One case on the desk, as it stood under the command's locks.</summary>
/// <param name="Timeline">The case's events.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Call">The batch that the application was filed in.</param>
/// <param name="Application">The application's events; read only by commands with consequences.</param>
/// <param name="Organisation">The organisation's events; read only by commands with consequences.</param>
public sealed record CaseFile(Timeline Timeline, CaseState State, Call Call, Timeline Application, Timeline Organisation)
{
    /// <summary>Where the application stands.</summary>
    public Stage Stage => Application.Fold(Filing.Start, Filing.Next).Stage;
}

/// <summary>Commands about a case.</summary>
public static class CaseDesk
{
    /// <summary>Carries out a command that changes the case alone.</summary>
    public static Task<Decision> OnCaseAsync(this Desk desk, long version, Func<CaseFile, Decision> decide) =>
        desk.OnCaseAsync(version, decide, (_, _) => { }, consequences: false);

    /// <summary>
    /// Carries out a command whose acceptance also changes the organisation's standing and the application: all three are held alone, so every gate
    /// either has committed before or sees the change.
    /// </summary>
    /// <param name="follow">Appends what follows from the decided events to the other streams.</param>
    public static Task<Decision> OnCaseAsync(this Desk desk, long version, Func<CaseFile, Decision> decide, Action<CaseFile, IReadOnlyList<object>> follow) =>
        desk.OnCaseAsync(version, decide, follow, consequences: true);

    private static async Task<Decision> OnCaseAsync(this Desk desk, long version, Func<CaseFile, Decision> decide, Action<CaseFile, IReadOnlyList<object>> follow, bool consequences)
    {
        var id = new CaseId(desk.Target!);
        var card = await desk.Session.LoadAsync<CaseCard>(id.Stream, desk.Cancelled);
        if (card is null || !desk.Actor.Reaches(new Belonging(null, card.Organisation)))
            return CommandRules.NotFound.Refuse();
        var application = new ApplicationId(card.Application);
        var batch = new BatchId(card.Batch);
        var organisation = Organisation.Stream(CreditCode.Parse(card.Organisation));
        Hold[] others = consequences ? [Hold.Changing(application.Stream), Hold.Changing(organisation)] : [];
        await desk.HoldAsync([Hold.Changing(id.Stream), Hold.Changing(CaseId.LockOf(application)), Hold.Relying(batch.Stream), .. others]);

        string[] streams = consequences ? [id.Stream, batch.Stream, application.Stream, organisation] : [id.Stream, batch.Stream];
        var timelines = await desk.ReadAsync(streams);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, batch, timelines[1], desk.Cancelled)
            ?? throw new InvalidOperationException($"Case {id.Value} belongs to a batch that was never announced.");
        if (version != timelines[0].Version)
            return timelines[0].ChangedSince(version);
        desk.UnderDefinition(call.Definition.Hash);
        var file = new CaseFile(
            timelines[0], timelines[0].Fold(CaseState.Start, CaseState.Next), call,
            consequences ? timelines[2] : new Timeline(application.Stream, []),
            consequences ? timelines[3] : new Timeline(organisation, []));
        var decision = desk.Record<Case>(timelines[0], id.Value, decide(file));
        if (decision is Decision.Accepted accepted)
            follow(file, accepted.Events);
        return decision;
    }
}
