using System.Security.Cryptography;
using System.Text.Json;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>The objector completes the objection with the receipt code, within the term. Procedure 7.</summary>
/// <param name="ReceiptCode">The code of the objection.</param>
/// <param name="Facts">What is added.</param>
/// <param name="Files">Files that are added.</param>
public sealed record CompleteObjection(string ReceiptCode, string Facts, IReadOnlyList<UploadedFile>? Files = null) : ICommand<CompleteObjection>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("complete-objection", "/objections/completion", Roles.Public, "Complete an objection with its receipt code, within the term.");

    /// <summary>Procedure 7: up to 24:00 of the term's last day, by the instant at which the whole request had arrived.</summary>
    public static Decision Decide(CompleteObjection command, ObjectionState state, IReadOnlyList<FoundFile> files, DateTimeOffset now)
    {
        if (state.Stage != ObjectionStage.CompletionAsked || state.CompletionLastDay is not { } lastDay)
            return HandlingRules.WrongStage.Refuse(("stage", state.Stage.ToString()));
        if (now >= ChinaTime.EndOf(lastDay))
            return HandlingRules.CompletionLate.Refuse(("arrivedAt", now), ("lastDay", lastDay), ("report", "/api/v1/reports"));
        if (TextCheck.Check(command.Facts, "facts") is { } wrong)
            return wrong;
        if (files.Count > Receiving.MostFiles || files.Any(f => f.Type is null || TextCheck.Check(f.Upload.Name, "files", 255) is not null))
            return FilingRules.FileKind.Refuse();
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command, Json.Api)));
        return Decision.Accept(new ObjectionCompleted(
                now, digest, Sealed.Of(command.Facts.Trim()),
                [.. files.Select(Receiving.ToFile)]))
            .With("arrivedAt", now).With("digest", digest);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(CompleteObjection command, Desk desk)
    {
        var id = desk.Services.GetRequiredService<Receipts>().IdOf(command.ReceiptCode);
        await desk.HoldAsync(Hold.Changing(id.Stream), EvidenceStore.Naming(id.Value));
        var timeline = (await desk.ReadAsync(id.Stream))[0];
        if (timeline.Fold(ObjectionState.Start, ObjectionState.Next) is not { Filed: { } filed } state)
            return CommandRules.NotFound.Refuse();
        var decision = Decide(command, state, await desk.FindFilesAsync(id, command.Files ?? []), desk.Now);
        desk.Record<Objection>(timeline, filed.Number, decision);
        return decision;
    }
}
