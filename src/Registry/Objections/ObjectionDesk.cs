using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>One objection on the desk, as it stood under the command's locks.</summary>
/// <param name="Application">Its application's events; read only when the command ends the objection.</param>
public sealed record ObjectionOnDesk(ObjectionState State, Call Call, Timeline? Application)
{
    /// <summary>What was filed.</summary>
    public ObjectionFiled Filed => State.Filed!;

    /// <summary>The step is only taken in one of these stages.</summary>
    public Refusal? NotIn(params ObjectionStage[] stages) =>
        stages.Contains(State.Stage) ? null : HandlingRules.WrongStage.Refuse(("stage", State.Stage.ToString()));
}

/// <summary>Commands about an objection.</summary>
public static class ObjectionDesk
{
    /// <summary>
    /// Carries out a command about the objection in the route. The objection is held alone, its batch is relied on. A command that ends it also holds
    /// all objections to the application and the application itself alone, so recognition never meets it half way.
    /// </summary>
    public static async Task<Decision> OnObjectionAsync(this Desk desk, long version, Func<ObjectionOnDesk, Task<Decision>> decide, bool ends, params Hold[] more)
    {
        var id = new ObjectionId(desk.Target!);
        if ((await desk.ReadAsync(id.Stream))[0].Fold(ObjectionState.Start, ObjectionState.Next).Filed is not { } filed)
            return CommandRules.NotFound.Refuse();
        Hold[] ending = ends ? [Hold.Changing(ObjectionId.LockOf(filed.Application)), Hold.Changing(filed.Application.Stream)] : [];
        await desk.HoldAsync([Hold.Changing(id.Stream), Hold.Relying(filed.Batch.Stream), .. ending, .. more]);
        var read = await desk.ReadAsync(id.Stream, filed.Batch.Stream, filed.Application.Stream);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, filed.Batch, read[1], desk.Cancelled)
            ?? throw new InvalidOperationException($"Objection {id.Value} belongs to a batch that was never announced.");
        if (version != read[0].Version)
            return read[0].ChangedSince(version);
        desk.UnderDefinition(call.Definition.Hash);
        return desk.Record<Objection>(read[0], id.Value, await decide(new ObjectionOnDesk(read[0].Fold(ObjectionState.Start, ObjectionState.Next), call, ends ? read[2] : null)));
    }

    /// <summary>The same for a rule that needs nothing else.</summary>
    public static Task<Decision> OnObjectionAsync(this Desk desk, long version, Func<ObjectionOnDesk, Decision> decide, bool ends = false) =>
        desk.OnObjectionAsync(version, objection => Task.FromResult(decide(objection)), ends, []);

    /// <summary>The same for a rule that looks for files; they are held as named, so that no sweep takes them away.</summary>
    public static Task<Decision> OnObjectionAsync(this Desk desk, long version, Func<ObjectionOnDesk, Task<Decision>> decide, Hold naming) =>
        desk.OnObjectionAsync(version, decide, ends: false, naming);

    /// <summary>Opens a sealed text for the rule that needs it; null when its key was destroyed.</summary>
    internal static string? Open(this Desk desk, Sealed value) => desk.Services.GetRequiredService<Vault>().Open(value);
}
