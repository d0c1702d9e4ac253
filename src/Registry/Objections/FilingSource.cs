using Marten;
using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>How many objections came from one source within one hour. The source is a keyed hash of address and hour: it can be counted, not read, and not followed into the next hour.</summary>
public sealed record FilingCount
{
    /// <summary>The source in its hour.</summary>
    public required string Id { get; init; }

    /// <summary>The hour, UTC.</summary>
    public DateTimeOffset Hour { get; init; }

    /// <summary>Objections so far.</summary>
    public int Filings { get; init; }
}

/// <summary>
/// Keeps the officers' first queue usable when one source files thousands: nothing is refused or dropped, but what exceeds the hour's share waits in the
/// second queue with the same rights. A genuine objector behind the same address is at worst there too. Must hold: 40.
/// </summary>
public static class FilingSource
{
    /// <summary>Objections of one source in one hour that go to the first queue. An office behind one address files fewer.</summary>
    public const int FirstQueueShare = 20;

    /// <summary>The name of the source of the request being carried out, or null when it did not come over the network.</summary>
    internal static string? OfRequest(this Desk desk)
    {
        var address = desk.Services.GetRequiredService<IHttpContextAccessor>().HttpContext?.Connection.RemoteIpAddress;
        return address is null ? null : desk.Services.GetRequiredService<Receipts>().Keyed("filing-source", $"{address}\n{HourOf(desk.Now):O}");
    }

    /// <summary>The lock under which a source is counted.</summary>
    internal static Hold Lock(string source) => Hold.Changing($"filing-source/{source}");

    /// <summary>Whether the source had its share before this filing.</summary>
    internal static async Task<bool> ExceedsAsync(this Desk desk, string source) =>
        (await desk.Session.LoadAsync<FilingCount>(source, desk.Cancelled))?.Filings >= FirstQueueShare;

    /// <summary>Counts one more, and forgets the hours that are over.</summary>
    internal static async Task CountAsync(this Desk desk, string source)
    {
        var hour = HourOf(desk.Now);
        var count = await desk.Session.LoadAsync<FilingCount>(source, desk.Cancelled) ?? new FilingCount { Id = source, Hour = hour };
        desk.Session.Store(count with { Filings = count.Filings + 1 });
        if (count.Filings == 0)
            desk.Session.DeleteWhere<FilingCount>(c => c.Hour < hour);
    }

    private static DateTimeOffset HourOf(DateTimeOffset instant) => new(instant.Year, instant.Month, instant.Day, instant.Hour, 0, 0, TimeSpan.Zero);
}
