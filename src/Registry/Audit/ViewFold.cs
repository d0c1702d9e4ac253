using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Registry.Audit;

/// <summary>
/// A view of single streams, folded outside the store by the code that folds the stored one: so a moment of the past is shown, and a stored row is examined,
/// by the very rules that made it.
/// </summary>
internal interface IViewFold
{
    /// <summary>What the events of one stream make of it; null while there is nothing to show.</summary>
    object? Fold(string stream, IEnumerable<IEvent> events);
}

/// <inheritdoc cref="IViewFold" />
internal sealed class ViewFold<T>(SingleStreamProjection<T, string> projection) : IViewFold where T : notnull
{
    private readonly HashSet<Type> included = [.. projection.IncludedEventTypes];

    /// <summary>One event further.</summary>
    public T? Next(T? view, string stream, IEvent e) => included.Count > 0 && !included.Contains(e.Data.GetType()) ? view : projection.Evolve(view, stream, e);

    /// <inheritdoc cref="IViewFold.Fold" />
    public T? Fold(string stream, IEnumerable<IEvent> events) => events.Aggregate(default(T), (view, e) => Next(view, stream, e));

    object? IViewFold.Fold(string stream, IEnumerable<IEvent> events) => Fold(stream, events);
}

/// <summary>Finds views of single streams among the store's projections.</summary>
internal static class ViewFolds
{
    /// <summary>The type of the view that a projection makes of single streams; null for every other projection.</summary>
    public static Type? ViewOf(object projection)
    {
        for (var type = projection.GetType(); type is not null; type = type.BaseType)
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(SingleStreamProjection<,>) && type.GetGenericArguments()[1] == typeof(string))
                return type.GetGenericArguments()[0];
        return null;
    }

    /// <summary>Its fold; null where <see cref="ViewOf"/> is.</summary>
    public static IViewFold? Of(object projection) =>
        ViewOf(projection) is { } view ? (IViewFold)Activator.CreateInstance(typeof(ViewFold<>).MakeGenericType(view), projection)! : null;
}
