using Registry.Applications;
using Registry.Platform.Commands;

namespace Registry.Screening;

/// <summary>The province's steps on one application.</summary>
public static class ScreeningDesk
{
    /// <summary>
    /// Carries out a command of the re-check. Fixing the list holds the batch alone and each step relies on it, so an application is decided before the
    /// list is fixed or not at all.
    /// </summary>
    public static Task<Decision> OnRecheckAsync(this Desk desk, long version, Func<ApplicationFile, Recheck, Decision> decide) =>
        desk.OnApplicationAsync(version, async file =>
            IsListFixed((await desk.ReadAsync(file.Head.Batch.Stream))[0])
                ? ScreeningRules.ListFixed.Refuse()
                : decide(file, file.Timeline.Fold(Recheck.Start, Recheck.Next)));

    /// <summary>Whether the batch's list for expert review is fixed.</summary>
    public static bool IsListFixed(Timeline batch) => batch.Events.Any(e => e.Data is ReviewListFixed);
}
