using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>One panel on the desk: everything its rules may read, as it stood under the command's locks.</summary>
/// <param name="Id">The panel.</param>
/// <param name="Timeline">Its events.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Call">Its batch.</param>
/// <param name="Applications">Its applications, where the command asked for them.</param>
public sealed record PanelFile(PanelId Id, Timeline Timeline, PanelState State, Call Call, IReadOnlyList<ApplicationFile> Applications)
{
    /// <summary>The snapshot of the round under way, if it was taken.</summary>
    public PoolSnapshotTaken? Snapshot => State.SnapshotTaken ? Timeline.Events.Select(e => e.Data).OfType<PoolSnapshotTaken>().Last() : null;

    /// <summary>Nothing more happens on a closed panel.</summary>
    public Refusal? Closed => State.Closed ? ReviewRules.PanelClosed.Refuse() : null;
}

/// <summary>What of its applications a command on a panel holds.</summary>
public enum WithApplications
{
    /// <summary>Nothing.</summary>
    No,
    /// <summary>They stay as they are until it is done.</summary>
    Relying,
    /// <summary>It appends to them.</summary>
    Changing,
}

/// <summary>Commands about a panel.</summary>
public static class PanelDesk
{
    /// <summary>Lock on which experts score what in a batch: one command at a time forms a panel or draws.</summary>
    public static Hold Panels(BatchId batch) => Hold.Changing($"panels/{batch.Value}");

    /// <summary>
    /// Carries out a command about the panel in the route. The panel is held alone and its batch relied on. Without a version, what several people do side by side
    /// (declaring) goes on whatever the others did meanwhile.
    /// </summary>
    public static async Task<Decision> OnPanelAsync(
        this Desk desk, long? version, WithApplications with, Func<PanelFile, Task<Decision>> decide, Func<PanelFormed, IEnumerable<Hold>>? holds = null)
    {
        var id = new PanelId(desk.Target!);
        if (await desk.FormedAsync(id) is not { } formed)
            return CommandRules.NotFound.Refuse();
        var heads = with == WithApplications.No ? [] : await desk.HeadsAsync(formed.Applications);
        await desk.HoldAsync([Hold.Changing(id.Stream), Hold.Relying(formed.Batch.Stream), .. HoldsOf(heads, with), .. holds?.Invoke(formed) ?? []]);

        var timelines = await desk.ReadAsync([id.Stream, formed.Batch.Stream]);
        if (version is { } seen && seen != timelines[0].Version)
            return timelines[0].ChangedSince(seen);
        var call = await desk.OpenCallAsync(formed.Batch, timelines[1]);
        var file = new PanelFile(id, timelines[0], timelines[0].Fold(PanelState.Start, PanelState.Next), call, await desk.FilesAsync(heads, call));
        return desk.Record<Panel>(timelines[0], id.Value, await decide(file));
    }

    /// <summary>The same for a rule that needs nothing else.</summary>
    public static Task<Decision> OnPanelAsync(this Desk desk, long? version, Func<PanelFile, Decision> decide) =>
        desk.OnPanelAsync(version, WithApplications.No, file => Task.FromResult(decide(file)));

    /// <summary>The fixed parts of applications, in the order asked for.</summary>
    public static async Task<IReadOnlyList<Draft>> HeadsAsync(this Desk desk, IReadOnlyList<ApplicationId> applications)
    {
        var heads = await desk.Session.LoadManyAsync<Draft>(desk.Cancelled, applications.Select(a => a.Stream));
        var byId = heads.ToDictionary(h => h.Id);
        return [.. applications.Where(a => byId.ContainsKey(a.Stream)).Select(a => byId[a.Stream])];
    }

    /// <summary>The locks on applications and on the standing of their applicants.</summary>
    public static IEnumerable<Hold> HoldsOf(IReadOnlyList<Draft> heads, WithApplications with) => heads.SelectMany(h => new[]
    {
        with == WithApplications.Changing ? Hold.Changing(h.Id) : Hold.Relying(h.Id),
        Hold.Relying(Organisation.Stream(h.Organisation)),
    });

    /// <summary>The batch of a panel, which was announced or there would be no panel.</summary>
    public static async Task<Call> OpenCallAsync(this Desk desk, BatchId batch, Timeline timeline)
    {
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, batch, timeline, desk.Cancelled)
            ?? throw new InvalidOperationException($"Batch {batch.Value} was never announced.");
        desk.UnderDefinition(call.Definition.Hash);
        return call;
    }

    /// <summary>Applications with everything a rule may read of them, under the locks of the command.</summary>
    public static async Task<IReadOnlyList<ApplicationFile>> FilesAsync(this Desk desk, IReadOnlyList<Draft> heads, Call call)
    {
        if (heads.Count == 0)
            return [];
        var timelines = await desk.ReadAsync([.. heads.Select(h => h.Id), .. heads.Select(h => Organisation.Stream(h.Organisation))]);
        return [.. heads.Select((head, i) => new ApplicationFile(
            head, timelines[i], timelines[i].Fold(Filing.Start, Filing.Next), call, timelines[heads.Count + i].Fold(Standing.Start, Standing.Next)))];
    }

    private static async Task<PanelFormed?> FormedAsync(this Desk desk, PanelId id) =>
        await desk.Session.Events.FetchStreamAsync(id.Stream, version: 1, token: desk.Cancelled) is [var first] ? first.Data as PanelFormed : null;
}
