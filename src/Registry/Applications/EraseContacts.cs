using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>After the file's term everything personal in an application that had ended was destroyed with its key: contact persons, telephone numbers, addresses.</summary>
/// <param name="RetainedUntil">Last day of the term that had ended.</param>
/// <param name="FileYears">The definition's term in years.</param>
/// <param name="Basis">The law that the definition names for it.</param>
[RecordedAs("contacts-erased")]
public sealed record ContactsErased(DateOnly RetainedUntil, int FileYears, string? Basis);

/// <summary>The contacts of an application were erased: the key is to be destroyed.</summary>
/// <param name="Stream">The application's stream.</param>
public sealed record ContactsWereErased(string Stream);

/// <summary>Destroys the key, and whatever still lies in the pickup folder of letters about the application.</summary>
public static class ContactsWereErasedHandler
{
    /// <summary>Done twice it only finishes.</summary>
    public static async Task Handle(ContactsWereErased message, Marten.IQuerySession session, KeyStore keys, Platform.Mail.IMailDoor door, CancellationToken ct)
    {
        door.Destroy(await Marten.QueryableExtensions.ToListAsync(session.Query<Platform.Mail.Letter>().Where(l => l.About == message.Stream).Select(l => l.Id), ct));
        keys.Destroy(FrozenForm.PersonalKey(message.Stream));
    }
}

/// <summary>After the file's term: destroys the key of everything personal in an application that has ended. Figures, reasons and decisions stay. Retention.</summary>
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
            desk.Send(new ContactsWereErased(file.Head.Id));
        }
        return decision;
    });
}
