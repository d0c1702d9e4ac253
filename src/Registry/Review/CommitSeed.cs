using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>An officer commits to a sealed number for the draw, before the pool is recorded.</summary>
/// <param name="Commitment">SHA-256 in lower-case hexadecimal over the number (decimal digits) followed by a salt of 64 lower-case hexadecimal digits.</param>
/// <param name="Version">The panel's version seen.</param>
public sealed record CommitSeed(string Commitment, long Version) : ICommand<CommitSeed>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("commit-seed", "/panels/{id}/commitments", Roles.ProvincialOfficer, "Commit to a sealed number for the draw.");

    /// <summary>四(三), procedure 5: two persons commit before the snapshot, so that neither can choose the seed.</summary>
    public static Decision Decide(CommitSeed command, PanelFile panel, Actor actor) =>
        panel.Closed is { } closed ? closed
        : panel.Call.Definition.Panel.Selection != ExpertSelection.Draw ? ReviewRules.NotByDraw.Refuse()
        : panel.State.CalledIn ? ReviewRules.CalledInAlready.Refuse()
        : !Seed.IsDigest(command.Commitment) ? ReviewRules.CommitmentInvalid.Refuse()
        : panel.State.Commitments.Any(c => c.By == actor.Id) ? ReviewRules.TwoPersons.Refuse()
        : panel.State.Commitments.Count == Seed.Officers || panel.State.SnapshotTaken ? ReviewRules.CommitmentsComplete.Refuse()
        : panel.State.Commitments.Any(c => c.Commitment == command.Commitment) ? ReviewRules.CommitmentInvalid.Refuse()
        : Decision.Accept(new SeedCommitted(actor.Id, command.Commitment));

    /// <inheritdoc />
    public static Task<Decision> Handle(CommitSeed command, Desk desk) => desk.OnPanelAsync(command.Version, panel => Decide(command, panel, desk.Actor));
}
