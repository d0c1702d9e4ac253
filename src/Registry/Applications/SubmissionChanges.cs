using System.Globalization;
using System.Text.Json.Nodes;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Applications;

/// <summary>One place of the form that differs between two submissions.</summary>
/// <param name="Field">A field, or one row of a table: <c>leading_firms[2]</c>.</param>
/// <param name="Before">Null where there was nothing.</param>
/// <param name="After">Null where there is nothing any more.</param>
public sealed record FieldChange(string Field, JsonNode? Before, JsonNode? After);

/// <summary>What changed from one submission to another.</summary>
/// <param name="EvidenceAdded">Files by indicator that only the later one names.</param>
/// <param name="EvidenceRemoved">Files by indicator that only the earlier one names.</param>
/// <param name="Withheld">Fields of either submission whose text is withheld or destroyed, so that what differs in them cannot be seen whole.</param>
public sealed record ChangesAnswer(
    int From, int To, IReadOnlyList<FieldChange> Fields, IReadOnlyList<EvidenceAnswer> EvidenceAdded, IReadOnlyList<EvidenceAnswer> EvidenceRemoved,
    IReadOnlyDictionary<string, Withholding> Withheld);

/// <summary>Procedure 2, 3: every round is kept and can be compared, so that an officer sees what was corrected.</summary>
public static class SubmissionChanges
{
    private static readonly QuerySpec GetChanges = new(
        "get-changes", "/applications/{id}/changes", Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor,
        "What changed between two submissions, from and to; without them, between the last two.")
    {
        Inputs = [new("from", "Round of the earlier submission."), new("to", "Round of the later one.")],
    };

    internal static void Map(IEndpointRouteBuilder api) => api.MapQuery(GetChanges, ReadAsync, Wrong).WithTags("Applications");

    /// <summary>The places where the forms differ, tables row by row, in the order of the later form.</summary>
    public static IReadOnlyList<FieldChange> Between(JsonObject before, JsonObject after) =>
        [.. after.Select(m => m.Key).Union(before.Select(m => m.Key)).SelectMany(key => Differ(key, before[key], after[key]))];

    private static IEnumerable<FieldChange> Differ(string field, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after))
            return [];
        if (before is not JsonArray and not null || after is not JsonArray and not null || Rows(before).Concat(Rows(after)).Any(r => r is not JsonObject))
            return [new FieldChange(field, before?.DeepClone(), after?.DeepClone())];
        var (old, now) = (Rows(before), Rows(after));
        return Enumerable.Range(0, Math.Max(old.Count, now.Count)).SelectMany(i => Differ($"{field}[{i}]", old.ElementAtOrDefault(i), now.ElementAtOrDefault(i)));
    }

    private static IReadOnlyList<JsonNode?> Rows(JsonNode? table) => table is JsonArray rows ? [.. rows] : [];

    private static async Task<ChangesAnswer?> ReadAsync(HttpContext http, Reading reading)
    {
        if (await ApplicationsRoom.ReachableAsync(http, reading) is not { } head)
            return null;
        var rounds = (await reading.Session.Events.FetchStreamAsync(head.Id, token: reading.Cancelled)).Select(e => e.Data).OfType<ApplicationSubmitted>().ToList();
        var to = Round(http, "to") ?? rounds.Count;
        var from = Round(http, "from") ?? to - 1;
        if (rounds.FirstOrDefault(r => r.Round == from) is not { } before || rounds.FirstOrDefault(r => r.Round == to) is not { } after)
            return null;
        var keys = reading.Services.GetRequiredService<KeyStore>();
        return new ChangesAnswer(
            from, to, Between(FrozenForm.Join(before, reading.Open), FrozenForm.Join(after, reading.Open)),
            Only(after, before, reading), Only(before, after, reading),
            Withholding.OfTexts(before, keys).Concat(Withholding.OfTexts(after, keys)).GroupBy(w => w.Key).ToDictionary(w => w.Key, w => new Withholding(w.All(one => one.Value.Destroyed))));
    }

    private static IReadOnlyList<EvidenceAnswer> Only(ApplicationSubmitted one, ApplicationSubmitted other, Reading reading) =>
        [.. one.Evidence.Where(e => other.Evidence.All(o => (o.Indicator, o.Sha256) != (e.Indicator, e.Sha256)))
            .Select(e => ApplicationsRoom.Shown(e, reading))];

    private static Refusal? Wrong(HttpContext http) =>
        ((string[])["from", "to"]).FirstOrDefault(name => http.Request.Query.ContainsKey(name) && Round(http, name) is null) is { } name
            ? CommandRules.Malformed.Refuse(("what", name))
            : null;

    private static int? Round(HttpContext http, string name) =>
        int.TryParse(http.Request.Query[name].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : null;
}
