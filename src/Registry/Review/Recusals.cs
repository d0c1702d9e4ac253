using Registry.Applications;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>Turns one recusal into the events it has: the recusal and, where somebody steps in, the calling in.</summary>
internal sealed class Recusals(PanelState panel, PoolSnapshotTaken snapshot, IReadOnlySet<string> unavailable, string by)
{
    private readonly List<object> events = [];

    /// <summary>The panel as it stands after them.</summary>
    public PanelState Panel { get; private set; } = panel;

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<object> Events => events;

    /// <summary>Recuses an expert from one application, or from all.</summary>
    public void Add(ExpertId expert, ApplicationId? application, Conflict? found, string? reason)
    {
        Happened(new ExpertRecused(expert, application, by, found, reason is null ? null : Sealed.Of(reason.Trim())));
        if (StandIns.Next(Panel, snapshot, expert, application?.Value, unavailable) is { } calledIn)
            Happened(calledIn);
    }

    private void Happened(object e)
    {
        events.Add(e);
        Panel = PanelState.Next(Panel, e);
    }
}
