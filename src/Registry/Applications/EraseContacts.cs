using Marten;
using Registry.Accounts;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Mail;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// After the file's term everything personal in an application that had ended was destroyed with its keys: contact persons, telephone numbers, addresses,
/// in the form, in its draft and on the scans of the sealed form.
/// </summary>
/// <param name="RetainedUntil">Last day of the term that had ended.</param>
/// <param name="FileYears">The definition's term in years.</param>
/// <param name="Basis">The law that the definition names for it.</param>
[RecordedAs("contacts-erased")]
public sealed record ContactsErased(DateOnly RetainedUntil, int FileYears, string? Basis);

/// <summary>The contacts of an application were erased: the keys are to be destroyed.</summary>
/// <param name="Stream">The application's stream.</param>
/// <param name="Generation">The last of the keys under which the draft's form lay.</param>
/// <param name="Scans">Digests of the scans of its sealed forms, on which the contact persons stand too.</param>
public sealed record ContactsWereErased(string Stream, int Generation = 0, IReadOnlyList<string>? Scans = null);

/// <summary>Destroys the keys, the scans, and whatever still lies in the pickup folder of letters about the application.</summary>
public static class ContactsWereErasedHandler
{
    /// <summary>Done twice it only finishes.</summary>
    public static async Task Handle(ContactsWereErased message, IDocumentStore store, KeyStore keys, EvidenceStore files, IMailDoor door, CancellationToken ct)
    {
        foreach (var scan in message.Scans ?? [])
            await files.DestroyAsync(message.Stream["application/".Length..], scan, ct);
        OwnKeys.DestroyDrafts(keys, message.Stream, message.Generation + 1);
        keys.Destroy(FrozenForm.PersonalKey(message.Stream));
        await Outbox.DestroyAsync(store, door, l => l.About == message.Stream, ct);
    }
}

/// <summary>
/// After the file's term: destroys the keys of everything personal in an application that has ended. Figures, reasons, decisions and the digests of the
/// destroyed scans stay. Retention.
/// </summary>
/// <param name="Version">The application's version seen.</param>
public sealed record EraseContacts(long Version) : ICommand<EraseContacts>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("erase-contacts", "/applications/{id}/erasure", Roles.ProvincialOfficer | Roles.System, "Destroy what is personal in an application that has ended, after the file's term.");

    /// <summary>Procedure: the definition's retention, so many years from the day on which the application ended. A recognised cluster's file goes on.</summary>
    public static Decision Decide(ApplicationFile file, DateOnly today)
    {
        if (!file.Filing.Ended)
            return ApplicationRules.WrongStage.Refuse(("stage", file.Filing.Stage.ToString()));
        if (file.Timeline.Events.Any(e => e.Data is ContactsErased))
            return CommandRules.NotFound.Refuse();
        var retention = file.Call.Definition.Retention;
        var lastDay = retention.LastDayOf(ChinaTime.ToDay(file.Timeline.Events.Last(e => e.Data is IMovesApplication).Timestamp));
        return today <= lastDay
            ? ApplicationRules.StillRetained.Refuse(("lastDay", lastDay))
            : Decision.Accept(new ContactsErased(lastDay, retention.FileYears, retention.Basis?.Zh));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(EraseContacts command, Desk desk) => desk.OnApplicationAsync(command.Version, file =>
    {
        var decision = Decide(file, ChinaTime.ToDay(desk.Now));
        if (decision is Decision.Accepted)
        {
            // The draft holds the whole form once more, sealed under another key.
            desk.Session.Store(file.Head with { Form = null });
            desk.Send(new ContactsWereErased(
                file.Head.Id, file.Head.Generation, [.. file.Timeline.Events.Select(e => e.Data).OfType<SealedCopyFiled>().Select(c => c.File.Sha256).Distinct()]));
        }
        return decision;
    });
}
