using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>An officer opens the sealed number committed to before.</summary>
/// <param name="Number">Decimal digits.</param>
/// <param name="Salt">64 lower-case hexadecimal digits.</param>
/// <param name="Version">The panel's version seen.</param>
public sealed record OpenSeed(string Number, string Salt, long Version) : ICommand<OpenSeed>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("open-seed", "/panels/{id}/openings", Roles.ProvincialOfficer, "Open the sealed number, after the pool was recorded.");

    /// <summary>四(三), procedure 5: numbers are opened after the snapshot, each by the officer who committed.</summary>
    public static Decision Decide(OpenSeed command, PanelFile panel, Actor actor)
    {
        if (panel.Closed is { } closed)
            return closed;
        if (!panel.State.SnapshotTaken)
            return ReviewRules.SnapshotMissing.Refuse();
        if (panel.State.Commitments.FirstOrDefault(c => c.By == actor.Id) is not { } committed)
            return ReviewRules.NotCommitted.Refuse();
        if (panel.State.Openings.Any(o => o.By == actor.Id))
            return ReviewRules.OpenedAlready.Refuse();
        return Seed.IsNumber(command.Number) && Seed.IsSalt(command.Salt) && Seed.Commit(command.Number, command.Salt) == committed.Commitment
            ? Decision.Accept(new SeedOpened(actor.Id, command.Number, command.Salt))
            : ReviewRules.OpeningDiffers.Refuse();
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(OpenSeed command, Desk desk) => desk.OnPanelAsync(command.Version, panel => Decide(command, panel, desk.Actor));
}
