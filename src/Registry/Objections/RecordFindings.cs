using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>核实: records what the verification found. Procedure 7.</summary>
/// <param name="Findings">What was found, and on what it rests.</param>
/// <param name="Version">The objection's version seen.</param>
/// <param name="Files">Files that prove it, uploaded before.</param>
public sealed record RecordFindings(string Findings, long Version, IReadOnlyList<UploadedFile>? Files = null) : ICommand<RecordFindings>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-findings", "/objections/{id}/findings", Roles.ProvincialOfficer, "Record what the verification found.");

    /// <summary>四(四), 经核实: by the officer to whom it is assigned.</summary>
    public static Decision Decide(RecordFindings command, Actor actor, ObjectionOnDesk objection, IReadOnlyList<FoundFile> files) =>
        objection.NotIn(ObjectionStage.Accepted) is { } wrong ? wrong
        : objection.State.AssignedTo != actor.Id ? HandlingRules.NotAssigned.Refuse()
        : TextCheck.Check(command.Findings, "findings") is { } missing ? missing
        : files.Count > Receiving.MostFiles || files.Any(f => f.Type is null || TextCheck.Check(f.Upload.Name, "files", 255) is not null) ? FilingRules.FileKind.Refuse()
        : Decision.Accept(new FindingsRecorded(Sealed.Of(command.Findings.Trim()), [.. files.Select(Receiving.ToFile)]));

    /// <inheritdoc />
    public static async Task<Decision> Handle(RecordFindings command, Desk desk)
    {
        var id = new ObjectionId(desk.Target!);
        return await desk.OnObjectionAsync(
            command.Version, async objection => Decide(command, desk.Actor, objection, await desk.FindFilesAsync(id, command.Files ?? [])), EvidenceStore.Naming(id.Value));
    }
}
