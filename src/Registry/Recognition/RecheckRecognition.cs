using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Recognition;

/// <summary>Records the re-check of a recognised cluster within its term.</summary>
/// <param name="ConditionsMet">With the conditions found met the recognition goes on for another term.</param>
/// <param name="PublicResult">What was found, in words for the public.</param>
/// <param name="Meeting">The meeting that decided; sealed.</param>
/// <param name="Day">Its day.</param>
/// <param name="Signatory">Who signs for it; sealed.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RecheckRecognition(bool ConditionsMet, string PublicResult, string Meeting, DateOnly Day, string Signatory, long Version)
    : ICommand<RecheckRecognition>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "recheck-recognition", "/applications/{id}/recheck", Roles.ProvincialOfficer, "Record the re-check of a recognised cluster, where the definition sets a term.");

    /// <summary>
    /// Procedure 8: only where the definition sets a term, while it runs, and once in it. It is a collective decision like the recognition that it prolongs, and rests on
    /// the same: no ban of the applicant or of the present operator, and no open case (五(三)).
    /// </summary>
    /// <param name="caseOpen">Whether a case of false material about the application is open.</param>
    /// <param name="operating">The standing of whoever operates the cluster now, if that is not the applicant.</param>
    public static Decision Decide(RecheckRecognition command, RecognisedState recognition, ApplicationFile file, bool caseOpen, DateTimeOffset now, Standing? operating = null)
    {
        var today = ChinaTime.ToDay(now);
        if (file.NotIn(Stage.Recognised) is { } wrongStage)
            return wrongStage;
        if (file.Call.Definition.Recognition.TermYears is not { } years || recognition.LastDay is not { } lastDay)
            return RecognitionRules.NoTerm.Refuse();
        if (recognition.On(today) != RecognitionStanding.Recognised || today <= recognition.RecheckedUntil)
            return RecognitionRules.NotDue.Refuse(("lastDay", lastDay));
        if ((TextCheck.Check(command.PublicResult, "publicResult", 500) ?? TextCheck.Check(command.Meeting, "meeting", 200) ?? TextCheck.Check(command.Signatory, "signatory", 100)
            ?? RecognitionRules.DayFault(command.Day, recognition.By!.Day, today)) is { } wrong)
            return wrong;
        if (command.ConditionsMet && operating?.BanOn(today, file.Call.Definition.Programme.Key) is { } ban)
            return ApplicationRules.OrganisationBanned.Refuse(("lastDay", ban.LastDay));
        if (command.ConditionsMet && (file.Banned(now) ?? (caseOpen ? RecognitionRules.CaseOpen.Refuse(("application", file.Head.Application.Value)) : null)) is { } barred)
            return barred;
        return Decision.Accept(new RecognitionRechecked(
            command.Day, command.ConditionsMet, command.ConditionsMet ? CivilTerm.YearsAfter(lastDay, years) : lastDay, command.PublicResult.Trim(),
            new CollectiveDecision(Sealed.Of(command.Meeting.Trim()), command.Day, Sealed.Of(command.Signatory.Trim()))));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(RecheckRecognition command, Desk desk)
    {
        // Who operates it names a lock; the version says that it is still the same under the locks.
        var operating = (await desk.ReadAsync(new ApplicationId(desk.Target!).Stream))[0].Fold(RecognisedState.Start, RecognisedState.Next).Operator?.To;
        return await desk.OnApplicationAsync(
            command.Version,
            async file =>
            {
                var application = file.Head.Application.Value;
                var open = await desk.Session.Query<CaseCard>().AnyAsync(c => c.Open && c.Application == application, desk.Cancelled);
                var standing = operating is { } code ? (await desk.ReadAsync(Organisation.Stream(code)))[0].Fold(Standing.Start, Standing.Next) : null;
                return Decide(command, file.Timeline.Fold(RecognisedState.Start, RecognisedState.Next), file, open, desk.Now, standing);
            },
            head => [Hold.Relying(CaseId.LockOf(head.Application)), .. operating is { } code ? new[] { Hold.Relying(Organisation.Stream(code)) } : []]);
    }
}
