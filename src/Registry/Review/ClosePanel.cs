using System.Security.Cryptography;
using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Review;

/// <summary>Closes a panel: all sheets are final, aggregates and ranking are computed once and recorded with all inputs.</summary>
/// <param name="Opinion">The panel's opinion; sealed.</param>
/// <param name="Version">The panel's version seen.</param>
public sealed record ClosePanel(string Opinion, long Version) : ICommand<ClosePanel>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("close-panel", "/panels/{id}/closing", Roles.ProvincialOfficer, "Close a panel and fix its ranking.");

    /// <summary>What a closing decides: events of the panel, and one event for each scored application.</summary>
    public sealed record Closing(Decision Decision, IReadOnlyList<(ApplicationFile File, ApplicationScored Event)> Scored);

    /// <summary>
    /// 四(三), 五(三): every assigned sheet is signed, or its expert abstained or was recused; no score is of an expert whose facts show a conflict by now (who is recused
    /// first); no on-site check is open and its term to revise is over or used.
    /// An application that no longer stands, or whose applicant is banned, is left out.
    /// </summary>
    /// <param name="command">What was said.</param>
    /// <param name="panel">The panel with its applications.</param>
    /// <param name="sheets">All sheets of the panel.</param>
    /// <param name="members">The members' facts now.</param>
    /// <param name="pseudonyms">Pseudonym of each member, drawn for this closing.</param>
    /// <param name="now">The instant of the command.</param>
    public static Closing Decide(
        ClosePanel command, PanelFile panel, IReadOnlyList<SheetView> sheets, IReadOnlyList<ExpertView> members, IReadOnlyDictionary<string, string> pseudonyms, DateTimeOffset now)
    {
        if (panel.Closed is { } closed)
            return Refused(closed);
        if (!panel.State.CalledIn)
            return Refused(ReviewRules.NotCalledIn.Refuse());
        if (TextCheck.Check(command.Opinion, "opinion") is { } wrong)
            return Refused(wrong);

        var rule = ScoringRule.Of(panel.Call.Definition, panel.State.Industry);
        var parties = panel.Snapshot!.Applications.ToDictionary(a => a.Id);
        var files = panel.Applications
            .Where(a => parties.ContainsKey(a.Head.Application.Value) && a.NotIn(Stage.Admitted) is null && a.Banned(now) is null)
            .ToArray();
        if (files.Length == 0)
            return Refused(ReviewRules.NothingToReview.Refuse());
        var byPlace = sheets.ToDictionary(s => (s.Application, s.Expert));
        var missing = files
            .SelectMany(f => panel.State.ScorersOf(f.Head.Application.Value).Where(e => !IsDone(rule, byPlace.GetValueOrDefault((f.Head.Application.Value, e)))))
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        if (missing.Length > 0)
            return Refused(ReviewRules.SheetsMissing.Refuse(("count", missing.Length), ("experts", missing)));

        var facts = members.ToDictionary(m => m.Expert.Value, m => m.State);
        var conflicted = files
            .SelectMany(f => panel.State.ScorersOf(f.Head.Application.Value)
                .Where(e => byPlace[(f.Head.Application.Value, e)].State.Status != SheetStatus.Abstained
                    && Conflicts.Now(new ExpertId(e), facts[e], parties[f.Head.Application.Value], panel.Snapshot.Rule.OwnCityExcluded) is not null))
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        if (conflicted.Length > 0)
            return Refused(ReviewRules.ConflictsFound.Refuse(("count", conflicted.Length), ("experts", conflicted)));

        var scores = new List<(ApplicationFile File, Score Score)>();
        var inputs = new Dictionary<ApplicationFile, (ScoredSheet[] Sheets, int Abstentions)>();
        foreach (var file in files)
        {
            var own = panel.State.ScorersOf(file.Head.Application.Value).Select(e => byPlace[(file.Head.Application.Value, e)]).ToArray();
            if (CheckStillOpen(file, own, now) is { } open)
                return Refused(open);
            var signed = own.Where(s => s.State.Status == SheetStatus.Signed)
                .Select(s => new ScoredSheet(pseudonyms[s.Expert], s.State.Points)).OrderBy(s => s.Pseudonym, StringComparer.Ordinal).ToArray();
            if (signed.Length < rule.Minimum)
                return Refused(ReviewRules.TooFewSheets.Refuse(("application", file.Head.Application.Value), ("cluster", file.Filing.Last!.ClusterName), ("needed", rule.Minimum), ("sheets", signed.Length)));
            scores.Add((file, Scoring.Of(rule, [.. signed.Select(s => s.Points)])));
            inputs[file] = (signed, own.Length - signed.Length);
        }

        var places = Scoring.Rank(rule, scores);
        return new Closing(
            Decision.Accept(
                new PanelClosed(Sealed.Of(command.Opinion.Trim()), Sealed.Of(JsonSerializer.Serialize(pseudonyms, Json.Store))),
                new RankingFixed(
                    panel.State.Batch, panel.State.Industry, rule,
                    [.. places.Select(p => new Ranked(p.Application.Head.Application, p.Rank, p.Score.Aggregate, p.Score.Means, inputs[p.Application].Sheets.Length, p.Score.Passes))],
                    [.. panel.Applications.Except(files).Select(f => f.Head.Application)])),
            [.. places.Select(p => (p.Application, new ApplicationScored(
                panel.Id, p.Score.Aggregate, p.Rank, p.Score.Passes, p.Score.Means, inputs[p.Application].Sheets, inputs[p.Application].Abstentions, rule)))]);
    }

    /// <summary>四(三): a check goes back to the panel. It is settled when every member has signed again since, or when the term to revise is over.</summary>
    private static Refusal? CheckStillOpen(ApplicationFile file, IReadOnlyList<SheetView> sheets, DateTimeOffset now)
    {
        var check = file.Timeline.Fold(CheckState.Start, CheckState.Next);
        return check.Ordered ? ReviewRules.CheckOpen.Refuse(("application", file.Head.Application.Value), ("cluster", file.Filing.Last!.ClusterName))
            : check.ReviseBy is { } day && now < ChinaTime.EndOf(day) && sheets.Any(s => s.State.Done < check.RecordedAt)
                ? ReviewRules.RevisionOpen.Refuse(("application", file.Head.Application.Value), ("cluster", file.Filing.Last!.ClusterName), ("lastDay", day))
                : null;
    }

    private static bool IsDone(ScoringRule rule, SheetView? sheet) =>
        sheet?.State.Status == SheetStatus.Abstained || sheet?.State.Status == SheetStatus.Signed && rule.Criteria.All(sheet.State.Points.ContainsKey);

    private static Closing Refused(Refusal refusal) => new(refusal, []);

    /// <inheritdoc />
    public static async Task<Decision> Handle(ClosePanel command, Desk desk)
    {
        // Nobody moves or declares an interest until it is closed, so the members are held too; who they are is known before the locks, and looked at again under them.
        var seen = await desk.Session.LoadAsync<PanelView>(new PanelId(desk.Target!).Stream, desk.Cancelled);
        var held = seen?.State.Seats.Select(s => new ExpertId(s.Expert).Stream).ToHashSet() ?? [];
        return await desk.OnPanelAsync(
            command.Version,
            WithApplications.Changing,
            async panel =>
            {
                var seated = panel.State.Seats.Select(s => new ExpertId(s.Expert).Stream).ToArray();
                if (!held.IsSupersetOf(seated))
                    return panel.Timeline.ChangedSince(seen?.Version ?? 0);
                var id = panel.Id.Value;
                var sheets = await desk.Session.Query<SheetView>().Where(s => s.Panel == id).ToListAsync(desk.Cancelled);
                var members = await desk.Session.LoadManyAsync<ExpertView>(desk.Cancelled, seated);
                var closing = Decide(command, panel, sheets, [.. members], Pseudonyms(panel.State), desk.Now);
                foreach (var (file, scored) in closing.Scored)
                    desk.Append<Application>(file.Timeline, [scored]);
                return closing.Decision;
            },
            formed => [PanelDesk.Panels(formed.Batch), .. held.Select(Hold.Relying)]);
    }

    /// <summary>Members in a random order, numbered: neither the drawn order nor anything known elsewhere tells who is who.</summary>
    private static Dictionary<string, string> Pseudonyms(PanelState panel)
    {
        var experts = panel.Seats.Select(s => s.Expert).ToArray();
        RandomNumberGenerator.Shuffle<string>(experts);
        return experts.Select((e, i) => (e, i)).ToDictionary(p => p.e, p => $"E{p.i + 1:00}");
    }
}
