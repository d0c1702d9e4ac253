using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Review;

namespace Registry.Publicity;

/// <summary>Commands about a batch's shortlist.</summary>
public static class ShortlistDesk
{
    /// <summary>
    /// Carries out a command about the shortlist of the batch in the route. The batch and every ranked application are held alone, the applicants' standing is
    /// relied on. Which applications those are was read before the locks; a panel that closed in between makes it a conflict.
    /// </summary>
    public static async Task<Decision> OnScoredAsync(
        this Desk desk, long version, Func<Shortlist, IReadOnlyList<Candidate>, IReadOnlyDictionary<ApplicationId, Timeline>, Decision> decide)
    {
        var batch = new BatchId(desk.Target!);
        var ranked = await PlacesAsync(desk, batch);
        var heads = await desk.Session.LoadManyAsync<Draft>(desk.Cancelled, ranked.Keys.Select(a => a.Stream).ToArray());
        var organisations = heads.ToDictionary(h => h.Application, h => Organisation.Stream(h.Organisation));
        return await desk.OnBatchAsync(version, async (call, timeline) =>
        {
            var now = await PlacesAsync(desk, batch);
            if (!now.Keys.ToHashSet().SetEquals(ranked.Keys))
                return CommandRules.Conflict.Refuse();
            var ids = organisations.Keys.ToArray();
            var read = await desk.ReadAsync([.. ids.Select(a => a.Stream), .. ids.Select(a => organisations[a])]);
            var timelines = new Dictionary<ApplicationId, Timeline>();
            var candidates = new List<Candidate>();
            for (var i = 0; i < ids.Length; i++)
            {
                timelines[ids[i]] = read[i];
                if (read[i].Fold(Filing.Start, Filing.Next).Stage == Stage.Scored)
                    candidates.Add(new Candidate(
                        ids[i], now[ids[i]].Rank, now[ids[i]].Passes,
                        Stops.Of(read[i], read[ids.Length + i].Fold(Standing.Start, Standing.Next), call.Definition, desk.Now)));
            }
            return decide(timeline.Fold(Shortlist.Start, Shortlist.Next), candidates, timelines);
        },
        [.. organisations.Keys.Select(a => Hold.Changing(a.Stream)), .. organisations.Values.Distinct().Select(Hold.Relying)]);
    }

    /// <summary>Each ranked application's place. Where a batch has several panels each ranking counts by itself, so ranks of different panels stand beside each other.</summary>
    private static async Task<Dictionary<ApplicationId, Ranked>> PlacesAsync(Desk desk, BatchId batch) =>
        (await desk.Session.RankingsOfAsync(batch, desk.Cancelled)).SelectMany(r => r.Entries).ToDictionary(e => e.Application);
}
