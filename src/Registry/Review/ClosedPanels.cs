using Marten;
using Registry.Platform.Commands;

namespace Registry.Review;

/// <summary>What was recorded when panels were closed, read for many panels at once.</summary>
public static class ClosedPanels
{
    /// <summary>The scored applications of each of these closed panels, in the order of their rankings.</summary>
    public static async Task<IReadOnlyDictionary<PanelId, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored)>>> ScoredAsync(
        IReadOnlyList<PanelView> panels, IQuerySession session, CancellationToken ct)
    {
        var batch = session.CreateBatchQuery();
        var queries = panels.SelectMany(p => p.Ranking!.Entries.Select(e => (p.Panel, e.Application, Events: batch.Events.FetchStream(e.Application.Stream)))).ToArray();
        await batch.Execute(ct);
        var scored = panels.ToDictionary(p => p.Panel, _ => new List<(ApplicationId, ApplicationScored)>());
        foreach (var (panel, application, events) in queries)
            scored[panel].Add((application, (await events).Select(e => e.Data).OfType<ApplicationScored>().Last(s => s.Panel == panel)));
        return scored.ToDictionary(s => s.Key, s => (IReadOnlyList<(ApplicationId, ApplicationScored)>)s.Value);
    }

    /// <summary>The records of these closed panels.</summary>
    public static async Task<IReadOnlyList<PanelRecord>> RecordsAsync(IReadOnlyList<PanelView> panels, Reading reading)
    {
        var scored = await ScoredAsync(panels, reading.Session, reading.Cancelled);
        var batch = reading.Session.CreateBatchQuery();
        var queries = panels.Select(p => (Panel: p, Events: batch.Events.FetchStream(p.Id))).ToArray();
        await batch.Execute(reading.Cancelled);
        var records = new List<PanelRecord>();
        foreach (var (panel, events) in queries)
            if (PanelRecord.Of(panel, [.. (await events).Select(e => e.Data)], scored[panel.Panel]) is { } record)
                records.Add(record);
        return records;
    }
}
