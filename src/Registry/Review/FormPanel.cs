using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Review;

/// <summary>Forms a panel for the applications that are ranked together: all admitted ones, or those of one industry where the definition groups so.</summary>
/// <param name="Industry">The industry, where the definition groups by industry; otherwise null.</param>
public sealed record FormPanel(string? Industry) : ICommand<FormPanel>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("form-panel", "/batches/{id}/panels", Roles.ProvincialOfficer, "Form a panel for the admitted applications.");

    /// <summary>四(二), 四(三): the province has fixed which clusters take part in the expert review; each is on one panel.</summary>
    /// <param name="command">What was said.</param>
    /// <param name="call">The batch.</param>
    /// <param name="listed">The applications on the review list, null before it is fixed.</param>
    /// <param name="seated">Applications that are on a panel already.</param>
    /// <param name="now">The instant of the command.</param>
    public static Decision Decide(FormPanel command, Call call, IReadOnlyList<ApplicationFile>? listed, IReadOnlySet<string> seated, DateTimeOffset now)
    {
        if (call.Definition.Panel.Grouping == PanelGrouping.ByIndustry
            ? command.Industry is null || call.Definition.FindIndustry(command.Industry) is null
            : command.Industry is not null)
            return ReviewRules.Grouping.Refuse(("grouping", call.Definition.Panel.Grouping.ToString()));
        if (listed is null)
            return ReviewRules.ListNotFixed.Refuse();
        var applications = listed
            .Where(a => a.NotIn(Stage.Admitted) is null && a.Banned(now) is null)
            .Where(a => command.Industry is null || a.Filing.Last!.Industry == command.Industry)
            .Select(a => a.Head.Application)
            .Where(a => !seated.Contains(a.Value))
            .OrderBy(a => a.Value, StringComparer.Ordinal)
            .ToArray();
        return applications.Length == 0
            ? ReviewRules.NothingToReview.Refuse()
            : Decision.Accept(new PanelFormed(call.Id, command.Industry, applications)).With("applications", applications);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(FormPanel command, Desk desk)
    {
        var batch = new BatchId(desk.Target!);
        var listed = ReviewList.Of(await desk.Session.Events.FetchStreamAsync(batch.Stream, token: desk.Cancelled));
        var heads = listed is null ? [] : await desk.HeadsAsync(listed);
        await desk.HoldAsync([Hold.Relying(batch.Stream), PanelDesk.Panels(batch), .. PanelDesk.HoldsOf(heads, WithApplications.Relying)]);
        var timeline = (await desk.ReadAsync(batch.Stream))[0];
        if (!timeline.Exists)
            return CommandRules.NotFound.Refuse();
        var call = await desk.OpenCallAsync(batch, timeline);
        var files = listed is null ? null : await desk.FilesAsync(heads, call);
        var id = new PanelId(Desk.NewId());
        return desk.Record<Panel>(new Timeline(id.Stream, []), id.Value,
            Decide(command, call, files, await Panels.SeatedAsync(desk.Session, batch, desk.Cancelled), desk.Now));
    }
}
