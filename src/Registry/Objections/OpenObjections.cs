using System.Collections.Immutable;
using JasperFx.Events;
using Marten.Events.Projections;
using Registry.Platform;

namespace Registry.Objections;

/// <summary>
/// The open objections to one application, for recognition: while there is one, the application is not recognised. Kept in the append's own transaction
/// and changed only under the lock <see cref="ObjectionId.LockOf"/>; whoever decides on it holds that lock first.
/// </summary>
public sealed record OpenObjections
{
    /// <summary>The application's id.</summary>
    public required string Id { get; init; }

    /// <summary>Streams of the open objections.</summary>
    public ImmutableSortedSet<string> Open { get; init; } = [];
}

/// <summary>Folds <see cref="OpenObjections"/> from the streams of all objections to an application.</summary>
public sealed partial class OpenObjectionsProjection : MultiStreamProjection<OpenObjections, string>, IAcrossStreams
{
    /// <summary>Every event that opens or ends an objection names its application.</summary>
    public OpenObjectionsProjection()
    {
        Identity<ObjectionFiled>(e => e.Application.Value);
        Identity<ObjectionFoundInadmissible>(e => e.Application.Value);
        Identity<ConclusionConfirmed>(e => e.Application.Value);
        Identity<ObjectionWithdrawn>(e => e.Application.Value);
    }

    string? IAcrossStreams.IdOf(object data) => data switch
    {
        ObjectionFiled e => e.Application.Value,
        ObjectionFoundInadmissible e => e.Application.Value,
        ConclusionConfirmed e => e.Application.Value,
        ObjectionWithdrawn e => e.Application.Value,
        _ => null,
    };

    /// <inheritdoc />
    public override OpenObjections? Evolve(OpenObjections? view, string id, IEvent e)
    {
        var now = view ?? new OpenObjections { Id = id };
        return e.Data is ObjectionFiled ? now with { Open = now.Open.Add(e.StreamKey!) } : now with { Open = now.Open.Remove(e.StreamKey!) };
    }
}
