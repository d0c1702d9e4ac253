using Registry.Programme;

namespace Registry.Pages;

/// <summary>Names of cities and industries for codes in lists, from the province's reference data.</summary>
public static class Places
{
    /// <summary>A city's name, or null for a code that is none.</summary>
    public static string? City(PageContext page, string code) => ReferenceData.Cities.FirstOrDefault(c => c.Code == code) is { } city ? page.Say(city) : null;

    /// <summary>An industry's name, or null for a code that is none.</summary>
    public static string? Industry(PageContext page, string code) =>
        ReferenceData.Industries.FirstOrDefault(i => i.Code == code) is { } industry ? page.Say(new Words(industry.Zh, industry.En)) : null;

    /// <summary>The cities to choose from.</summary>
    public static IReadOnlyList<Choice> Cities(PageContext page) => [.. ReferenceData.Cities.Select(c => new Choice(c.Code, page.Say(c)))];

    /// <summary>The industries to choose from.</summary>
    public static IReadOnlyList<Choice> Industries(PageContext page) => [.. ReferenceData.Industries.Select(i => new Choice(i.Code, page.Say(new Words(i.Zh, i.En))))];
}
