using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Review;

/// <summary>Records an on-site check that was carried out.</summary>
/// <param name="Day">The day of the visit.</param>
/// <param name="Team">Who went; sealed.</param>
/// <param name="Findings">What was found; sealed.</param>
/// <param name="Photos">SHA-256 of the photos, lower-case hexadecimal; they were uploaded before.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record RecordOnSiteCheck(DateOnly Day, string Team, string Findings, IReadOnlyList<string> Photos, long Version) : ICommand<RecordOnSiteCheck>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-on-site-check", "/applications/{id}/on-site-check/record", Roles.ProvincialOfficer, "Record an on-site check.");

    /// <summary>Most photos of one check.</summary>
    public const int MostPhotos = 100;

    /// <summary>四(三), procedure 5: what was found goes back to the panel, which may revise within its working days from the recording. Photos are evidence: no event names a file that is not there.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="file">The application.</param>
    /// <param name="check">Its on-site check.</param>
    /// <param name="missing">Photos that were not uploaded.</param>
    /// <param name="calendar">The official calendar.</param>
    /// <param name="now">The instant of the command.</param>
    public static Decision Decide(RecordOnSiteCheck command, ApplicationFile file, CheckState check, IReadOnlySet<string> missing, WorkingDays calendar, DateTimeOffset now)
    {
        var today = ChinaTime.ToDay(now);
        if (file.Banned(now) is { } banned)
            return banned;
        if (file.NotIn(Stage.Admitted) is { } stage)
            return stage;
        if (!check.Ordered)
            return ReviewRules.CheckNotOrdered.Refuse();
        if (command.Day > today)
            return ReviewRules.CheckDay.Refuse(("today", today));
        if (check.OrderedAt is { } ordered && command.Day < ChinaTime.ToDay(ordered))
            return ReviewRules.CheckBeforeOrder.Refuse(("ordered", ChinaTime.ToDay(ordered)));
        if ((TextCheck.Check(command.Team, "team") ?? TextCheck.Check(command.Findings, "findings")) is { } wrong)
            return wrong;
        if (command.Photos.Count > MostPhotos || !command.Photos.All(Seed.IsDigest))
            return ReviewRules.PhotoInvalid.Refuse(("most", MostPhotos));
        if (command.Photos.FirstOrDefault(missing.Contains) is { } absent)
            return ReviewRules.PhotoMissing.Refuse(("photo", absent));
        return calendar.AddWorkingDays(today, file.Call.Definition.Panel.ReviseWorkingDays) switch
        {
            DayAnswer.Computed term => Decision.Accept(new OnSiteCheckRecorded(
                command.Day,
                Sealed.Of(command.Team.Trim(), under: $"{file.Head.Id}/personal"),
                Sealed.Of(command.Findings.Trim()),
                command.Photos,
                term.Day,
                calendar.Version)).With("reviseBy", term.Day),
            DayAnswer.NotPublished without => without.Refusal(),
            _ => throw new InvalidOperationException("A term has a last day or a year without a calendar."),
        };
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(RecordOnSiteCheck command, Desk desk)
    {
        var calendar = await desk.CalendarAsync();
        var files = desk.Services.GetRequiredService<EvidenceStore>();
        return await desk.OnApplicationAsync(
            command.Version,
            async file => Decide(
                command, file, file.Timeline.Fold(CheckState.Start, CheckState.Next),
                await CheckPhotos.MissingAsync(files, file.Head.Application, command.Photos.Take(MostPhotos), desk.Cancelled), calendar, desk.Now),
            head => [EvidenceStore.Naming(head.Application.Value)]);
    }
}
