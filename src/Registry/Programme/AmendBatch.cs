using System.Text;
using System.Text.Json;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Programme;

/// <summary>Amends a running batch by a further version of its definition, with a reason. Procedure: a programme is data.</summary>
public sealed record AmendBatch(string Definition, string Reason, long Version) : ICommand<AmendBatch>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("amend-batch", "/batches/{id}/amendments", Roles.Administrator, "Go on under a further version of the definition.");

    /// <summary>
    /// Same programme and batch, a higher version, a reason. 四(二): a period that people rely on is never shortened, and once the list for expert review is fixed none is
    /// reopened; 四(三): from then on nobody changes by what rubric and panel the listed applications are judged.
    /// </summary>
    public static Decision Decide(AmendBatch command, CallDefinition definition, Call call) =>
        BatchId.Of(definition) != call.Id ? BatchRules.OtherBatch.Refuse(("batch", call.Id.Value))
        : definition.Version <= call.Definition.Version ? BatchRules.NotNewer.Refuse(("version", call.Definition.Version))
        : Shortens(call.Definition.Applications, definition.Applications) || Shortens(call.Definition.CityReports, definition.CityReports) ? BatchRules.AmendmentShortens.Refuse()
        : call.State.FilingEnded && (call.Definition.Applications != definition.Applications || call.Definition.CityReports != definition.CityReports) ? BatchRules.FilingEnded.Refuse()
        : call.State.FilingEnded && !(IsSame(call.Definition.Rubric, definition.Rubric) && IsSame(call.Definition.Panel, definition.Panel)) ? BatchRules.ReviewFrozen.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : Decision.Accept(new BatchAmended(definition.Version, definition.Hash, Sealed.Of(command.Reason.Trim())));

    private static bool Shortens(CallWindow before, CallWindow after) => after.Opens > before.Opens || after.ClosesAt < before.ClosesAt;

    /// <summary>Lists in records are compared by what they hold, as they would be written.</summary>
    private static bool IsSame<T>(T one, T other) => JsonSerializer.Serialize(one, Json.Store) == JsonSerializer.Serialize(other, Json.Store);

    /// <inheritdoc />
    public static async Task<Decision> Handle(AmendBatch command, Desk desk)
    {
        var bytes = Encoding.UTF8.GetBytes(command.Definition);
        var load = DefinitionFile.Load(bytes);
        if (load.Definition is not { } definition)
            return load.Refusal();
        desk.Session.Store(new StoredDefinition { Id = definition.Hash, Content = bytes });
        return await desk.OnBatchAsync(command.Version, call => Decide(command, definition, call));
    }
}
