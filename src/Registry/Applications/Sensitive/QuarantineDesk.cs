using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Applications.Sensitive;

/// <summary>Commands about quarantines.</summary>
internal static class QuarantineDesk
{
    /// <summary>Relied on by everything that withholds or releases a key; held alone while marks that no history explains are taken away.</summary>
    public const string Marks = "quarantines";

    /// <summary>The lock under which what is withheld of an application changes.</summary>
    public static string LockOf(ApplicationId application) => $"quarantines/{application.Value}";

    /// <summary>What to hold while it changes.</summary>
    public static Hold[] Changing(ApplicationId application) => [Hold.Changing(LockOf(application)), Hold.Relying(Marks)];

    /// <summary>All quarantines of an application.</summary>
    public static Task<IReadOnlyList<QuarantineCard>> QuarantinesOfAsync(this Desk desk, ApplicationId application) => OfAsync(desk.Session, application, desk.Cancelled);

    /// <summary>All quarantines of an application, oldest first.</summary>
    public static Task<IReadOnlyList<QuarantineCard>> OfAsync(IQuerySession session, ApplicationId application, CancellationToken ct) =>
        session.Query<QuarantineCard>().Where(q => q.Application == application.Value).OrderBy(q => q.Since).ThenBy(q => q.Id).ToListAsync(ct);

    /// <summary>Carries out a command about the quarantine in the route.</summary>
    public static async Task<Decision> OnQuarantineAsync(this Desk desk, long version, Func<QuarantineCard, Decision> decide)
    {
        var id = new QuarantineId(desk.Target!);
        if (await desk.Session.LoadAsync<QuarantineCard>(id.Stream, desk.Cancelled) is not { } before || !desk.Actor.Reaches(new Belonging(before.City, before.Organisation)))
            return CommandRules.NotFound.Refuse();
        await desk.HoldAsync([Hold.Changing(id.Stream), .. Changing(new ApplicationId(before.Application))]);
        var card = (await desk.Session.LoadAsync<QuarantineCard>(id.Stream, desk.Cancelled))!;
        var timeline = (await desk.ReadAsync(id.Stream))[0];
        return version != timeline.Version
            ? timeline.ChangedSince(version)
            : desk.Record<Quarantine>(timeline, id.Value, decide(card));
    }

    /// <summary>Why a draft cannot be submitted: it still holds what was withheld or destroyed.</summary>
    public static Refusal? Held(IReadOnlyList<QuarantineCard> cards, Draft draft, System.Text.Json.JsonElement? form, KeyStore keys)
    {
        var errors = new List<FieldError>();
        foreach (var card in cards.Where(c => c.Holds))
        {
            errors.AddRange(draft.Evidence.Where(e => card.Kind == MaterialKind.File && e.Sha256 == card.Place).Select(e => SensitiveRules.FileAgain.Refuse().AsError(e.Indicator)));
            if (form is { } filled && TextDigests.Holds(card, keys, draft.Application, filled))
                errors.Add(SensitiveRules.TextAgain.Refuse().AsError(card.Place));
        }
        return errors.Count == 0 ? null : ApplicationRules.FormInvalid.Refuse(("count", errors.Count)) with { Errors = errors };
    }
}
