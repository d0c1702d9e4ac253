using System.Globalization;
using Registry.Programme;

namespace Registry.Pages.Officers;

/// <summary>Places of the form by their names: <c>leading_firms[2].revenue</c> reads 领军企业（第 3 行）年营业收入.</summary>
public static class FieldNames
{
    /// <summary>The place in words.</summary>
    public static string Of(PageContext page, CallDefinition definition, string place)
    {
        var parts = place.Split('[', ']');
        if (definition.Form.Find(parts[0]) is not { } field)
            return place;
        return page.Say(field.Label) + Within(page, field, place);
    }

    /// <summary>Row and column of a place within its field, in words; empty for the field as a whole.</summary>
    /// <param name="page">Says the language.</param>
    /// <param name="field">The field.</param>
    /// <param name="place">The place.</param>
    /// <param name="numbering">Code of the words that say the row's number.</param>
    public static string Within(PageContext page, FieldDefinition field, string place, string numbering = "page.row-number")
    {
        var parts = place.Split('[', ']');
        var row = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? page.Say(numbering, ("row", number + 1)) : "";
        var column = parts.Length > 2 && field.Columns?.FirstOrDefault(c => c.Key == parts[2].TrimStart('.')) is { } named ? page.Say(named.Label) : "";
        return row + column;
    }
}
