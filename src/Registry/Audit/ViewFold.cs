using JasperFx.Events;
using Marten.Events.Aggregation;
using Marten.Events.Projections;
using Registry.Platform;

namespace Registry.Audit;

/// <summary>
/// A view, folded outside the store by the code that folds the stored one: so a moment of the past is shown, and a stored row is examined,
/// by the very rules that made it.
/// </summary>
internal interface IViewFold
{
    /// <summary>What the events of one stream make of it; null while there is nothing to show.</summary>
    object? Fold(string stream, IEnumerable<IEvent> events);
}

/// <inheritdoc cref="IViewFold" />
/// <param name="projection">A projection for which <see cref="ViewFolds.ViewOf"/> names this type.</param>
internal sealed class ViewFold<T>(object projection) : IViewFold where T : notnull
{
    private readonly HashSet<Type> included = projection is SingleStreamProjection<T, string> single ? [.. single.IncludedEventTypes] : [];
    private readonly Func<T?, string, IEvent, T?> evolve = projection is MultiStreamProjection<T, string> many ? many.Evolve : ((SingleStreamProjection<T, string>)projection).Evolve;

    /// <summary>Whether its rows are made of several streams.</summary>
    public bool Across { get; } = projection is IAcrossStreams;

    /// <summary>The row to which an event belongs; null if it belongs to none.</summary>
    public string? IdOf(IEvent e) => projection is IAcrossStreams across ? across.IdOf(e.Data) : e.StreamKey;

    /// <summary>One event further.</summary>
    public T? Next(T? view, string id, IEvent e) => included.Count > 0 && !included.Contains(e.Data.GetType()) ? view : evolve(view, id, e);

    /// <inheritdoc cref="IViewFold.Fold" />
    public T? Fold(string stream, IEnumerable<IEvent> events) => events.Aggregate(default(T), (view, e) => Next(view, stream, e));

    object? IViewFold.Fold(string stream, IEnumerable<IEvent> events) => Fold(stream, events);
}

/// <summary>Finds views that can be folded outside the store among its projections.</summary>
internal static class ViewFolds
{
    /// <summary>The type of the view that a projection makes, of single streams or of several if it says of which; null for every other projection.</summary>
    public static Type? ViewOf(object projection)
    {
        for (var type = projection.GetType(); type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericArguments() is [var view, var id] && id == typeof(string)
                && (type.GetGenericTypeDefinition() == typeof(SingleStreamProjection<,>) || (type.GetGenericTypeDefinition() == typeof(MultiStreamProjection<,>) && projection is IAcrossStreams)))
                return view;
        return null;
    }

    /// <summary>The fold of a view of single streams; null for every other projection.</summary>
    public static IViewFold? Of(object projection) =>
        ViewOf(projection) is { } view && projection is not IAcrossStreams ? (IViewFold)Activator.CreateInstance(typeof(ViewFold<>).MakeGenericType(view), projection)! : null;
}
