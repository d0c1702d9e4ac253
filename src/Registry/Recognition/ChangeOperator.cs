using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>A recognised cluster has another operator.</summary>
/// <param name="CreditCode">The new operator's unified social credit code.</param>
/// <param name="Name">The new operator's name.</param>
/// <param name="Day">From this day on.</param>
/// <param name="PublicReason">Why, in words for the public.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record ChangeOperator(string CreditCode, string Name, DateOnly Day, string PublicReason, long Version) : ICommand<ChangeOperator>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("change-operator", "/applications/{id}/operator", Roles.ProvincialOfficer, "Record that a recognised cluster has another operator.");

    /// <summary>
    /// Procedure 8: the change is a person's decision, on sight of the cluster's history. A recognition is not handed to an organisation that may not apply
    /// itself (五(三)); that the old operator is banned does not keep the cluster from getting another.
    /// The change moves the recognition and nothing else: the new operator's accounts read how the cluster stands and print its proof; the application with its
    /// evidence, and any case about it, stays with the organisation that filed it.
    /// </summary>
    /// <param name="newOperator">The new operator's code; null if it is not valid.</param>
    /// <param name="standing">The new operator's bans.</param>
    public static Decision Decide(
        ChangeOperator command, RecognisedState recognition, ApplicationFile file, CreditCode? newOperator, Standing standing, DateOnly today)
    {
        if (file.NotIn(Stage.Recognised) is { } wrongStage)
            return wrongStage;
        if (newOperator is not { } code)
            return RecognitionRules.OperatorInvalid.Refuse();
        if (standing.BanOn(today, file.Call.Definition.Programme.Key) is { } ban)
            return ApplicationRules.OrganisationBanned.Refuse(("lastDay", ban.LastDay));
        var entry = recognition.By!.Entry;
        var (from, fromName) = recognition.Operator is { } last ? (last.To, last.ToName) : (entry.Organisation, entry.OrganisationName);
        return (TextCheck.CheckLine(command.Name, "name", 100)
            ?? TextCheck.Check(command.PublicReason, "publicReason", 500)
            ?? (code == from ? RecognitionRules.NothingNew.Refuse() : null)
            ?? RecognitionRules.DayFault(command.Day, recognition.Operator?.Day ?? recognition.By.Day, today)) is { } refusal
            ? refusal
            : Decision.Accept(new OperatorChanged(from, fromName, code, command.Name.Trim(), command.Day, command.PublicReason.Trim()));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(ChangeOperator command, Desk desk)
    {
        var code = Organisations.CreditCode.Check(command.CreditCode).Code;
        return await desk.OnApplicationAsync(command.Version, async file =>
        {
            var standing = code is { } known ? (await desk.ReadAsync(Organisation.Stream(known)))[0].Fold(Standing.Start, Standing.Next) : Standing.Start;
            return Decide(command, file.Timeline.Fold(RecognisedState.Start, RecognisedState.Next), file, code, standing, ChinaTime.ToDay(desk.Now));
        }, _ => code is { } known ? [Hold.Relying(Organisation.Stream(known))] : []);
    }
}
