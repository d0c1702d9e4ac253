using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Records that the decision was served on the organisation. Where the definition counts the ban from service, its last day is counted here.</summary>
/// <param name="Method">Code of a method of service of the definition.</param>
/// <param name="ServedOn">The day on which the service took effect.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record ServeDecision(string Method, DateOnly ServedOn, long Version) : ICommand<ServeDecision>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("serve-decision", "/cases/{id}/service", Roles.IntegrityOfficer, "Record that the decision was served on the organisation.");

    /// <summary>Procedure 9: the decision is served once, on or after the day it was confirmed. A term that a ruling has set meanwhile stays.</summary>
    public static Decision Decide(ServeDecision command, CaseState state, CallDefinition definition, DateOnly today)
    {
        if (state.NotAt(CaseStep.Confirmed) is { } wrongStep)
            return wrongStep;
        if (state.ServedOn is not null)
            return IntegrityRules.AlreadyServed.Refuse();
        var finding = state.Finding!;
        if (definition.ServiceFault(command.Method, command.ServedOn, finding.FirstDay, today) is { } fault)
            return fault;
        var counted = finding.Starts == BanStart.DayOfService && state.Rulings.IsEmpty;
        return Decision.Accept(new FindingServed(
            finding.Finding, command.Method, command.ServedOn, counted ? CivilTerm.YearsAfter(command.ServedOn, finding.Years) : state.LastDay));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ServeDecision command, Desk desk) => desk.OnCaseAsync(
        command.Version,
        file => Decide(command, file.State, file.Call.Definition, ChinaTime.ToDay(desk.Now)),
        (file, events) =>
        {
            var served = (FindingServed)events[0];
            if (served.LastDay != file.State.LastDay)
                desk.Append<Organisation>(file.Organisation, [new BanTermCounted(served.Finding, served.ServedOn, served.LastDay)]);
        });
}
