using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>An expert abstains from an application. Saving the sheet takes it back.</summary>
/// <param name="Reason">Why; sealed.</param>
/// <param name="Version">The sheet's version seen.</param>
public sealed record AbstainFromSheet(string Reason, long Version) : ICommand<AbstainFromSheet>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("abstain-from-sheet", "/sheets/{id}/abstention", Roles.Expert, "Abstain from an application.");

    /// <summary>四(三): who cannot judge says so; an abstention is not a score of zero.</summary>
    public static Decision Decide(AbstainFromSheet command, SheetFile sheet) =>
        sheet.Barred() is { } barred ? barred
        : sheet.State.Status == SheetStatus.Abstained ? ReviewRules.NothingNew.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : Decision.Accept(new SheetAbstained(Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(AbstainFromSheet command, Desk desk) => desk.OnSheetAsync(command.Version, sheet => Decide(command, sheet));
}
