using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>The applicant withdraws. Procedure 2: this never ends an integrity case.</summary>
public sealed record WithdrawApplication(string Reason, long Version) : ICommand<WithdrawApplication>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("withdraw-application", "/applications/{id}/withdrawal", Roles.Applicant, "Withdraw the application.");

    /// <summary>As long as it goes on and is not yet recognised. A place of the city's quota is free again only before the deadline.</summary>
    public static Decision Decide(WithdrawApplication command, ApplicationFile file) =>
        file.Filing.Ended || file.Filing.Stage is Stage.Draft or Stage.Recognised
            ? ApplicationRules.WrongStage.Refuse(("stage", file.Filing.Stage.ToString()))
            : PlainText.Check(command.Reason, multiline: true, ApplicationRules.LongestReason).Text is not { Length: > 0 } reason
                ? ApplicationRules.ReasonMissing.Refuse()
                : Decision.Accept(new ApplicationWithdrawn(Sealed.Of(reason)));

    /// <inheritdoc />
    public static Task<Decision> Handle(WithdrawApplication command, Desk desk) => desk.OnApplicationAsync(command.Version, file => Decide(command, file));
}
