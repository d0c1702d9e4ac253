using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>Records where an expert works now and the fields the expert is called in for.</summary>
/// <param name="Version">The expert's version seen.</param>
public sealed record RecordExpertFacts(IReadOnlyList<string> Fields, string Employer, string City, long Version) : ICommand<RecordExpertFacts>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-expert-facts", "/experts/{id}/facts", Roles.ProvincialOfficer, "Record an expert's employer, city and fields as they are now.");

    /// <summary>四(三): conflicts are judged by where an expert works, so a change is recorded as soon as it is known.</summary>
    public static Decision Decide(RecordExpertFacts command, ExpertState expert)
    {
        if (ExpertFacts.Check(command.Fields, command.Employer, command.City) is { } wrong)
            return wrong;
        var employer = CreditCode.Parse(command.Employer);
        var events = new List<object>();
        if (employer.Value != expert.Employer || command.City != expert.City)
            events.Add(new ExpertMoved(employer, command.City));
        if (!command.Fields.ToHashSet().SetEquals(expert.Fields))
            events.Add(new ExpertFieldsRecognised(command.Fields));
        return events.Count == 0 ? ReviewRules.NothingNew.Refuse() : Decision.Accept([.. events]);
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordExpertFacts command, Desk desk) => desk.OnExpertAsync(command.Version, expert => Decide(command, expert));
}
