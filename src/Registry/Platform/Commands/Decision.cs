namespace Registry.Platform.Commands;

/// <summary>What a rule decided: events, or a refusal.</summary>
public abstract record Decision
{
    /// <summary>Accepted: these facts happened. They go to the stream that the command was about.</summary>
    public sealed record Accepted(IReadOnlyList<object> Events, IReadOnlyDictionary<string, object?> Details) : Decision;

    /// <summary>Refused: nothing happened.</summary>
    public sealed record Refused(Refusal Refusal) : Decision;

    /// <summary>Accepts with the events that follow.</summary>
    public static Decision Accept(params object[] events) => new Accepted(events, new Dictionary<string, object?>());

    /// <summary>Adds a figure to the answer of an accepted command. A refusal stays what it is.</summary>
    public Decision With(string name, object? value) =>
        this is Accepted a ? a with { Details = new Dictionary<string, object?>(a.Details) { [name] = value } } : this;

    /// <summary>A refusal is a decision.</summary>
    public static implicit operator Decision(Refusal refusal) => new Refused(refusal);
}
