using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Enters a review or court ruling on a finding. It works from its own day on, once another officer has compared it with the document and confirmed it.</summary>
/// <param name="Number">The ruling's own number.</param>
/// <param name="PublicBody">The body that gave it.</param>
/// <param name="Outcome">Upheld, term changed, or rescinded.</param>
/// <param name="DecidedOn">The day the ruling bears.</param>
/// <param name="LastDay">The ban's new last day, only where the term is changed.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record RecordRuling(string Number, string PublicBody, RulingOutcome Outcome, DateOnly DecidedOn, DateOnly? LastDay, long Version) : ICommand<RecordRuling>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-ruling", "/cases/{id}/rulings", Roles.IntegrityOfficer, "Enter a review or court ruling on a finding, for a second officer to confirm.");

    /// <summary>Procedure 9: a ruling is recorded with its number, once, in the order of the rulings' days.</summary>
    public static Decision Decide(RecordRuling command, CaseState state, DateOnly today)
    {
        if (state.NotAt(CaseStep.Confirmed) is { } wrongStep)
            return wrongStep;
        if (state.Rescinded)
            return IntegrityRules.AlreadyRescinded.Refuse();
        if ((TextCheck.Check(command.Number, "number", 100) ?? TextCheck.Check(command.PublicBody, "publicBody", 200)) is { } wrong)
            return wrong;
        var (number, finding) = (command.Number.Trim(), state.Finding!);
        if (state.Rulings.Any(r => r.Number == number))
            return IntegrityRules.RulingNumber.Refuse();
        if (IntegrityRules.DayFault(command.DecidedOn, state.Rulings.IsEmpty ? finding.FirstDay : state.Rulings[^1].DecidedOn, today) is { } fault)
            return fault;
        if (command.Outcome == RulingOutcome.TermChanged ? command.LastDay is not { } day || day < finding.FirstDay : command.LastDay is not null)
            return IntegrityRules.RulingTerm.Refuse(("firstDay", finding.FirstDay));
        return Decision.Accept(new RulingEntered(number, command.PublicBody.Trim(), command.Outcome, command.DecidedOn, command.LastDay));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordRuling command, Desk desk) =>
        desk.OnCaseAsync(command.Version, file => Decide(command, file.State, ChinaTime.ToDay(desk.Now)));
}
