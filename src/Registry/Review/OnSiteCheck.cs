using JasperFx.Events;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>四(三): an on-site check of an application was ordered.</summary>
[RecordedAs("on-site-check-ordered")]
public sealed record OnSiteCheckOrdered(Sealed Reason);

/// <summary>四(三): an on-site check was carried out; it goes back to the panel, whose members may revise their own sheets. Officers never change a score.</summary>
/// <param name="Day">The day of the visit.</param>
/// <param name="Team">Who went; personal, sealed under a key of its own.</param>
/// <param name="Findings">What was found.</param>
/// <param name="Photos">SHA-256 of the photos, hexadecimal.</param>
/// <param name="ReviseBy">Last day for the panel to revise, Beijing time.</param>
/// <param name="Calendar">Version of the calendar that the day was counted by.</param>
[RecordedAs("on-site-check-recorded")]
public sealed record OnSiteCheckRecorded(DateOnly Day, Sealed Team, Sealed Findings, IReadOnlyList<string> Photos, DateOnly ReviseBy, string Calendar) : INamesFiles
{
    IEnumerable<string> INamesFiles.Files => Photos;
}

/// <summary>An application's on-site check.</summary>
/// <param name="Ordered">Ordered and not carried out yet.</param>
/// <param name="RecordedAt">When the last one was recorded, UTC.</param>
/// <param name="ReviseBy">Last day for the panel to revise.</param>
/// <param name="OrderedAt">When the last one was ordered, UTC.</param>
public sealed record CheckState(bool Ordered, DateTimeOffset? RecordedAt, DateOnly? ReviseBy, DateTimeOffset? OrderedAt = null)
{
    /// <summary>Without a check.</summary>
    public static readonly CheckState Start = new(false, null, null);

    /// <summary>One event further.</summary>
    public static CheckState Next(CheckState state, IEvent e) => e.Data switch
    {
        OnSiteCheckOrdered => state with { Ordered = true, OrderedAt = e.Timestamp },
        OnSiteCheckRecorded r => new(false, e.Timestamp, r.ReviseBy, state.OrderedAt),
        _ => state,
    };
}
