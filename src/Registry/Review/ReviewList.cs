using Marten;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Review;

/// <summary>四(二): the applications that the province has admitted to the expert review of a batch.</summary>
public static class ReviewList
{
    /// <summary>The list, or null while there is none.</summary>
    public static async Task<IReadOnlyList<ApplicationId>?> OfAsync(IQuerySession session, BatchId batch, CancellationToken ct)
    {
        var id = batch.Value;
        var filings = await session.Query<ClusterFiling>().Where(f => f.Batch == id).ToListAsync(ct);
        var admitted = new List<ApplicationId>();
        foreach (var filing in filings)
            if ((await session.Events.FetchStreamAsync(filing.Id, token: ct)).Aggregate(Filing.Start, (f, e) => Filing.Next(f, e.Data)).Stage == Stage.Admitted)
                admitted.Add(new ApplicationId(filing.Id["application/".Length..]));
        return admitted.Count == 0 ? null : admitted;
    }
}
