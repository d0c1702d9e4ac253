using Registry.Accounts;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>A draft that was never submitted was destroyed with its files after the definition's days.</summary>
/// <param name="RetainedUntil">Last day of the term that had ended.</param>
/// <param name="DraftDays">The definition's term in days.</param>
/// <param name="Basis">The law that the definition names for it.</param>
[RecordedAs("draft-erased")]
public sealed record DraftErased(DateOnly RetainedUntil, int DraftDays, string? Basis);

/// <summary>A draft was erased: its keys and files are to be destroyed.</summary>
/// <param name="Application">The application's id.</param>
/// <param name="Files">Digests of its files.</param>
/// <param name="Generation">The last of the keys under which its form lay.</param>
public sealed record DraftWasErased(string Application, IReadOnlyList<string> Files, int Generation = 0);

/// <summary>Destroys keys and files.</summary>
public static class DraftWasErasedHandler
{
    /// <summary>Done twice it only finishes.</summary>
    public static async Task Handle(DraftWasErased message, KeyStore keys, EvidenceStore files, CancellationToken ct)
    {
        var id = new ApplicationId(message.Application);
        foreach (var digest in message.Files)
            await files.DestroyAsync(id.Value, digest, ct);
        OwnKeys.DestroyDrafts(keys, id.Stream, message.Generation + 1);
        keys.Destroy(FrozenForm.PersonalKey(id.Stream));
        keys.Destroy(id.Stream);
    }
}

/// <summary>After the definition's days: destroys a draft that was never submitted, with its files. The timer asks it. Retention.</summary>
public sealed record EraseDraft(long Version) : ICommand<EraseDraft>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("erase-draft", "/applications/{id}/draft-erasure", Roles.System, "Destroy a draft that was never submitted, after its term.");

    /// <summary>Procedure: the definition's retention, so many days after the applicant's window closed.</summary>
    public static Decision Decide(ApplicationFile file, DateOnly today)
    {
        if (file.Filing.Round > 0)
            return ApplicationRules.WrongStage.Refuse(("stage", file.Filing.Stage.ToString()));
        var retention = file.Call.Definition.Retention;
        var lastDay = ChinaTime.ToDay(file.Call.ApplicationWindow(file.Head.City).ClosesAt.AddTicks(-1)).AddDays(retention.DraftDays);
        return today <= lastDay
            ? ApplicationRules.StillRetained.Refuse(("lastDay", lastDay))
            : Decision.Accept(new DraftErased(lastDay, retention.DraftDays, retention.Basis?.Zh));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(EraseDraft command, Desk desk) => desk.OnApplicationAsync(command.Version, file =>
    {
        var decision = Decide(file, ChinaTime.ToDay(desk.Now));
        if (decision is Decision.Accepted)
        {
            desk.Session.Delete(file.Head);
            desk.Send(new DraftWasErased(file.Head.Application.Value, [.. file.Head.Evidence.Select(e => e.Sha256)], file.Head.Generation));
        }
        return decision;
    });
}
