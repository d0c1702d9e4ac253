using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>The applicant or its city states its view on what it was asked. A late statement is taken too: it costs nobody anything. Procedure 7.</summary>
/// <param name="Text">The view.</param>
/// <param name="Version">The objection's version seen.</param>
/// <param name="Files">Files that prove it, uploaded before.</param>
public sealed record GiveStatement(string Text, long Version, IReadOnlyList<UploadedFile>? Files = null) : ICommand<GiveStatement>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("give-statement", "/objections/{id}/statements", Roles.Applicant | Roles.CityOfficer, "State a view on the substance of an objection.");

    /// <summary>Procedure 7: whoever was asked, while the objection is verified.</summary>
    public static Decision Decide(GiveStatement command, StatementBy by, ObjectionOnDesk objection, IReadOnlyList<FoundFile> files) =>
        objection.NotIn(ObjectionStage.Accepted) is { } wrong ? wrong
        : !objection.State.Awaited.ContainsKey(by) ? HandlingRules.NothingAsked.Refuse()
        : TextCheck.Check(command.Text, "text") is { } missing ? missing
        : files.Count > Receiving.MostFiles || files.Any(f => f.Type is null || TextCheck.Check(f.Upload.Name, "files", 255) is not null) ? FilingRules.FileKind.Refuse()
        : Decision.Accept(new StatementGiven(by, Sealed.Of(command.Text.Trim()), [.. files.Select(Receiving.ToFile)]));

    /// <summary>
    /// As whom the actor was asked about the objection; null when they never were. Whoever was never asked is told that there is no such objection: that one
    /// exists is not theirs to know.
    /// </summary>
    internal static async Task<StatementBy?> AskedAsync(IQuerySession session, Actor actor, ObjectionId id, CancellationToken ct)
    {
        var by = actor.Role == Roles.Applicant ? StatementBy.Applicant : StatementBy.City;
        var card = await session.LoadAsync<ObjectionCard>(id.Stream, ct);
        var head = card is null ? null : await session.LoadAsync<Draft>(new ApplicationId(card.Application).Stream, ct);
        return head is not null && actor.Reaches(new Belonging(head.City, head.Organisation.Value)) && card!.Asked.ContainsKey(by) ? by : null;
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(GiveStatement command, Desk desk)
    {
        var id = new ObjectionId(desk.Target!);
        return await AskedAsync(desk.Session, desk.Actor, id, desk.Cancelled) is { } by
            ? await desk.OnObjectionAsync(
                command.Version, async objection => Decide(command, by, objection, await desk.FindFilesAsync(id, command.Files ?? [])), EvidenceStore.Naming(id.Value))
            : CommandRules.NotFound.Refuse();
    }
}
