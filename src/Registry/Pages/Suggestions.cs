using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Pages;

/// <summary>What a command's form offers to choose from and fills in beforehand, where the record alone does not say it.</summary>
public static class Suggestions
{
    /// <summary>The shapes with their choices.</summary>
    public static async Task<IReadOnlyList<FieldShape>> FillAsync(PageCall call, CommandForm form, string? target, object? thing, IReadOnlyList<FieldShape> shapes)
    {
        var filled = shapes.Select(s => Fill(call, form, s));
        if (form.Spec.Name == "return-for-correction" && thing is ApplicationAnswer application && await DefinitionAsync(call, application.Batch) is { } definition)
            filled = filled.Select(s => s.Name == "remarks" ? s with { Columns = [s.Columns[0] with { Kind = InputKind.OneOf, Choices = FieldsOf(call, definition) }, s.Columns[1]] } : s);
        if (form.Spec.Name is "recommend-application" or "renew-recommendation" && thing is ApplicationAnswer { Submissions: [.., var last] })
            filled = filled.Select(s => s.Name == "findings" ? s with { BlankRows = 0, Columns = [s.Columns[0] with { Kind = InputKind.OneOf, Choices = ConditionsOf(call, last) }, .. s.Columns.Skip(1)] } : s);
        return [.. filled];
    }

    /// <summary>What the form begins with: the conditions that ask for a word, the applications that the decision is about.</summary>
    public static async Task<Posted> PrefillAsync(PageCall call, CommandForm form, string? target, object? thing, Posted input)
    {
        if (HttpMethods.IsPost(call.Http.Request.Method))
            return input;
        switch (form.Spec.Name)
        {
            case "recommend-application" or "renew-recommendation" when thing is ApplicationAnswer { Submissions: [.., var last] }:
                return Rows(input, "findings", last.Check.Where(v => Findings.AskedBy(v.Verdict) is not null)
                    .Select(v => new[] { ("condition", v.Condition), ("kind", Findings.AskedBy(v.Verdict)!.Value.ToString()) }));
            case "admit-application" or "reject-application" when await Ask.OneAsync<DecisionsAnswer>(call, "get-decisions", target!) is { } decisions:
                return Rows(input, "answers", (decisions.Decisions.LastOrDefault(d => d.Findings is { Count: > 0 })?.Findings ?? [])
                    .Where(f => f.Kind != FindingKind.Meets).Select(f => new[] { ("condition", f.Condition) }));
            case "draft-city-report" when await Ask.OneAsync<CityReportAnswer>(call, "get-city-report", target!) is { } report:
                return input.With("applications", string.Join('\n', report.Places.OrderBy(p => p.Rank).Select(p => p.Application)));
            case "admit-several":
                return Rows(input, "applications", (await LinesAsync(call, target!, Stage.Reported)).Select(l => new[] { ("application", l.Id), ("version", $"{l.Version}") }));
            case "decide-recognition":
                return Rows(input, "verdicts", (await LinesAsync(call, target!, Stage.Publicised)).Select(l => new[] { ("application", l.Id), ("recognised", "true") }));
            case "enter-objection":
                return input.With("form.receiptCode", ReceiptCode.New());
            default:
                return input;
        }
    }

    private static async Task<IReadOnlyList<ApplicationLine>> LinesAsync(PageCall call, string batch, Stage stage) =>
        (await Ask.ManyAsync<Registry.Applications.ApplicationPage>(call, "list-applications", ("batch", batch), ("stage", stage.ToString()), ("size", "200")))?.Items ?? [];

    private static Posted Rows(Posted input, string table, IEnumerable<(string Name, string Value)[]> rows)
    {
        foreach (var (cells, row) in rows.Select((cells, row) => (cells, row)))
            foreach (var (name, value) in cells)
                input = input.With($"{table}[{row}].{name}", value);
        return input;
    }

    private static IReadOnlyList<Choice> ConditionsOf(PageCall call, SubmissionAnswer submission) =>
        [.. submission.Check.Select(v => new Choice(v.Condition, $"{v.Clause} {call.Page.Say(v.Title)}"))];

    private static IReadOnlyList<Choice> FieldsOf(PageCall call, CallDefinition definition) =>
        [.. definition.Form.Fields.Select(f => new Choice(f.Key, call.Page.Say(f.Label)))];

    private static async Task<CallDefinition?> DefinitionAsync(PageCall call, BatchId batch)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return (await call.Service<Calls>().ReadAsync(session, batch, call.Cancelled))?.Definition;
    }

    private static FieldShape Fill(PageCall call, CommandForm form, FieldShape shape) => (form.Spec.Name, shape.Name) switch
    {
        (_, "city") => shape with { Kind = InputKind.OneOf, Choices = CitiesFor(call) },
        (_, "industry") => shape with { Kind = InputKind.OneOf, Choices = Places.Industries(call.Page) },
        ("register-expert" or "record-expert-facts", "fields") => shape with { Kind = InputKind.SomeOf, Choices = Places.Industries(call.Page) },
        ("open-account", "role") => shape with { Choices = [.. RolesFor(call).Select(r => new Choice(r.ToString(), call.Page.Say("enum.Roles." + r)))] },
        ("announce-batch" or "amend-batch", "definition") => shape with { Kind = InputKind.TextFile },
        ("draft-city-report", "document" or "summaryTable") => shape with { Kind = InputKind.Digest },
        _ => shape,
    };

    private static IReadOnlyList<Choice> CitiesFor(PageCall call) =>
        call.Actor.Role == Roles.CityOfficer ? [.. Places.Cities(call.Page).Where(c => c.Value == call.Actor.City)] : Places.Cities(call.Page);

    private static Roles[] RolesFor(PageCall call) =>
        call.Actor.Role == Roles.CityOfficer
            ? [Roles.Applicant]
            : [Roles.Applicant, Roles.CityOfficer, Roles.ProvincialOfficer, Roles.Expert, Roles.IntegrityOfficer, Roles.Auditor, Roles.Supervision, Roles.Administrator];
}
