using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;

namespace Registry.Platform.Sealing;

/// <summary>Finds the sealed values inside an event or a document, wherever they lie.</summary>
public static class SealedValues
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Readable = new();

    /// <summary>Calls <paramref name="visit"/> for each sealed value with its path from the root.</summary>
    public static void ForEach(object? root, Action<Sealed, string> visit) => Walk(root, "", visit);

    private static void Walk(object? node, string path, Action<Sealed, string> visit)
    {
        switch (node)
        {
            case null or string:
                return;
            case Sealed value:
                visit(value, path);
                return;
            case IDictionary map:
                foreach (DictionaryEntry entry in map)
                    Walk(entry.Value, $"{path}.{entry.Key}", visit);
                return;
            case IEnumerable list:
                var index = 0;
                foreach (var item in list)
                    Walk(item, $"{path}[{index++}]", visit);
                return;
        }
        foreach (var property in Readable.GetOrAdd(node.GetType(), Composite))
            Walk(property.GetValue(node), path.Length == 0 ? property.Name : $"{path}.{property.Name}", visit);
    }

    private static PropertyInfo[] Composite(Type type) =>
        type.Assembly != typeof(SealedValues).Assembly ? []
        : [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetIndexParameters().Length == 0 && !p.PropertyType.IsPrimitive && !p.PropertyType.IsEnum)];
}
