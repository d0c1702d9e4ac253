using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>An expert is not to be called in for a while, or for good.</summary>
/// <param name="LastDay">Last day of it, Beijing time; null until the expert comes back.</param>
/// <param name="Reason">Why; sealed.</param>
/// <param name="Version">The expert's version seen.</param>
public sealed record StandExpertDown(DateOnly? LastDay, string Reason, long Version) : ICommand<StandExpertDown>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("stand-expert-down", "/experts/{id}/standing-down", Roles.ProvincialOfficer | Roles.Expert, "Take an expert out of the draw for a while.");

    /// <summary>四(三): only who is available is called in. What the province and what the expert says stand side by side.</summary>
    /// <param name="own">Whether the expert says it.</param>
    public static Decision Decide(StandExpertDown command, bool own) =>
        TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong : Decision.Accept(new ExpertStoodDown(command.LastDay, Sealed.Of(command.Reason.Trim()), own));

    /// <inheritdoc />
    public static Task<Decision> Handle(StandExpertDown command, Desk desk) => desk.OnExpertAsync(command.Version, _ => Decide(command, desk.Actor.Role == Roles.Expert));
}
