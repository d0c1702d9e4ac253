using System.Security.Cryptography;
using Marten;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;
using Registry.Review;

namespace Registry.Recognition;

/// <summary>A closed panel with what it scored, as publishing its scores reads it.</summary>
/// <param name="Scored">Its applications in rank order; <c>Put</c> is where each stands in publicity, null for one that never did.</param>
public sealed record PanelToPublish(
    PanelId Panel, RankingFixed Ranking, IReadOnlyList<(ApplicationId Application, ApplicationScored Scored, ApplicationPublicised? Put)> Scored);

/// <summary>
/// 四(三): where the definition allows it, the scores become open data behind pseudonyms together with the list of recognised clusters. Ours does not allow it.
/// Pseudonyms are drawn anew, so that not even an auditor's record leads from one to the other; an application that was never publicised has no name here either.
/// </summary>
public static class OpenScores
{
    /// <summary>What is published with a batch's list.</summary>
    /// <param name="definition">The batch's definition.</param>
    /// <param name="panels">Its closed panels.</param>
    /// <param name="listed">The applications on the shortlist.</param>
    /// <param name="pseudonyms">A public pseudonym for each pseudonym of each panel.</param>
    /// <returns>Null where the definition publishes no scores, or where there are none.</returns>
    public static ScoresPublished? Of(
        CallDefinition definition, IReadOnlyList<PanelToPublish> panels, IReadOnlySet<ApplicationId> listed, IReadOnlyDictionary<(PanelId, string), string> pseudonyms)
    {
        if (!definition.Panel.PublishScores || panels.Count == 0)
            return null;
        return new ScoresPublished([.. panels.Select(p => new PublishedPanel(
            p.Ranking.Industry, p.Ranking.Rule,
            [.. p.Scored.Select(s => new PublishedScore(
                s.Scored.Rank, s.Scored.Aggregate, s.Scored.Passes, listed.Contains(s.Application), s.Put?.Publicity, s.Put?.Entry,
                [.. s.Scored.Sheets.Select(x => new ScoredSheet(pseudonyms[(p.Panel, x.Pseudonym)], x.Points)).OrderBy(x => x.Pseudonym, StringComparer.Ordinal)]))]))]);
    }

    /// <summary>Reads what is published and draws the pseudonyms.</summary>
    internal static async Task<ScoresPublished?> OfAsync(Desk desk, Call call, Timeline batch)
    {
        if (!call.Definition.Panel.PublishScores)
            return null;
        var views = (await desk.Session.OfBatchAsync(call.Id, desk.Cancelled)).Where(p => p.Ranking is not null).ToArray();
        var queries = desk.Session.CreateBatchQuery();
        var streams = views.SelectMany(v => v.Ranking!.Entries).ToDictionary(e => e.Application, e => queries.Events.FetchStream(e.Application.Stream));
        await queries.Execute(desk.Cancelled);
        var panels = new List<PanelToPublish>();
        foreach (var view in views)
        {
            var scored = new List<(ApplicationId, ApplicationScored, ApplicationPublicised?)>();
            foreach (var place in view.Ranking!.Entries)
            {
                var events = (await streams[place.Application]).Select(e => e.Data).ToArray();
                scored.Add((place.Application, events.OfType<ApplicationScored>().Last(s => s.Panel == view.Panel), events.OfType<ApplicationPublicised>().LastOrDefault()));
            }
            panels.Add(new PanelToPublish(view.Panel, view.Ranking, scored));
        }
        var experts = panels.SelectMany(p => p.Scored.SelectMany(s => s.Scored.Sheets).Select(x => (p.Panel, x.Pseudonym))).Distinct().ToArray();
        RandomNumberGenerator.Shuffle<(PanelId, string)>(experts);
        return Of(
            call.Definition, panels, batch.Fold(Shortlist.Start, Shortlist.Next).Ranks.Keys.ToHashSet(),
            experts.Select((e, i) => (e, i)).ToDictionary(x => x.e, x => $"P{x.i + 1:000}"));
    }
}
