using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>The city returns an application for correction, naming the fields. Again and again, as long as there is time. Procedure 3.</summary>
/// <param name="Remarks">What is to be corrected, by field path: <c>positioning</c>, <c>platforms[2]</c>, <c>leading_firms[0].revenue</c>.</param>
/// <param name="Version">The application's version seen.</param>
public sealed partial record ReturnForCorrection(IReadOnlyDictionary<string, string> Remarks, long Version) : ICommand<ReturnForCorrection>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("return-for-correction", "/applications/{id}/return", Roles.CityOfficer, "Return the application for correction, naming the fields.");

    /// <summary>四(二): the city answers for truth and compliance. It returns what it has before it, while the applicant still has time to correct it.</summary>
    public static Decision Decide(ReturnForCorrection command, ApplicationFile file, CityReportState report, DateTimeOffset now)
    {
        if (file.Banned(now) is { } banned)
            return banned;
        if (file.NotIn(Stage.Submitted, Stage.ReturnedToCity) is { } wrongStage)
            return wrongStage;
        if (report.Issued is not null && !file.Filing.IsBackWithCity())
            return RecommendationRules.CityReported.Refuse(("number", report.Issued.DocumentNumber));
        if (file.OutOfTime(now) is { } late)
            return late;
        if (command.Remarks.Count == 0)
            return RecommendationRules.RemarksMissing.Refuse();
        var wrong = command.Remarks
            .Select(r => (r.Key, Refusal: !IsPlace(file, r.Key)
                ? RecommendationRules.RemarkField.Refuse(("count", file.Call.Definition.Form.Fields.Count))
                : TextCheck.Check(r.Value, r.Key)))
            .Where(r => r.Refusal is not null)
            .ToList();
        if (wrong.Count > 0)
            return wrong[0].Refusal! with { Errors = [.. wrong.Select(w => w.Refusal!.AsError(w.Key))] };
        return Decision.Accept(new ApplicationReturned(command.Remarks.ToDictionary(r => r.Key, r => Sealed.Of(r.Value.Trim())), file.CheckNow()));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ReturnForCorrection command, Desk desk) =>
        desk.OnCityApplicationAsync(command.Version, (file, report) => Task.FromResult(Decide(command, file, report, desk.Now)));

    /// <summary>A field of the form, a row that the submission has, or a column of such a row.</summary>
    private static bool IsPlace(ApplicationFile file, string path) =>
        Place().Match(path) is { Success: true } match
        && file.Call.Definition.Form.Find(match.Groups["field"].Value) is { } field
        && (!match.Groups["row"].Success || field.Columns is not null && int.Parse(match.Groups["row"].Value, CultureInfo.InvariantCulture) < RowsOf(file, field))
        && (!match.Groups["column"].Success || field.Columns!.Any(c => c.Key == match.Groups["column"].Value));

    private static int RowsOf(ApplicationFile file, FieldDefinition field) =>
        file.Filing.Last!.Facts.TryGetValue(field.Key, out var rows) && rows.ValueKind == JsonValueKind.Array ? rows.GetArrayLength() : field.MaxRows ?? 1000;

    [GeneratedRegex(@"^(?<field>\w{1,64})(\[(?<row>[0-9]{1,4})\](\.(?<column>\w{1,64}))?)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Place();
}
