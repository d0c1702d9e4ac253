using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Registry.Accounts;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>三, 四(一): submits the draft, for the first time or again after a return. What is submitted is frozen: form, evidence, condition check, hash.</summary>
/// <param name="Version">The application's version seen; 0 before the first submission.</param>
public sealed record SubmitApplication(long Version) : ICommand<SubmitApplication>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("submit-application", "/applications/{id}/submission", Roles.Applicant, "Submit the draft, or submit it again after a return.");

    /// <summary>
    /// Refused outside the window, while the organisation is banned, when the form has errors or lacks evidence or undertaking, and when the cluster
    /// has another live application in the batch. A condition that is not met does not refuse: it is recorded.
    /// </summary>
    /// <param name="file">The application.</param>
    /// <param name="form">The draft's form, null when nothing was saved.</param>
    /// <param name="clusterFiled">Whether another live application of the batch is for the same cluster.</param>
    /// <param name="now">When the whole request had arrived.</param>
    /// <param name="held">Why what the draft holds may not be handed in, if it was withheld or destroyed before.</param>
    public static Decision Decide(ApplicationFile file, JsonElement? form, bool clusterFiled, DateTimeOffset now, Refusal? held = null)
    {
        var definition = file.Call.Definition;
        if (file.NotIn(Stage.Draft, Stage.Returned) is { } wrongStage)
            return wrongStage;
        if (file.Banned(now) is { } banned)
            return banned;
        if (OutsideWindow(file, now) is { } outside)
            return outside;
        if (form is not { } raw)
            return ApplicationRules.DraftEmpty.Refuse();

        var check = FormCheck.Validate(definition, raw);
        var missing = FormCheck.MissingEvidence(definition, check.Form, file.Head.Evidence.Select(e => e.Indicator).Concat(file.Head.Sensitive).ToHashSet());
        if (!check.Valid)
            return ApplicationRules.FormInvalid.Refuse(("count", check.Errors.Count + missing.Count)) with { Errors = [.. check.Errors.Concat(missing).Select(AsError)] };
        var offices = definition.Issuer.Contacts.SelectMany(c => new[] { c.Phone, c.Email }).OfType<string>();
        var personal = new[] { definition.Form.Roles.ApplicantName, definition.Form.Roles.ClusterName }
            .Select(field => (Field: field, Fault: PublicText.Check(field, check.Form.Text(field) ?? "", offices))).Where(f => f.Fault is not null)
            .Select(f => f.Fault!.AsError(f.Field)).ToList();
        if (personal.Count > 0)
            return ApplicationRules.FormInvalid.Refuse(("count", personal.Count + missing.Count)) with { Errors = [.. personal, .. missing.Select(AsError)] };
        if (missing.Count > 0)
            return ApplicationRules.EvidenceMissing.Refuse(("count", missing.Count)) with { Errors = [.. missing.Select(AsError)] };
        var declared = check.Form.Declared(definition.SensitiveMaterial.Field);
        if (file.Head.Sensitive.Count > 0 && !declared)
            return ApplicationRules.FormInvalid.Refuse(("count", 1)) with { Errors = [SensitiveRules.NotDeclared.Refuse().AsError(definition.SensitiveMaterial.Field)] };
        if (held is not null)
            return held;
        var roles = definition.Form.Roles;
        if (!check.Form.Declared(roles.Undertaking))
            return ApplicationRules.UndertakingMissing.Refuse();
        var cluster = check.Form.Text(roles.ClusterName)!;
        if (check.Form.CreditCode(roles.ApplicantCode) != file.Head.Organisation || check.Form.Code(roles.City) != file.Head.City
            || file.Filing.Last is { } last && Draft.ClusterKey(last.ClusterName) != Draft.ClusterKey(cluster))
            return ApplicationRules.IdentityDiffers.Refuse();
        if (clusterFiled)
            return ApplicationRules.ClusterFiled.Refuse();

        var industry = check.Form.Code(roles.Industry)!;
        var round = file.Filing.Round + 1;
        var frozen = FrozenForm.InNormalForm(definition.Form, raw);
        var (facts, prose) = FrozenForm.Part(definition.Form, frozen, file.Head.Application, round);
        var today = ChinaTime.ToDay(now);
        return Decision.Accept(new ApplicationSubmitted(
                file.Call.Id, file.Head.Organisation, check.Form.Text(roles.ApplicantName)!, cluster, file.Head.City, industry, round,
                facts, prose, file.Head.Evidence,
                [.. ConditionCheck.EvaluateApplicant(definition, check.Form, today), .. ConditionCheck.Evaluate(definition, check.Form, industry, today)],
                FrozenForm.Hash(JsonNode.Parse(frozen.GetRawText())!, file.Head.Evidence, round), file.Head.Sensitive, declared))
            .With("round", round).With("receivedAt", now);
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(SubmitApplication command, Desk desk) =>
        desk.OnApplicationAsync(command.Version, async file =>
        {
            var form = FormOf(file.Head, desk);
            if (form is { } sent && !FormCheck.IsReadable(sent))
                return Decide(file, form, clusterFiled: false, desk.Now);
            var held = QuarantineDesk.Held(await desk.QuarantinesOfAsync(file.Head.Application), file.Head, form, desk.Services.GetRequiredService<KeyStore>());
            return Decide(file, form, await ClusterFiledAsync(file, form, desk), desk.Now, held);
        }, head => [Hold.Relying(QuarantineDesk.LockOf(head.Application)), Hold.Changing($"filings/{head.Batch.Value}/{head.Organisation.Value}")]);

    private static async Task<bool> ClusterFiledAsync(ApplicationFile file, JsonElement? form, Desk desk)
    {
        if (form is not { ValueKind: JsonValueKind.Object } f || !f.TryGetProperty(file.Call.Definition.Form.Roles.ClusterName, out var name) || name.ValueKind != JsonValueKind.String)
            return false;
        var (batch, organisation, key) = (file.Call.Id.Value, file.Head.Organisation.Value, Draft.ClusterKey(name.GetString()!));
        var onePerOrganisation = file.Call.Definition.Applicants.LiveApplications == LiveApplications.OnePerOrganisation;
        return await desk.Session.Query<ClusterFiling>().AnyAsync(
            c => c.Batch == batch && c.Organisation == organisation && c.Live && (onePerOrganisation || c.Cluster == key) && c.Id != file.Head.Id, desk.Cancelled);
    }

    /// <summary>四(二): the applicants' window, which a city may end earlier for its own; a correction has the batch's reporting time or the province's term.</summary>
    private static Refusal? OutsideWindow(ApplicationFile file, DateTimeOffset now)
    {
        var window = file.Call.ApplicationWindow(file.Head.City);
        var closes = file.Filing switch
        {
            { Stage: Stage.Returned, Term: { } term } => ChinaTime.EndOf(term),
            { Stage: Stage.Returned } => file.Call.ReportWindow.ClosesAt,
            _ => window.ClosesAt,
        };
        return now < window.Opens ? ApplicationRules.NotOpenYet.Refuse(("opensAt", window.Opens))
            : now >= closes ? ApplicationRules.Closed.Refuse(("closedAt", closes))
            : null;
    }

    private static JsonElement? FormOf(Draft draft, Desk desk) =>
        draft.Form is { } form && desk.Services.GetRequiredService<Vault>().Open(form) is { } text ? JsonSerializer.Deserialize<JsonElement>(text) : null;

    private static FieldError AsError(FormRemark remark) =>
        new(remark.Row is { } row ? $"{remark.Field}[{row}]{(remark.Column is { } column ? $".{column}" : "")}" : remark.Field, remark.Code, remark.Message);
}
