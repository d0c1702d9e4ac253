using System.Text;
using Marten;
using Registry.Platform.Commands;
using Registry.Platform;

namespace Registry.Objections;

/// <summary>How many objections came from one source within one hour. The source is a keyed hash of address or wording and hour: it can be counted, not read, and not followed into the next hour.</summary>
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
    /// <summary>
    /// The sources of a filing over the network: its address, and its wording, so that the same text from a thousand addresses is one source too.
    /// None when it did not come over the network.
    /// </summary>
    internal static IReadOnlyList<string> SourcesOf(this Desk desk, ObjectionForm form)
    {
        if (desk.Services.GetRequiredService<IHttpContextAccessor>().HttpContext?.Connection.RemoteIpAddress is not { } address)
            return [];
        var (receipts, hour) = (desk.Services.GetRequiredService<Receipts>(), HourOf(desk.Now));
        var wording = string.Concat((form.Facts ?? "").InForm(NormalizationForm.FormKC).Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return [receipts.Keyed("filing-source", $"{address}\n{hour:O}"), receipts.Keyed("filing-wording", $"{wording}\n{hour:O}")];
    }

    /// <summary>The lock under which a source is counted.</summary>
    internal static Hold Lock(string source) => Hold.Changing($"filing-source/{source}");

    /// <summary>Whether one of the sources had its share, by the definition, before this filing.</summary>
    internal static async Task<bool> ExceedsAsync(this Desk desk, IReadOnlyList<string> sources, int share) =>
        (await desk.Session.LoadManyAsync<FilingCount>(desk.Cancelled, sources)).Any(c => c.Filings >= share);

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
