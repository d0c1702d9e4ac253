using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>An officer draws up the city's formal report on all its recommended clusters; another one issues it. Procedure 3.</summary>
/// <param name="DocumentNumber">机关代字〔年〕号.</param>
/// <param name="Document">SHA-256 of the scan of the formal document, hexadecimal.</param>
/// <param name="SummaryTable">SHA-256 of the scan of the sealed summary table, hexadecimal.</param>
/// <param name="Applications">Every recommended application of the city once, in the city's order: the first has rank 1.</param>
/// <param name="Version">The version of the city's report seen; 0 before the first draft.</param>
public sealed record DraftCityReport(
    string DocumentNumber, string Document, string SummaryTable, IReadOnlyList<ApplicationId> Applications, long Version) : ICommand<DraftCityReport>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("draft-city-report", "/batches/{id}/city-report/draft", Roles.CityOfficer, "Draw up the own city's report on all its recommended clusters.");

    /// <summary>四(二): one report for each city and batch, by a formal document, with the sealed summary table, of all clusters that the city recommends.</summary>
    /// <param name="city">The officer's city.</param>
    /// <param name="drafter">The officer's account.</param>
    /// <param name="report">The city's report so far.</param>
    /// <param name="recommended">The applications that hold the city's places.</param>
    /// <param name="stored">Whether both scans lie in the store.</param>
    public static Decision Decide(
        DraftCityReport command, Call call, string city, string drafter, CityReportState report, IReadOnlyCollection<ApplicationId> recommended, bool stored, DateTimeOffset now)
    {
        if (report.Issued is { } issued)
            return RecommendationRules.CityReported.Refuse(("number", issued.DocumentNumber));
        if (call.OutsideReportWindow(now) is { } outside)
            return outside;
        if (Platform.DocumentNumber.Parse(command.DocumentNumber) is not { } number)
            return RecommendationRules.NumberInvalid.Refuse();
        if (!IsDigest(command.Document) || !IsDigest(command.SummaryTable))
            return RecommendationRules.DigestInvalid.Refuse();
        if (!stored)
            return RecommendationRules.FileMissing.Refuse();
        if (ListWrong(call, city, command.Applications, recommended) is { } wrong)
            return wrong;
        return Decision.Accept(new CityReportDrafted(
            call.Id, city, number.ToString(), command.Document, command.SummaryTable,
            [.. command.Applications.Select((id, i) => new ReportedCluster(id, i + 1))], drafter));
    }

    /// <summary>四(二): the list is whole, holds nothing else and keeps the quota in force, which an amendment may have lowered since.</summary>
    internal static Refusal? ListWrong(Call call, string city, IReadOnlyList<ApplicationId> listed, IReadOnlyCollection<ApplicationId> recommended) =>
        recommended.Count == 0 ? RecommendationRules.NothingRecommended.Refuse()
        : listed.Count != recommended.Count || !listed.ToHashSet().SetEquals(recommended)
            ? RecommendationRules.ListDiffers.Refuse(("recommended", recommended.Count), ("listed", listed.Count))
        : recommended.Count > call.Definition.QuotaOf(city) ? RecommendationRules.QuotaFull.Refuse(("quota", call.Definition.QuotaOf(city)))
        : null;

    /// <inheritdoc />
    public static async Task<Decision> Handle(DraftCityReport command, Desk desk)
    {
        var (batch, city) = (new BatchId(desk.Target!), desk.Actor.City!);
        var stream = CityReport.Stream(batch, city);
        await desk.HoldAsync(Hold.Changing(stream), Hold.Relying(batch.Stream), EvidenceStore.Naming(stream));
        var timelines = await desk.ReadAsync(stream, batch.Stream);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, batch, timelines[1], desk.Cancelled);
        if (call is null)
            return CommandRules.NotFound.Refuse();
        if (command.Version != timelines[0].Version)
            return timelines[0].ChangedSince(command.Version);
        desk.UnderDefinition(call.Definition.Hash);
        var files = desk.Services.GetRequiredService<EvidenceStore>();
        var stored = await files.StateOfAsync(stream, command.Document, desk.Cancelled) == FileState.Kept && await files.StateOfAsync(stream, command.SummaryTable, desk.Cancelled) == FileState.Kept;
        var decision = Decide(
            command, call, city, desk.Actor.Id, timelines[0].Fold(CityReportState.Start, CityReportState.Next),
            await RecommendedAsync(desk.Session, batch, city, desk.Cancelled), stored, desk.Now);
        return desk.Record<CityReport>(timelines[0], CityReport.IdOf(batch, city), decision);
    }

    /// <summary>The applications that hold the city's places.</summary>
    internal static async Task<IReadOnlyCollection<ApplicationId>> RecommendedAsync(IQuerySession session, BatchId batch, string city, CancellationToken ct) =>
        [.. (await session.Query<ApplicationCard>().Where(c => c.Batch == batch.Value && c.City == city && c.HoldsPlace).Select(c => c.Application).ToListAsync(ct))
            .Select(ApplicationId.Of)];

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
