using Registry.Accounts;
using Registry.Objections;
using Registry.Publicity;

namespace Registry.Pages.Notices;

/// <summary>One thing that can be done with a notice now.</summary>
/// <param name="Why">What it is for, where the name alone does not say it.</param>
public sealed record NoticeStep(string Href, string Label, string? Why = null);

/// <summary>One notice as the office decides on it: where it stands, how its window was counted, what was observed, what can be done now.</summary>
public static class NoticePages
{
    /// <summary>Maps the page.</summary>
    public static void Map(IEndpointRouteBuilder office) => office.Page("/publicity/{id}", PageGate.SignedIn, ShowAsync);

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        if (call.Query("do").Length > 0)
            return await RecordPages.ShowAsync(call, $"publicity/{call.Route("id")}");
        if (await Ask.OneAsync<NoticeAnswer>(call, "get-notice", call.Route("id")) is not { } notice)
            return call.NotFound();
        var objections = await Ask.ObjectionsAsync(call, ("publicity", notice.Publicity.Value));
        call = call with { Page = call.Page with { Known = await NamesOf.AnswerAsync(call, notice) } };
        return call.Show<NoticePage>(new
        {
            Notice = notice,
            Steps = call.Actor.Role == Roles.ProvincialOfficer ? StepsOf(call, notice) : [],
            Objections = objections.ToLookup(o => o.Entry),
        });
    }

    /// <summary>Only what the state allows; whether it is done is decided by the command.</summary>
    private static List<NoticeStep> StepsOf(PageCall call, NoticeAnswer notice)
    {
        var steps = new List<NoticeStep>();
        if (notice.GivenUp)
            return steps;
        if (notice.PostedAt is null)
        {
            Add(notice.OwnSite ? "read-back-posting" : "verify-posting", notice.OwnSite ? "" : $"&address={Uri.EscapeDataString(notice.Address)}");
            Add("give-up-notice");
            return steps;
        }
        var proposals = notice.Entries.SelectMany(e => e.Proposals ?? []).Distinct().ToList();
        foreach (var proposal in proposals)
            Add("redate-publicity", $"&lastDay={proposal.LastDay:yyyy-MM-dd}", call.Page.Say("page.notice.proposal." + proposal.Because, ("lastDay", BeijingTime.Day(proposal.LastDay, call.Page.Language)), ("hours", proposal.OutageHours)));
        if (proposals.Count == 0)
            Add("redate-publicity");
        foreach (var outage in notice.Observed.Where(o => o.Until - o.From > Availability.Tolerance && !notice.Outages.Any(r => r.From <= o.From && o.Until <= r.Until)))
            Add("record-outage", $"&from={Local(outage.From)}&until={Local(outage.Until)}", call.Page.Say("page.notice.record-observed", ("from", BeijingTime.Instant(outage.From, call.Page.Language)), ("until", BeijingTime.Instant(outage.Until, call.Page.Language))));
        if (notice.Observed.Count == 0)
            Add("record-outage");
        Add("add-entry");
        Add("change-entry");
        if (!notice.Closed && notice.Entries.Where(e => !e.Left).All(e => e.Side == WindowSide.Over))
            Add("record-closing");
        return steps;

        void Add(string command, string with = "", string? why = null)
        {
            var form = CommandForm.All[command];
            steps.Add(new($"{form.PathFor(notice.Publicity.Value)}?do={command}&next=/office/publicity/{notice.Publicity.Value}{with}", form.Title(call.Page), why ?? call.Page.SayFirst("", "page.notice.why." + command)));
        }
    }

    private static string Local(DateTimeOffset instant) => Programme.ChinaTime.ToLocal(instant).ToString("yyyy-MM-ddTHH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
