using System.Globalization;
using Registry.Accounts;
using Registry.Integrity;
using Registry.Programme;

namespace Registry.Pages.Integrity;

/// <summary>The list of restrictions on applying, for officers: who may not apply on a day.</summary>
public static class RestrictionPages
{
    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder office) =>
        office.Page("/restrictions", Roles.IntegrityOfficer | Roles.ProvincialOfficer | Roles.Auditor, ShowAsync);

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        var (typed, organisation, all, csv) = (call.Query("day"), call.Query("organisation").Trim(), call.Query("all") == "true", call.Query("format") == "csv");
        var valid = DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        if (!valid)
            day = ChinaTime.ToDay(call.Page.Now);
        var list = await Ask.ManyAsync<IReadOnlyList<RestrictionLine>>(
            call, "list-restrictions", ("day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("organisation", organisation), ("all", all ? "true" : "")) ?? [];
        return csv
            ? Export.Csv(call, $"restrictions-{day:yyyyMMdd}", [.. list])
            : call.Show<RestrictionsPage>(new { List = list, Day = day, Organisation = organisation, All = all, Wrong = typed.Length > 0 && !valid });
    }
}
