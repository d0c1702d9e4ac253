using Marten;
using Registry.Platform.Commands;

namespace Registry.Applications;

/// <summary>Whatever brings an ended application back must not find the same cluster filed anew meanwhile.</summary>
public static class ClusterFilings
{
    /// <summary>The lock under which an organisation's live applications of a batch change.</summary>
    public static Hold HoldOf(Draft head) => Hold.Changing($"filings/{head.Batch.Value}/{head.Organisation.Value}");

    /// <summary>Whether the application has ended and another live one of the batch is for the same cluster. To be asked under <see cref="HoldOf"/>.</summary>
    public static async Task<bool> LiveElsewhereAsync(this Desk desk, Draft head)
    {
        var own = await desk.Session.LoadAsync<ClusterFiling>(head.Id, desk.Cancelled);
        return own is { Live: false } && await desk.Session.Query<ClusterFiling>().AnyAsync(
            c => c.Batch == own.Batch && c.Organisation == own.Organisation && c.Cluster == own.Cluster && c.Live, desk.Cancelled);
    }
}
