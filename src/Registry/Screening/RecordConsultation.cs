using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Screening;

/// <summary>The province records what a consulted department replied (emergency management, environment), where the definition asks for it. Procedure 2, 4.</summary>
/// <param name="Consultation">The definition's key of the consultation.</param>
/// <param name="Outcome">Whether something stands against the application.</param>
/// <param name="Day">The day of the reply.</param>
/// <param name="Reply">What it says.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RecordConsultation(string Consultation, ConsultationOutcome Outcome, DateOnly Day, string Reply, long Version)
    : ICommand<RecordConsultation>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-consultation", "/applications/{id}/consultations", Roles.ProvincialOfficer, "Record the reply of a consulted department.");

    /// <summary>三(七), 二: while the application is with the province. A later reply of the same department stands beside the earlier one.</summary>
    public static Decision Decide(RecordConsultation command, ApplicationFile file, DateTimeOffset now) =>
        file.NotIn(Stage.Reported, Stage.ReturnedToCity, Stage.Admitted) is { } wrongStage ? wrongStage
        : file.Call.Definition.Applicants.Consultations.All(c => c.Key != command.Consultation) ? ScreeningRules.ConsultationUnknown.Refuse()
        : command.Day > ChinaTime.ToDay(now) ? ScreeningRules.ReplyInFuture.Refuse(("today", ChinaTime.ToDay(now)))
        : TextCheck.Check(command.Reply, "reply") is { } refusal ? refusal
        : Decision.Accept(new ConsultationReplied(command.Consultation, command.Outcome, command.Day, Sealed.Of(command.Reply.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordConsultation command, Desk desk) =>
        desk.OnRecheckAsync(command.Version, (file, _) => Decide(command, file, desk.Now));
}
