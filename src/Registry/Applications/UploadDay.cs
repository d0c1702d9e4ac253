using Marten;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>How much one account has handed in on one day. A plain document: no rule of the procedure rests on it.</summary>
public sealed record UploadDay
{
    /// <summary>Account and day, Beijing time.</summary>
    public required string Id { get; init; }

    /// <summary>The day.</summary>
    public DateOnly Day { get; init; }

    /// <summary>Files so far.</summary>
    public int Files { get; init; }

    /// <summary>Bytes so far.</summary>
    public long Bytes { get; init; }
}

/// <summary>Counting uploads by account and day.</summary>
internal static class UploadDays
{
    public static Hold LockOf(string account) => Hold.Changing($"uploads/{account}");

    public static async Task<UploadDay> UploadedTodayAsync(this Desk desk)
    {
        var day = ChinaTime.ToDay(desk.Now);
        var id = $"{desk.Actor.Id}|{day:yyyy-MM-dd}";
        return await desk.Session.LoadAsync<UploadDay>(id, desk.Cancelled) ?? new UploadDay { Id = id, Day = day };
    }

    /// <summary>Why the account cannot hand in so much more today, or null if it can.</summary>
    public static Refusal? Full(this UploadDay today, long size, FileLimits limits) =>
        today.Files >= limits.FilesOfAccount ? FileRules.AccountFull.Refuse(("most", $"{limits.FilesOfAccount}"))
        : today.Bytes + size > limits.OfAccount ? FileRules.AccountFull.Refuse(("most", FileRules.Megabytes(limits.OfAccount)))
        : null;

    /// <summary>Why a file in this state cannot be handed in, or null if it can: what was withheld or destroyed does not come in again.</summary>
    public static Refusal? Barred(this FileState file) => file switch
    {
        FileState.Withheld => FileRules.Quarantined.Refuse(),
        FileState.Destroyed => FileRules.Destroyed.Refuse(),
        _ => null,
    };

    /// <summary>Counts one more, and forgets the days that are over.</summary>
    public static void Count(this Desk desk, UploadDay today, long size)
    {
        desk.Session.Store(today with { Files = today.Files + 1, Bytes = today.Bytes + size });
        if (today.Files == 0)
            desk.Session.DeleteWhere<UploadDay>(d => d.Day < today.Day);
    }
}
