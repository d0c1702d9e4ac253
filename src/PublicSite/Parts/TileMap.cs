namespace PublicSite.Parts;

/// <summary>
/// Where a city's tile stands on the schematic map (column, row). It keeps neighbours together and claims no boundary:
/// a map with real boundaries needs an approved map number. A city without a place here follows in a row below.
/// </summary>
internal static class TilePlaces
{
    private static readonly Dictionary<string, (int Column, int Row)> Known = new(StringComparer.Ordinal)
    {
        ["371400"] = (1, 0), ["371600"] = (2, 0), ["370500"] = (3, 0), ["370600"] = (4, 0), ["371000"] = (5, 0),
        ["371500"] = (0, 1), ["370100"] = (1, 1), ["370300"] = (2, 1), ["370700"] = (3, 1), ["370200"] = (4, 1),
        ["370900"] = (1, 2), ["371300"] = (2, 2), ["371100"] = (3, 2),
        ["371700"] = (0, 3), ["370800"] = (1, 3), ["370400"] = (2, 3),
    };

    public static IEnumerable<(City City, int Column, int Row)> Place(IReadOnlyList<City> cities)
    {
        var next = 0;
        foreach (var city in cities)
        {
            if (Known.TryGetValue(city.Code, out var place)) yield return (city, place.Column, place.Row);
            else
            {
                yield return (city, next % 6, 4 + next / 6);
                next++;
            }
        }
    }
}
