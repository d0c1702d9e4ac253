using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>The expert can be called in again.</summary>
/// <param name="Version">The expert's version seen.</param>
public sealed record BringExpertBack(long Version) : ICommand<BringExpertBack>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("bring-expert-back", "/experts/{id}/return", Roles.ProvincialOfficer | Roles.Expert, "Put an expert back into the draw.");

    /// <summary>四(三): only who stood down can come back.</summary>
    public static Decision Decide(ExpertState expert) => expert.StoodDown ? Decision.Accept(new ExpertCameBack()) : ReviewRules.NothingNew.Refuse();

    /// <inheritdoc />
    public static Task<Decision> Handle(BringExpertBack command, Desk desk) => desk.OnExpertAsync(command.Version, Decide);
}
