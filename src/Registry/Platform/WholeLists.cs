using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Registry.Platform;

/// <summary>
/// The serialiser holds members to their nullability, but not the elements of lists and the values of maps: <c>[null]</c> would reach rules that rely on the type's word.
/// </summary>
internal static class WholeLists
{
    /// <summary>Makes reading refuse a null inside a list or map whose type has none.</summary>
    public static void Require(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var checks = type.Type.GetProperties().Where(p => p.GetIndexParameters().Length == 0)
            .Select(p => (Property: p, Holds: Check(new NullabilityInfoContext().Create(p)))).Where(c => c.Holds is not null).ToArray();
        if (checks.Length > 0)
            type.OnDeserialized = read =>
            {
                foreach (var (property, holds) in checks)
                    if (property.GetValue(read) is { } value && !holds!(value))
                        throw new JsonException();
            };
    }

    /// <summary>Whether nothing in a value of this type is null that may not be; null where there is nothing to ask.</summary>
    private static Func<object, bool>? Check(NullabilityInfo info) => info switch
    {
        { ElementType: { } element } => Each(element),
        { GenericTypeArguments: [var element] } when typeof(IEnumerable).IsAssignableFrom(info.Type) => Each(element),
        { GenericTypeArguments: [_, var value] } when MapOf(info.Type) is { } values && Each(value) is { } each => map => each(values.GetValue(map)!),
        _ => null,
    };

    private static Func<object, bool>? Each(NullabilityInfo element)
    {
        var (within, whole) = (Check(element), !element.Type.IsValueType && element.ReadState == NullabilityState.NotNull);
        return within is null && !whole ? null : list => ((IEnumerable)list).Cast<object?>().All(one => one is null ? !whole : within?.Invoke(one) != false);
    }

    private static PropertyInfo? MapOf(Type type) =>
        type.GetGenericTypeDefinition() is var kind && (kind == typeof(IReadOnlyDictionary<,>) || kind == typeof(Dictionary<,>)) ? type.GetProperty("Values") : null;
}
