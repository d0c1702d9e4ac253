using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>The expert can be called in again.</summary>
/// <param name="Version">The expert's version seen.</param>
public sealed record BringExpertBack(long Version) : ICommand<BringExpertBack>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("bring-expert-back", "/experts/{id}/return", Roles.ProvincialOfficer | Roles.Expert, "Put an expert back into the draw.");

    /// <summary>四(三): only who stood down can come back, and only the side that said so lifts it: whom the province took out of the draw does not put himself back.</summary>
    /// <param name="own">Whether the expert asks.</param>
    public static Decision Decide(ExpertState expert, bool own) =>
        (own ? expert.Away || expert.ByEither : expert.StoodDown) ? Decision.Accept(new ExpertCameBack(own))
        : expert.StoodDown || expert.Away ? ReviewRules.StoodDownByOther.Refuse()
        : ReviewRules.NothingNew.Refuse();

    /// <inheritdoc />
    public static Task<Decision> Handle(BringExpertBack command, Desk desk) => desk.OnExpertAsync(command.Version, expert => Decide(expert, desk.Actor.Role == Roles.Expert));
}
