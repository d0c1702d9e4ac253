using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>
/// Takes a scan for the own city's report. Given by the upload before the scan is stored: it counts what the account hands in and records nothing, because a
/// scan is of the history only when a draft names it. 四(二).
/// </summary>
/// <param name="Type">The media type by the content; empty for a file of no kind that is taken.</param>
public sealed record TakeReportFile(string Sha256, long Size, string Type) : ICommand<TakeReportFile>
{
    private static readonly string[] Kinds = [FileKinds.Pdf, FileKinds.Png, FileKinds.Jpeg];

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("take-report-file", null, Roles.CityOfficer, "Take a scan for the own city's report.");

    /// <summary>A scan, while the report is not issued, within what one account may hand in on a day.</summary>
    /// <param name="limits">How much may be handed in.</param>
    /// <param name="today">How much the account has handed in today.</param>
    /// <param name="file">The same bytes in the store.</param>
    public static Decision Decide(TakeReportFile command, CityReportState report, FileLimits limits, UploadDay today, FileState file) =>
        report.Issued is { } issued ? RecommendationRules.CityReported.Refuse(("number", issued.DocumentNumber))
        : !Kinds.Contains(command.Type) ? RecommendationRules.ScanKind.Refuse()
        : today.Full(command.Size, limits) is { } full ? full
        : file.Barred() is { } barred ? barred
        : Decision.Accept();

    /// <inheritdoc />
    public static async Task<Decision> Handle(TakeReportFile command, Desk desk)
    {
        var (batch, city) = (new BatchId(desk.Target!), desk.Actor.City!);
        var stream = CityReport.Stream(batch, city);
        await desk.HoldAsync(Hold.Relying(stream), UploadDays.LockOf(desk.Actor.Id));
        if (await desk.Services.GetRequiredService<Calls>().ReadAsync(desk.Session, batch, desk.Cancelled) is null)
            return CommandRules.NotFound.Refuse();
        var today = await desk.UploadedTodayAsync();
        var decision = Decide(
            command, (await desk.ReadAsync(stream))[0].Fold(CityReportState.Start, CityReportState.Next), desk.Services.GetRequiredService<RegistrySettings>().Files.Limits, today,
            await desk.Services.GetRequiredService<EvidenceStore>().StateOfAsync(stream, command.Sha256, desk.Cancelled));
        if (decision is Decision.Accepted)
            desk.Count(today, command.Size);
        desk.Answer(batch.Value, 0);
        return decision;
    }
}
