using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>
/// 四(四): makes the notice of the shortlist ready. The list and the exact text are fixed and the window is computed for the planned day of posting;
/// objections can be filed only once the posting is verified.
/// </summary>
/// <param name="PlannedDay">The day on which it will be posted.</param>
/// <param name="PostingAddress">Where the department's own site will carry it; left out, the registry's own site carries it from the planned day on.</param>
/// <param name="Version">The batch's version seen.</param>
/// <param name="Except">Shortlisted applications that are held back for now, for example because a case about them is open.</param>
/// <param name="Title">The notice's title; the usual one if left out.</param>
/// <param name="Body">Its text without the list; the usual one if left out.</param>
public sealed record OpenPublicity(
    DateOnly PlannedDay, string? PostingAddress, long Version, IReadOnlyList<ApplicationId>? Except = null, string? Title = null, string? Body = null)
    : ICommand<OpenPublicity>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "open-publicity", "/batches/{id}/publicity", Roles.ProvincialOfficer, "Make the notice of the shortlist ready and compute its window.");

    /// <summary>One shortlisted application that waits for its notice, and why it must not be put up, if a ban says so.</summary>
    public sealed record Waiting(ApplicationId Application, ApplicationSubmitted Submission, int Rank, Refusal? Banned);

    /// <summary>四(四): five working days by the official calendar, under the definition's rule; a year without a calendar is refused by name. 五(三): no banned applicant is put up.</summary>
    public static Decision Decide(OpenPublicity command, Call call, IReadOnlyList<Waiting> waiting, WorkingDays calendar, DateTimeOffset now, PublicityId id = default)
    {
        if (waiting.Count == 0)
            return PublicityRules.NothingToPublicise.Refuse();
        if (waiting.FirstOrDefault(w => w.Banned is not null) is { } stopped)
            return stopped.Banned!.About("application", stopped.Application.Value);
        if (((string.IsNullOrWhiteSpace(command.Title) ? null : TextCheck.CheckLine(command.Title, "title", 200)) ?? TextCheck.CheckOptional(command.Body, "body", 20_000)) is { } wrong)
            return wrong;
        var ownSite = string.IsNullOrWhiteSpace(command.PostingAddress);
        if (!ownSite && !IsWebAddress(command.PostingAddress!))
            return PublicityRules.AddressInvalid.Refuse();
        if (command.PlannedDay < ChinaTime.ToDay(now))
            return PublicityRules.DayInPast.Refuse(("today", ChinaTime.ToDay(now)));

        var rule = call.Definition.Publicity;
        var answer = calendar.Window(command.PlannedDay, rule);
        if (answer is WindowAnswer.NotPublished missing)
            return missing.Refusal();
        var window = ((WindowAnswer.Computed)answer).Window;
        var entries = waiting.OrderBy(w => w.Rank).Select((w, i) => EntryOf(i + 1, w.Application, w.Submission)).ToArray();
        var title = string.IsNullOrWhiteSpace(command.Title) ? NoticeText.UsualTitle(call.Definition) : command.Title.Trim();
        var text = NoticeText.Compose(
            call.Definition, title, string.IsNullOrWhiteSpace(command.Body) ? NoticeText.UsualBody(call.Definition) : command.Body, entries);
        return Decision.Accept(new PublicityOpened(
            call.Id, title, text, NoticeText.HashOf(text), entries, rule.WorkingDays, rule.FirstDayCounts, window,
            ownSite ? OwnSite.AddressOf(id) : command.PostingAddress!, ownSite));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(OpenPublicity command, Desk desk)
    {
        var id = new PublicityId(Desk.NewId());
        var before = (await desk.ReadAsync(new BatchId(desk.Target!).Stream))[0].Fold(Shortlist.Start, Shortlist.Next);
        var heads = await desk.Session.LoadManyAsync<Draft>(desk.Cancelled, before.Ranks.Keys.Select(a => a.Stream).ToArray());
        var applications = heads.ToDictionary(h => h.Application, h => Organisation.Stream(h.Organisation));
        Decision? opened = null;
        var decision = await desk.OnBatchAsync(command.Version, async (call, timeline) =>
        {
            var shortlist = timeline.Fold(Shortlist.Start, Shortlist.Next);
            var ids = applications.Keys.ToArray();
            var read = await desk.ReadAsync([.. ids.Select(a => a.Stream), .. ids.Select(a => applications[a])]);
            var waiting = new List<Waiting>();
            for (var i = 0; i < ids.Length; i++)
                if (read[i].Fold(Filing.Start, Filing.Next) is { Stage: Stage.Shortlisted, Last: { } submission }
                    && !shortlist.InNotice.ContainsKey(ids[i]) && command.Except?.Contains(ids[i]) is not true)
                    waiting.Add(new Waiting(
                        ids[i], submission, shortlist.Ranks[ids[i]],
                        Stops.Of(read[i], read[ids.Length + i].Fold(Standing.Start, Standing.Next), call.Definition, desk.Now)));
            opened = Decide(command, call, waiting, await desk.CalendarAsync(), desk.Now, id);
            if (opened is not Decision.Accepted accepted)
                return opened;
            desk.Append<PublicityNotice>(new Timeline(id.Stream, []), accepted.Events);
            return Decision.Accept(new NoticePrepared(id, [.. waiting.Select(w => w.Application)]));
        },
        [.. applications.Keys.Select(a => Hold.Relying(a.Stream)), .. applications.Values.Distinct().Select(Hold.Relying)]);
        if (decision is Decision.Accepted)
        {
            desk.Answer(id.Value, 1);
            var window = ((PublicityOpened)((Decision.Accepted)opened!).Events[0]).Window;
            return decision.With("firstDay", window.FirstDay).With("lastDay", window.LastDay);
        }
        return decision;
    }

    internal static NoticeEntry EntryOf(int number, ApplicationId application, ApplicationSubmitted s) =>
        new(number, application, s.ClusterName, s.OrganisationName, s.City, s.Industry);

    internal static bool IsWebAddress(string address) =>
        address.Length <= 500 && Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) && uri.UserInfo.Length == 0;
}
