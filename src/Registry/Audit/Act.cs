using JasperFx.Events;
using Marten;
using Marten.Events.Projections;

namespace Registry.Audit;

/// <summary>One event of the history without its content: what the auditor searches by. Everything is in indexes, nothing of it is sealed.</summary>
public sealed record Act
{
    /// <summary>The event's id.</summary>
    public Guid Id { get; init; }

    /// <summary>Its place in the whole history.</summary>
    public long Sequence { get; init; }

    /// <summary>The stream it is of.</summary>
    public required string Stream { get; init; }

    /// <summary>Its place in that stream, 1 first.</summary>
    public long Number { get; init; }

    /// <summary>The event's stored name.</summary>
    public required string Kind { get; init; }

    /// <summary>When the request that led to it had arrived, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who: an account's opaque id, a system actor or the public.</summary>
    public string? Actor { get; init; }

    /// <summary>The role in which it was done.</summary>
    public string? Role { get; init; }

    /// <summary>On whose behalf, where another person entered it.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>Hash of the definition it was decided under.</summary>
    public string? Definition { get; init; }

    /// <summary>The request it came from; a trace bears the same number.</summary>
    public string? Request { get; init; }

    /// <summary>What stands beside an event's content.</summary>
    public static Act Of(IEvent e) => new()
    {
        Id = e.Id,
        Sequence = e.Sequence,
        Stream = e.StreamKey!,
        Number = e.Version,
        Kind = e.EventTypeName,
        At = e.Timestamp.ToUniversalTime(),
        Actor = e.UserName,
        Role = e.GetHeader("role")?.ToString(),
        OnBehalfOf = e.GetHeader("on-behalf-of")?.ToString(),
        Definition = e.GetHeader("definition")?.ToString(),
        Request = e.CorrelationId,
    };
}

/// <summary>Makes an <see cref="Act"/> of every event. Asynchronous: no decision reads it.</summary>
public sealed partial class ActProjection : EventProjection
{
    /// <summary>A rebuild begins with an empty table.</summary>
    public ActProjection() => Options.DeleteViewTypeOnTeardown<Act>();

    /// <inheritdoc />
    public override ValueTask ApplyAsync(IDocumentOperations operations, IEvent e, CancellationToken cancellation)
    {
        // A tombstone marks a number that a failed append had taken; nothing happened there.
        if (e.Data is not Tombstone)
            operations.Store(Act.Of(e));
        return ValueTask.CompletedTask;
    }
}
