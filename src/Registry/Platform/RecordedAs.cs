using System.Collections.Frozen;
using System.Reflection;

namespace Registry.Platform;

/// <summary>
/// Marks an event: the name under which it is stored for good (a class may be renamed, the name never), which room emits it,
/// and whether its fact becomes public. EVENTS.md is checked against these marks.
/// </summary>
/// <param name="name">Stored name, lower case with hyphens, for example <c>application-submitted</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RecordedAsAttribute(string name) : Attribute
{
    /// <summary>Stored name.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the fact, or an allowed part of it, is shown to the public.</summary>
    public bool Public { get; init; }
}

/// <summary>All events of the program.</summary>
public static class EventBook
{
    /// <summary>Each event type with its mark.</summary>
    public static IReadOnlyList<(Type Type, RecordedAsAttribute Mark)> All { get; } =
        [.. typeof(EventBook).Assembly.GetTypes()
            .Select(t => (Type: t, Mark: t.GetCustomAttribute<RecordedAsAttribute>()!))
            .Where(e => e.Mark is not null)
            .OrderBy(e => e.Mark.Name, StringComparer.Ordinal)];

    private static readonly FrozenSet<Type> Public = All.Where(e => e.Mark.Public).Select(e => e.Type).ToFrozenSet();

    /// <summary>Whether this event's fact, or a part of it, becomes public.</summary>
    public static bool IsPublic(object e) => Public.Contains(e.GetType());
}
