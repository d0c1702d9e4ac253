using Registry.Programme;
using Registry.Recognition;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>Monday 21 July 2025, 10:00 in Beijing: the window of a notice posted on <see cref="PostingMorning"/> is over.</summary>
    public static readonly DateTimeOffset AfterWindow = new(2025, 7, 21, 2, 0, 0, TimeSpan.Zero);

    private static int _documents;

    /// <summary>A document number of its own each time.</summary>
    public static string NewNumber(int year = 2025) => $"鲁工信〔{year}〕{Interlocked.Increment(ref _documents)}号";

    /// <summary>A collective decision on these applications; recognised unless a reason says why not.</summary>
    public static DecideRecognition ADecision(long version, IEnumerable<ApplicationId> applications, string? reason = null, DateTimeOffset? at = null) => new(
        "厅党组会议", ChinaTime.ToDay(at ?? AfterWindow), "演示签发人", [.. applications.Select(a => new DecidedApplication(a, reason is null, reason))], version);

    /// <summary>An announcement of these applications.</summary>
    public static IssueAnnouncement AnAnnouncement(
        long version, IEnumerable<ApplicationId> applications, AnnouncementKind kind = AnnouncementKind.Recognition, DateTimeOffset? at = null, string? number = null) => new(
        kind, number ?? NewNumber(ChinaTime.ToDay(at ?? AfterWindow).Year), ChinaTime.ToDay(at ?? AfterWindow), "关于公布演示名单的公告", "山东省工业和信息化厅", [.. applications], version);

    /// <summary>It was decided that the applications are recognised; the announcement is to follow.</summary>
    public async Task<IReadOnlyList<ApplicationId>> RecognitionDecidedAsync(BatchId batch, int applications = 1, DateTimeOffset? at = null)
    {
        var (_, ids) = await PublicisedAsync(batch, applications);
        await registry.Accepted(Province(), ADecision(await VersionAsync(batch.Stream), ids, at: at), batch.Value, at ?? AfterWindow);
        return ids;
    }

    /// <summary>The applications' clusters are recognised by an announcement.</summary>
    public async Task<IReadOnlyList<ApplicationId>> RecognisedAsync(BatchId batch, int applications = 1, DateTimeOffset? at = null)
    {
        var ids = await RecognitionDecidedAsync(batch, applications, at);
        await registry.Accepted(Province(), AnAnnouncement(await VersionAsync(batch.Stream), ids, at: at), batch.Value, at ?? AfterWindow);
        return ids;
    }
}
