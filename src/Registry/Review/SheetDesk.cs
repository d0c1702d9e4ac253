using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>One sheet on its expert's desk, as it stood under the command's locks.</summary>
/// <param name="Id">The sheet.</param>
/// <param name="Version">The sheet's version.</param>
/// <param name="State">The sheet.</param>
/// <param name="Panel">Its panel.</param>
/// <param name="Expert">Its expert's facts now.</param>
/// <param name="Parties">The application as the last draw or appointment knew it; null when it was left out of that.</param>
/// <param name="Definition">The definition in force.</param>
public sealed record SheetFile(SheetId Id, long Version, SheetState State, PanelState Panel, ExpertState Expert, DrawApplication? Parties, CallDefinition Definition)
{
    /// <summary>
    /// 四(三): nobody writes a sheet before declaring, after the closing, on an application that no longer takes part, or with a conflict that the facts show now, wherever the
    /// expert has moved and whatever interest was declared since the draw.
    /// </summary>
    public Refusal? Barred() =>
        !Panel.HasDeclared(Id.Expert.Value, Id.Application.Value) ? ReviewRules.DeclareFirst.Refuse()
        : Panel.Closed ? ReviewRules.PanelClosed.Refuse()
        : Parties is not { } application ? ReviewRules.LeftOut.Refuse()
        : Conflicts.Now(Id.Expert, Expert, application, Definition.Panel.For(Panel.Industry).OwnCityExcluded) switch
        {
            null => null,
            Conflict.Employer => ReviewRules.OwnEmployer.Refuse(),
            _ => ReviewRules.ConflictFound.Refuse(),
        };
}

/// <summary>Commands about a score sheet.</summary>
public static class SheetDesk
{
    /// <summary>
    /// Carries out a command of an expert about an own sheet. A sheet that is not the caller's, or not assigned, does not exist for the caller. The sheet is held alone and the
    /// panel relied on, which the closing holds alone: a save comes wholly before the closing or is refused after it.
    /// </summary>
    public static async Task<Decision> OnSheetAsync(this Desk desk, long version, Func<SheetFile, Decision> decide)
    {
        if (SheetId.Find(desk.Target!) is not { } id || (await desk.Session.OfAccountAsync(desk.Actor.Id, desk.Cancelled))?.Expert != id.Expert)
            return CommandRules.NotFound.Refuse();
        await desk.HoldAsync(Hold.Changing(id.Stream), Hold.Relying(id.Panel.Stream), Hold.Relying(id.Expert.Stream));
        var panel = await desk.Session.LoadAsync<PanelView>(id.Panel.Stream, desk.Cancelled);
        if (panel is null || !panel.State.Scores(id.Expert.Value, id.Application.Value))
            return CommandRules.NotFound.Refuse();

        var timelines = await desk.ReadAsync(id.Stream, id.Expert.Stream);
        if (version != timelines[0].Version)
            return timelines[0].ChangedSince(version);
        var call = await desk.Services.GetRequiredService<Calls>().ReadAsync(desk.Session, panel.State.Batch, desk.Cancelled)
            ?? throw new InvalidOperationException($"Batch {panel.Batch} was never announced.");
        desk.UnderDefinition(call.Definition.Hash);
        var file = new SheetFile(
            id, timelines[0].Version, timelines[0].Fold(SheetState.Start, SheetState.Next), panel.State,
            timelines[1].Fold(ExpertState.Start, ExpertState.Next), panel.Reviewed.FirstOrDefault(a => a.Id == id.Application.Value), call.Definition);
        return desk.Record<Sheet>(timelines[0], id.Value, decide(file));
    }
}
