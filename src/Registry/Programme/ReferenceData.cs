using System.Globalization;

namespace Registry.Programme;

/// <summary>
/// Reference data of the province that come with the program. A batch's own cities and industries stand in its
/// definition; these are for what lies around it: names of counties, lists recognised before the registry existed.
/// </summary>
public static class ReferenceData
{
    private static readonly Lazy<IReadOnlyList<Option>> CityList = new(() =>
        [.. Csv.Read(EmbeddedData.Bytes("Reference/cities.csv")).Select(row => new Option(row["code"], row["name_zh"], row["name_en"]))]);

    private static readonly Lazy<IReadOnlyList<County>> CountyList = new(() =>
        [.. Csv.Read(EmbeddedData.Bytes("Reference/counties.csv")).Select(row => new County(row["code"], row["name_zh"], row["city_code"], row["functional_zone"] is "1"))]);

    private static readonly Lazy<IReadOnlyList<Industry>> IndustryList = new(() =>
        [.. Csv.Read(EmbeddedData.Bytes("Reference/industries.csv")).Select(row => new Industry(row["code"], row["name_zh"], row["name_en"],
            row["field"].Length == 0 ? IndustryField.Other : Enum.Parse<IndustryField>(row["field"], ignoreCase: true)))]);

    private static readonly Lazy<IReadOnlyList<EarlierCluster>> EarlierList = new(() =>
        [.. Csv.Read(EmbeddedData.Bytes("Reference/earlier-lists.csv")).Select(EarlierCluster.FromRow)]);

    /// <summary>The sixteen cities by GB/T 2260 code.</summary>
    public static IReadOnlyList<Option> Cities => CityList.Value;

    /// <summary>Counties, districts and functional zones by code.</summary>
    public static IReadOnlyList<County> Counties => CountyList.Value;

    /// <summary>一: the ten leading industries of the notice.</summary>
    public static IReadOnlyList<Industry> Industries => IndustryList.Value;

    /// <summary>Clusters on published lists of the programme's first batch and of sister programmes.</summary>
    public static IReadOnlyList<EarlierCluster> EarlierClusters => EarlierList.Value;
}

/// <param name="FunctionalZone">True for development zones, whose code is used in practice but is not of GB/T 2260.</param>
public sealed record County(string Code, string Zh, string City, bool FunctionalZone);

/// <summary>One entry of an earlier list, as its issuer published it. Nothing is known about it beyond this.</summary>
/// <param name="Date">As precise as the source: 2023-10-24, 2024-08 or 2024.</param>
/// <param name="ListTotal">How many entries the whole list has.</param>
/// <param name="Number">Its number in the list, where the source gives one.</param>
/// <param name="Cities">GB/T 2260 codes of its cities.</param>
/// <param name="Operator">The operating body or applicant, where the source names it.</param>
public sealed record EarlierCluster(
    string Programme, string Round, string Date, int ListTotal, int? Number, string Name, IReadOnlyList<string> Cities, string? Operator,
    string Issuer, EarlierStatus Status, ListCompleteness Completeness)
{
    internal static EarlierCluster FromRow(IReadOnlyDictionary<string, string> row) => new(
        row["programme"], row["round"], row["date"], int.Parse(row["list_total"], CultureInfo.InvariantCulture),
        row["seq_in_source"] is { Length: > 0 } number ? int.Parse(number, CultureInfo.InvariantCulture) : null,
        row["name"], row["city_codes"].Split('|'), row["operator"] is { Length: > 0 } body ? body : null, row["issuer"],
        Enum.Parse<EarlierStatus>(row["status"], ignoreCase: true),
        row["completeness"] switch
        {
            "complete" => ListCompleteness.Complete,
            "first-n" => ListCompleteness.FirstEntries,
            "fragment" => ListCompleteness.Fragment,
            var other => throw new FormatException($"Unknown completeness {other}.")
        });
}

/// <summary>公示 or 认定.</summary>
public enum EarlierStatus { Publicised, Recognised }

/// <summary>Whether the whole list is known, its first entries, or some entries only.</summary>
public enum ListCompleteness { Complete, FirstEntries, Fragment }
