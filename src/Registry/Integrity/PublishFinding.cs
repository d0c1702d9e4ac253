using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Announces the finding to society (将对社会进行公布).</summary>
/// <param name="Version">The case's version seen.</param>
public sealed record PublishFinding(long Version) : ICommand<PublishFinding>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("publish-finding", "/cases/{id}/publication", Roles.IntegrityOfficer, "Publish a finding whose decision was served.");

    /// <summary>五(三), procedure 9: after service, once, and not what a ruling has taken away.</summary>
    public static Decision Decide(PublishFinding command, CaseState state, CallDefinition definition, DateOnly today) =>
        state.NotAt(CaseStep.Confirmed) is { } wrongStep ? wrongStep
        : state.ServedOn is null ? IntegrityRules.NotServed.Refuse()
        : state.Rescinded ? IntegrityRules.AlreadyRescinded.Refuse()
        : state.Published || !definition.FalseMaterial.Published ? IntegrityRules.NotToPublish.Refuse()
        : Decision.Accept(new FindingPublished(state.Finding!.Finding, today));

    /// <inheritdoc />
    public static Task<Decision> Handle(PublishFinding command, Desk desk) =>
        desk.OnCaseAsync(command.Version, file => Decide(command, file.State, file.Call.Definition, ChinaTime.ToDay(desk.Now)));
}
