using Registry.Accounts;

namespace Registry.Pages;

/// <summary>What a command's form offers to choose from, where the record alone does not say it: cities, industries, roles.</summary>
public static class Suggestions
{
    /// <summary>The shapes with their choices.</summary>
    public static Task<IReadOnlyList<FieldShape>> FillAsync(PageCall call, CommandForm form, string? target, object? thing, IReadOnlyList<FieldShape> shapes) =>
        Task.FromResult<IReadOnlyList<FieldShape>>([.. shapes.Select(s => Fill(call, form, s))]);

    private static FieldShape Fill(PageCall call, CommandForm form, FieldShape shape) => (form.Spec.Name, shape.Name) switch
    {
        (_, "city") => shape with { Kind = InputKind.OneOf, Choices = CitiesFor(call) },
        (_, "industry") => shape with { Kind = InputKind.OneOf, Choices = Places.Industries(call.Page) },
        ("register-expert" or "record-expert-facts", "fields") => shape with { Kind = InputKind.SomeOf, Choices = Places.Industries(call.Page) },
        ("open-account", "role") => shape with { Choices = [.. RolesFor(call).Select(r => new Choice(r.ToString(), call.Page.Say("enum.Roles." + r)))] },
        ("announce-batch" or "amend-batch", "definition") => shape with { Kind = InputKind.TextFile },
        (_, "document" or "summaryTable" or "scan" or "documentDigest" or "scanDigest") => shape with { Kind = InputKind.Digest },
        _ => shape,
    };

    private static IReadOnlyList<Choice> CitiesFor(PageCall call) =>
        call.Actor.Role == Roles.CityOfficer ? [.. Places.Cities(call.Page).Where(c => c.Value == call.Actor.City)] : Places.Cities(call.Page);

    private static Roles[] RolesFor(PageCall call) =>
        call.Actor.Role == Roles.CityOfficer
            ? [Roles.Applicant]
            : [Roles.Applicant, Roles.CityOfficer, Roles.ProvincialOfficer, Roles.Expert, Roles.IntegrityOfficer, Roles.Auditor, Roles.Supervision, Roles.Administrator];
}
