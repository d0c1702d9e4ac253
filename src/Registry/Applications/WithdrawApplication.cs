using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

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
            : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
            : Decision.Accept(new ApplicationWithdrawn(Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(WithdrawApplication command, Desk desk) => desk.OnApplicationAsync(command.Version, file => Decide(command, file));
}
