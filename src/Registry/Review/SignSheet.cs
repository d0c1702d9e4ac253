using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>Signs a score sheet as last saved.</summary>
/// <param name="Version">The sheet's version seen: what is signed.</param>
public sealed record SignSheet(long Version) : ICommand<SignSheet>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("sign-sheet", "/sheets/{id}/signature", Roles.Expert, "Sign a score sheet as last saved.");

    /// <summary>四(三): a signed sheet has points for every criterion and every comment that the rubric asks for.</summary>
    public static Decision Decide(SheetFile sheet)
    {
        if (sheet.Barred() is { } barred)
            return barred;
        if (sheet.State.Status == SheetStatus.Signed)
            return ReviewRules.NothingNew.Refuse();
        if (sheet.State.Status == SheetStatus.Abstained)
            return ReviewRules.Abstained.Refuse();
        foreach (var criterion in sheet.Definition.Rubric.Criteria)
            if (!sheet.State.Points.ContainsKey(criterion.Key))
                return ReviewRules.CriterionOpen.Refuse(ReviewRules.Naming(criterion));
            else if (criterion.CommentRequired && !sheet.State.Comments.ContainsKey(criterion.Key))
                return ReviewRules.CommentMissing.Refuse(ReviewRules.Naming(criterion));
        return Decision.Accept(new SheetSigned(sheet.Version));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(SignSheet command, Desk desk) => desk.OnSheetAsync(command.Version, Decide);
}
