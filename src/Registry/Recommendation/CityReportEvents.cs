using Registry.Applications;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>Marks the streams of city reports: one for each batch and city.</summary>
public sealed class CityReport
{
    /// <summary>The report's id, batch and city; its stream is <c>city-report/batch/city</c>.</summary>
    public static string IdOf(BatchId batch, string city) => $"{batch.Value}/{city}";

    /// <summary>The stream of a city's report in a batch.</summary>
    public static string Stream(BatchId batch, string city) => $"city-report/{IdOf(batch, city)}";
}

/// <summary>One cluster in a city's report.</summary>
/// <param name="Rank">The city's order, 1 first.</param>
public sealed record ReportedCluster(ApplicationId Application, int Rank);

/// <summary>四(二): an officer drew up the city's formal report. A later draft takes its place until one is issued.</summary>
/// <param name="DocumentNumber">机关代字〔年〕号.</param>
/// <param name="Document">SHA-256 of the scan of the formal document, hexadecimal.</param>
/// <param name="SummaryTable">SHA-256 of the scan of the sealed summary table, hexadecimal.</param>
/// <param name="Clusters">All recommended clusters in the city's order.</param>
/// <param name="Drafter">Account of the drafter, who may not issue it.</param>
[RecordedAs("city-report-drafted")]
public sealed record CityReportDrafted(
    BatchId Batch, string City, string DocumentNumber, string Document, string SummaryTable, IReadOnlyList<ReportedCluster> Clusters, string Drafter);

/// <summary>四(二): the city reported formally, with its document and sealed summary table; it recommends nothing further.</summary>
[RecordedAs("city-reported")]
public sealed record CityReported(
    BatchId Batch, string City, string DocumentNumber, string Document, string SummaryTable, IReadOnlyList<ReportedCluster> Clusters);

/// <summary>A city's report as the rules read it.</summary>
/// <param name="Draft">The latest draft.</param>
/// <param name="Issued">The report, once there is one.</param>
public sealed record CityReportState(CityReportDrafted? Draft, CityReported? Issued)
{
    /// <summary>Before anything happened.</summary>
    public static readonly CityReportState Start = new(null, null);

    /// <summary>One event further.</summary>
    public static CityReportState Next(CityReportState state, object e) => e switch
    {
        CityReportDrafted d => state with { Draft = d },
        CityReported r => state with { Issued = r },
        _ => state,
    };
}
