using System.Globalization;
using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Applications.Sensitive;

/// <summary>
/// Withholds a file, a text of the form, or the words of a step at once, because something sensitive may have slipped in. Exactly one of the three is
/// named. Procedure 2.
/// </summary>
/// <param name="File">SHA-256 of the file, hexadecimal.</param>
/// <param name="Field">Key of the form field with the text.</param>
/// <param name="Step">Number of the step in the application's history, 1 first.</param>
/// <param name="Reason">Why; without repeating the material.</param>
public sealed record QuarantineMaterial(string? File, string? Field, int? Step, string Reason) : ICommand<QuarantineMaterial>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "quarantine-material", "/applications/{id}/quarantines", Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer, "Withhold a file, a text of the form or the words of a step at once, because it may be sensitive.");

    /// <summary>
    /// One person is enough to withhold: a second one confirms or lifts it. What is already withheld or destroyed stays so. An applicant withholds what the
    /// applicant handed in or said; the words and photos of an office are the office's to withhold.
    /// </summary>
    /// <param name="found">The material in the application, if it is there.</param>
    /// <param name="holds">Whether it is already withheld or destroyed.</param>
    public static Decision Decide(QuarantineMaterial command, Draft head, Material? found, bool holds, string by) =>
        TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : found is null ? SensitiveRules.NoSuchMaterial.Refuse()
        : holds ? SensitiveRules.Already.Refuse()
        : Decision.Accept(new MaterialQuarantined(
            head.Application, head.City, head.Organisation.Value, found.Kind, found.Place, found.Digest, found.Keys, Sealed.Of(command.Reason.Trim()), by));

    /// <inheritdoc />
    public static async Task<Decision> Handle(QuarantineMaterial command, Desk desk)
    {
        var (application, id, keys) = (new ApplicationId(desk.Target!), new QuarantineId(Desk.NewId()), desk.Services.GetRequiredService<KeyStore>());
        await desk.HoldAsync([Hold.Changing(id.Stream), Hold.Changing(application.Stream), .. QuarantineDesk.Changing(application)]);
        var head = await desk.Session.LoadAsync<Draft>(application.Stream, desk.Cancelled);
        var timeline = (await desk.ReadAsync(application.Stream))[0];
        if (head is null || !desk.Actor.Reaches(new Belonging(head.City, head.Organisation.Value)) || (!timeline.Exists && desk.Actor.Role != Roles.Applicant))
            return CommandRules.NotFound.Refuse();
        var found = Find(command, head, timeline, desk);
        var others = found is null ? [] : (await desk.QuarantinesOfAsync(application)).Where(o => o.Kind == found.Kind && o.Place == found.Place && o.Keys.Intersect(found.Keys).Any()).ToList();
        var decision = Decide(command, head, found?.With(others), found is not null && found.Keys.All(k => others.Any(o => o.Holding(k))), desk.Actor.Id);
        if (decision is Decision.Accepted)
            // Before the commit, so that the answer means that nobody reads it any more. A mark whose event did not come about is lifted by the upkeep;
            // one of an earlier quarantine that still holds is left as it is.
            foreach (var key in found!.Keys.Where(k => !keys.IsWithheld(k) || !others.Any(o => o.Holding(k))))
                keys.Withhold(key, id.Value);
        return desk.Record<Quarantine>(new Timeline(id.Stream, []), id.Value, decision);
    }

    private static Material? Find(QuarantineMaterial command, Draft head, Timeline timeline, Desk desk)
    {
        var applicant = desk.Actor.Role == Roles.Applicant;
        bool OfOffice(int step) => applicant && timeline.Events.ElementAtOrDefault(step - 1)?.GetHeader("role")?.ToString() != nameof(Roles.Applicant);
        return (command.File, command.Field, command.Step) switch
        {
            ({ } digest, null, null) => Material.OfFile(head, timeline, digest, ownOnly: applicant),
            (null, { } field, null) => Material.OfText(head, timeline, field, desk.Services.GetRequiredService<Vault>(), desk.Services.GetRequiredService<KeyStore>()),
            (null, null, { } step) when !OfOffice(step) => Material.OfStep(head, timeline, step, desk.Services.GetRequiredService<Vault>(), desk.Services.GetRequiredService<KeyStore>()),
            _ => null,
        };
    }
}

/// <summary>Something in an application that can be withheld and destroyed without anything else: it has keys of its own.</summary>
public sealed record Material(MaterialKind Kind, string Place, string Digest, IReadOnlyList<string> Keys)
{
    /// <summary>The same with the digests of what earlier quarantines of the place withheld: words that are withheld cannot be read now to make a digest of them.</summary>
    public Material With(IEnumerable<QuarantineCard> earlier) =>
        this with { Digest = string.Join(',', earlier.Select(e => e.Digest).Append(Digest).SelectMany(d => d.Split(',', StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal)) };

    /// <summary>A file that the draft, a submission or a later step names.</summary>
    /// <param name="ownOnly">Whether only what the applicant handed in counts.</param>
    public static Material? OfFile(Draft head, Timeline timeline, string digest, bool ownOnly) =>
        head.Evidence.Concat(Submissions(timeline).SelectMany(s => s.Evidence)).Concat(timeline.Events.Select(e => e.Data).OfType<SealedCopyFiled>().Select(c => c.File)).Any(e => e.Sha256 == digest)
            || !ownOnly && timeline.Events.Select(e => e.Data).OfType<INamesFiles>().Any(e => e.Files.Contains(digest))
            ? new Material(MaterialKind.File, digest, digest, [EvidenceStore.SubjectOf(head.Application.Value, digest)])
            : null;

    /// <summary>A free text of the form, in every submission so far.</summary>
    public static Material? OfText(Draft head, Timeline timeline, string field, Vault vault, KeyStore keys)
    {
        var boxes = Submissions(timeline).SelectMany(s => s.Prose).Where(p => p.Key.Split('[')[0] == field).Select(p => p.Value).ToList();
        return Of(MaterialKind.Text, field, boxes, TextDigests.Of(keys, head.Application, field, [.. boxes.Select(b => vault.Open(b) ?? "")]));
    }

    /// <summary>The words of one step, for example the reasons of a decision. A submission's texts are withheld by their fields.</summary>
    public static Material? OfStep(Draft head, Timeline timeline, int step, Vault vault, KeyStore keys)
    {
        if (step < 1 || step > timeline.Events.Count || timeline.Events[step - 1].Data is ApplicationSubmitted)
            return null;
        var boxes = new List<Sealed>();
        SealedValues.ForEach(timeline.Events[step - 1].Data, (value, _) => boxes.Add(value));
        var place = step.ToString(CultureInfo.InvariantCulture);
        return Of(MaterialKind.Step, place, boxes, TextDigests.Of(keys, head.Application, place, [.. boxes.Select(b => vault.Open(b) ?? "")]));
    }

    /// <summary>Words that lie under a key with others cannot be destroyed alone.</summary>
    private static Material? Of(MaterialKind kind, string place, List<Sealed> boxes, string digest)
    {
        string[] keys = [.. boxes.Select(b => b.Box!.Key).Distinct()];
        return keys.Length > 0 && keys.All(OwnKeys.IsOwn) ? new Material(kind, place, digest, keys) : null;
    }

    private static IEnumerable<ApplicationSubmitted> Submissions(Timeline timeline) => timeline.Events.Select(e => e.Data).OfType<ApplicationSubmitted>();
}
