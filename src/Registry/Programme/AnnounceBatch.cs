using System.Text;
using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>Announces a batch: from now on it runs under this definition. The notice itself, procedure 1.</summary>
/// <param name="Definition">The whole definition file as text. Its hash is over exactly these characters in UTF-8.</param>
public sealed record AnnounceBatch(string Definition) : ICommand<AnnounceBatch>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("announce-batch", "/batches", Roles.Administrator | Roles.System, "Announce a batch under a definition.");

    /// <summary>A batch is announced once; afterwards it is amended.</summary>
    public static Decision Decide(CallDefinition definition, bool announced) =>
        announced ? BatchRules.AlreadyAnnounced.Refuse()
        : Decision.Accept(new BatchAnnounced(
            definition.Programme.Key, definition.Batch.Key, definition.Batch.Title.Zh, definition.Version, definition.Hash, definition.Notice.Date));

    /// <inheritdoc />
    public static async Task<Decision> Handle(AnnounceBatch command, Desk desk)
    {
        var bytes = Encoding.UTF8.GetBytes(command.Definition);
        var load = DefinitionFile.Load(bytes);
        if (load.Definition is not { } definition)
            return load.Refusal();
        var id = BatchId.Of(definition);
        await desk.HoldAsync(Hold.Changing(id.Stream));
        var timeline = (await desk.ReadAsync(id.Stream))[0];
        desk.UnderDefinition(definition.Hash);
        desk.Session.Store(new StoredDefinition { Id = definition.Hash, Content = bytes });
        return desk.Record<Batch>(timeline, id.Value, Decide(definition, timeline.Exists));
    }
}
