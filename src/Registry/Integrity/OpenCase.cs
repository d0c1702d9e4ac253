using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Opens a case of suspected false material about an application, wherever it stands.</summary>
/// <param name="Source">What made the department look.</param>
/// <param name="Reference">Id of the objection or the report; null when an officer noticed it.</param>
/// <param name="Alleged">What is alleged; sealed.</param>
/// <param name="Items">Which fields of which submissions, and which files.</param>
public sealed record OpenCase(CaseSource Source, string? Reference, string Alleged, IReadOnlyList<AllegedItem> Items) : ICommand<OpenCase>
{
    /// <summary>Most items of one case.</summary>
    public const int MostItems = 100;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "open-case", "/applications/{id}/cases", Roles.IntegrityOfficer | Roles.ProvincialOfficer, "Open a case of suspected false material about an application.");

    /// <summary>
    /// 五(三), procedure 9: at any time, before or after recognition, and after a withdrawal too: withdrawing does not undo what was submitted.
    /// </summary>
    /// <param name="submissions">All submissions of the application, in order.</param>
    public static Decision Decide(
        OpenCase command, ApplicationId application, IReadOnlyList<ApplicationSubmitted> submissions, long applicationVersion, FormDefinition form, bool referenceKnown)
    {
        if (submissions.Count == 0)
            return IntegrityRules.NothingSubmitted.Refuse();
        if (command.Source == CaseSource.Officer ? command.Reference is not null : !referenceKnown)
            return IntegrityRules.ReferenceUnknown.Refuse();
        if (TextCheck.Check(command.Alleged, "alleged") is { } wrong)
            return wrong;
        if (command.Items.Count is 0 or > MostItems)
            return IntegrityRules.ItemMissing.Refuse(("most", MostItems));
        foreach (var item in command.Items)
            if (form.Find(item.Field) is null
                || submissions.FirstOrDefault(s => s.Round == item.Round) is not { } submission
                || (item.Evidence is { } digest && submission.Evidence.All(e => e.Indicator != item.Field || e.Sha256 != digest)))
                return IntegrityRules.ItemUnknown.Refuse(("round", item.Round));

        var last = submissions[^1];
        return Decision.Accept(new CaseOpened(
            application, last.Batch, last.Organisation, last.OrganisationName, last.ClusterName, last.City, command.Source, command.Reference,
            command.Items, Sealed.Of(command.Alleged.Trim()), applicationVersion, last.FormHash));
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(OpenCase command, Desk desk)
    {
        var application = new ApplicationId(desk.Target!);
        var head = await desk.Session.LoadAsync<Draft>(application.Stream, desk.Cancelled);
        if (head is null || !desk.Actor.Reaches(new Belonging(head.City, head.Organisation.Value)))
            return CommandRules.NotFound.Refuse();
        var id = new CaseId(Desk.NewId());
        await desk.HoldAsync(Hold.Changing(id.Stream), Hold.Changing(CaseId.LockOf(application)), Hold.Relying(application.Stream), Hold.Relying(head.Batch.Stream));

        var timelines = await desk.ReadAsync(id.Stream, application.Stream, head.Batch.Stream, $"{(command.Source == CaseSource.Report ? "report" : "objection")}/{command.Reference}");
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, head.Batch, timelines[2], desk.Cancelled)
            ?? throw new InvalidOperationException($"Application {application.Value} belongs to a batch that was never announced.");
        desk.UnderDefinition(call.Definition.Hash);
        return desk.Record<Case>(timelines[0], id.Value, Decide(
            command, application, [.. timelines[1].Events.Select(e => e.Data).OfType<ApplicationSubmitted>()], timelines[1].Version, call.Definition.Form, Known(timelines[3], application)));
    }

    /// <summary>An objection is to an entry, so it has to be this application's; a report names whatever its writer wanted.</summary>
    private static bool Known(Timeline reference, ApplicationId application) =>
        reference.Exists && (reference.Events[0].Data is not ObjectionFiled objection || objection.Application == application);
}
