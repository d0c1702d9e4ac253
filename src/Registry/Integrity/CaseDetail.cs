using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>One alleged item with what was submitted there, exactly as it stood.</summary>
/// <param name="Value">The field as it was sent.</param>
public sealed record AllegedView(AllegedItem Item, Words Label, JsonNode? Value);

/// <summary>One step of the case.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="By">Opaque id of who took it.</param>
/// <param name="Kind">Stored name of the event.</param>
/// <param name="Facts">Its fields, sealed ones opened.</param>
public sealed record CaseStepView(DateTimeOffset At, string? By, string Kind, IReadOnlyDictionary<string, object?> Facts);

/// <summary>A case with its file.</summary>
/// <param name="ApplicationVersion">The application's version on the day of opening: what was known then.</param>
/// <param name="FormHash">Hash of the form as it stood then.</param>
/// <param name="Stage">Where the application stood then.</param>
/// <param name="Submissions">Every submission that had been made then, exactly as it was made.</param>
public sealed record CaseDetail(
    CaseCard Card, string? Alleged, IReadOnlyList<AllegedView> Items, long ApplicationVersion, string FormHash, Stage Stage,
    IReadOnlyList<SubmissionAnswer> Submissions, IReadOnlyList<CaseStepView> Steps)
{
    /// <summary>What the organisation is shown of its case: what is alleged, its own defence and hearings, and the decision; not who reported, nor what is only proposed.</summary>
    private static readonly string[] ShownToOrganisation =
        ["case-notice-served", "defence-recorded", "hearing-held", "finding-confirmed", "finding-served", "finding-published", "ruling-recorded", "case-closed"];

    /// <summary>Reads a case for an officer or for the organisation; null where the reader has no right to it.</summary>
    public static async Task<CaseDetail?> ReadAsync(string id, Reading reading)
    {
        var stream = new CaseId(id).Stream;
        var card = await reading.Session.LoadAsync<CaseCard>(stream, reading.Cancelled);
        var applicant = reading.Actor.Role == Roles.Applicant;
        if (card is null || !reading.Actor.Reaches(new Belonging(null, card.Organisation)) || (applicant && card.DefenceLastDay is null))
            return null;
        var events = await reading.Session.Events.FetchStreamAsync(stream, token: reading.Cancelled);
        var opened = (CaseOpened)events[0].Data;
        var application = await reading.Session.Events.FetchStreamAsync(opened.Application.Stream, version: opened.ApplicationVersion, token: reading.Cancelled);
        var call = await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, opened.Batch, reading.Cancelled);
        var form = call!.Definition.Form;
        var submissions = application.Select(e => e.Data).OfType<ApplicationSubmitted>().ToDictionary(s => s.Round);
        return new CaseDetail(
            applicant ? card with { Step = card.Open ? CaseStep.Opened : card.Step } : card,
            reading.Open(opened.Alleged),
            [.. opened.Items.Select(i => View(i, form, submissions[i.Round], reading))],
            opened.ApplicationVersion, opened.FormHash,
            new Timeline(opened.Application.Stream, application).Fold(Filing.Start, Filing.Next).Stage,
            [.. application.Where(e => e.Data is ApplicationSubmitted).Select(e => ApplicationsRoom.Shown((ApplicationSubmitted)e.Data, e.Timestamp, reading))],
            [.. events.Where(e => !applicant || ShownToOrganisation.Contains(e.EventTypeName)).Select(e => View(e, applicant, reading))]);
    }

    private static AllegedView View(AllegedItem item, FormDefinition form, ApplicationSubmitted submission, Reading reading) => new(
        item, form.Find(item.Field)?.Label ?? new Words(item.Field, item.Field), FrozenForm.Join(submission, reading.Open)[item.Field]?.DeepClone());

    private static CaseStepView View(IEvent e, bool applicant, Reading reading) => new(
        e.Timestamp, applicant ? null : e.UserName, e.EventTypeName,
        e.Data.GetType().GetProperties().ToDictionary(
            p => JsonNamingPolicy.CamelCase.ConvertName(p.Name),
            p => p.GetValue(e.Data) is var value && value is Sealed box ? reading.Open(box) : value));
}
