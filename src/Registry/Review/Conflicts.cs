using System.Text.Json;
using Registry.Applications;
using Registry.Organisations;
using Registry.Programme;

namespace Registry.Review;

/// <summary>Why an expert does not score an application.</summary>
public enum Conflict
{
    /// <summary>The expert's employer is the applicant or a firm that the application names.</summary>
    Employer,
    /// <summary>The application is from the expert's own city and the definition excludes that.</summary>
    OwnCity,
    /// <summary>The expert has declared an interest in an organisation that the application names.</summary>
    Interest,
    /// <summary>The expert was recused from the application before.</summary>
    Recused,
}

/// <summary>An expert as a draw knows one. Credit codes are compared as text, in their normal form.</summary>
/// <param name="Id">Opaque id.</param>
/// <param name="Fields">Fields the expert is called in for.</param>
/// <param name="Employer">Credit code of the employer.</param>
/// <param name="City">GB/T 2260 code.</param>
/// <param name="Interests">Credit codes of organisations with a declared interest.</param>
/// <param name="Recused">Ids of applications the expert was recused from.</param>
/// <param name="Load">Applications of the batch that the expert scores already, on other panels.</param>
public sealed record PoolExpert(
    string Id, IReadOnlyList<string> Fields, string Employer, string City, IReadOnlyList<string> Interests, IReadOnlyList<string> Recused, int Load);

/// <summary>An application as a draw knows one.</summary>
/// <param name="Id">Opaque id.</param>
/// <param name="City">GB/T 2260 code of the city it was filed in.</param>
/// <param name="Parties">Credit codes of the applicant and of every firm it names.</param>
public sealed record DrawApplication(string Id, string City, IReadOnlyList<string> Parties);

/// <summary>四(三), procedure 5: who may not score what.</summary>
public static class Conflicts
{
    /// <summary>The first reason for which the expert may not score the application, or null if there is none.</summary>
    public static Conflict? Between(PoolExpert expert, DrawApplication application, bool ownCityExcluded) =>
        application.Parties.Contains(expert.Employer) ? Conflict.Employer
        : ownCityExcluded && application.City == expert.City ? Conflict.OwnCity
        : expert.Interests.Any(application.Parties.Contains) ? Conflict.Interest
        : expert.Recused.Contains(application.Id) ? Conflict.Recused
        : null;

    /// <summary>The conflict that the expert's facts show today, whatever they were at the draw.</summary>
    public static Conflict? Now(ExpertId id, ExpertState expert, DrawApplication application, bool ownCityExcluded) =>
        Between(new PoolExpert(id.Value, expert.Fields, expert.Employer!, expert.City!, expert.Interests, [], 0), application, ownCityExcluded);
}

/// <summary>An organisation that an application names: itself or a firm in one of its tables.</summary>
public sealed record Party(string Code, string Name);

/// <summary>Finds the organisations that an application names.</summary>
public static class Parties
{
    /// <summary>The applicant first, then the firms of the form's tables, each once. Any column of credit codes counts, whatever the table is called.</summary>
    public static IReadOnlyList<Party> Of(ApplicationSubmitted submitted, FormDefinition form)
    {
        var parties = new List<Party> { new(submitted.Organisation.Value, submitted.OrganisationName) };
        foreach (var table in form.Fields.Where(f => f.Type == FieldType.Table))
        {
            var name = table.Columns!.FirstOrDefault(c => c.Type == FieldType.Text);
            foreach (var code in table.Columns!.Where(c => c.Type == FieldType.CreditCode))
                foreach (var row in Rows(submitted, table))
                    if (CreditCode.Check(Text(row, code.Key)).Code is { } party)
                        parties.Add(new Party(party.Value, name is null ? "" : Text(row, name.Key)));
        }
        return [.. parties.DistinctBy(p => p.Code)];
    }

    private static JsonElement.ArrayEnumerator Rows(ApplicationSubmitted submitted, FieldDefinition table) =>
        submitted.Facts.TryGetValue(table.Key, out var rows) && rows.ValueKind == JsonValueKind.Array ? rows.EnumerateArray() : default;

    private static string Text(JsonElement row, string key) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
