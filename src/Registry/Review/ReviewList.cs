using JasperFx.Events;
using Registry.Applications;
using Registry.Screening;

namespace Registry.Review;

/// <summary>四(二): the applications that the province has listed for the expert review of a batch.</summary>
public static class ReviewList
{
    /// <summary>The list in a batch's events, or null while it is not fixed. It is fixed once.</summary>
    public static IReadOnlyList<ApplicationId>? Of(IEnumerable<IEvent> batch) =>
        batch.Select(e => e.Data).OfType<ReviewListFixed>().LastOrDefault()?.Applications.Select(a => a.Application).ToArray();
}
