using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Tests.Platform;

/// <summary>
/// History is never edited, so every later program reads what every earlier one wrote. <c>Data/history/events.jsonl</c> holds for each event the JSON as it
/// was stored first, with every member filled; lines are added for new events and never changed.
/// </summary>
public sealed class OldHistoryTests
{
    private static readonly string Recorded = Path.Combine(Root(), "tests", "Registry.Tests", "Data", "history", "events.jsonl");

    [Fact]
    public void Every_event_as_it_was_first_stored_is_read_and_every_member_of_it_is_kept()
    {
        if (Environment.GetEnvironmentVariable("REGISTRY_WRITE_DOCUMENTS") is "1")
            AddNewOnes();
        var lines = File.ReadAllLines(Recorded).Select(l => JsonNode.Parse(l)!.AsObject()).ToDictionary(l => l["kind"]!.GetValue<string>(), l => l["data"]!.AsObject());
        var unread = new List<string>();
        foreach (var (type, mark) in EventBook.All)
            if (!lines.TryGetValue(mark.Name, out var data))
                unread.Add($"{mark.Name} has no line yet: run this test with REGISTRY_WRITE_DOCUMENTS=1");
            else
                unread.AddRange(Lost(mark.Name, data, JsonSerializer.SerializeToNode(JsonSerializer.Deserialize(data.ToJsonString(), type, Json.Store), type, Json.Store)));
        unread.AddRange(lines.Keys.Except(EventBook.All.Select(e => e.Mark.Name)).Select(gone => $"{gone} is no event any more"));
        Assert.Equal([], unread);
    }

    /// <summary>Members that were stored and that a reader of today does not know, or understands as something else.</summary>
    private static IEnumerable<string> Lost(string path, JsonNode? stored, JsonNode? read) => (stored, read) switch
    {
        (JsonObject before, JsonObject after) => before.SelectMany(m => after.ContainsKey(m.Key) ? Lost($"{path}.{m.Key}", m.Value, after[m.Key]) : [$"{path}.{m.Key} is not read any more"]),
        (JsonArray before, JsonArray after) when before.Count == after.Count => before.SelectMany((item, i) => Lost($"{path}[{i}]", item, after[i])),
        _ => JsonNode.DeepEquals(stored, read) ? [] : [$"{path} was {stored?.ToJsonString()} and is read as {read?.ToJsonString()}"],
    };

    private static void AddNewOnes()
    {
        var kept = File.Exists(Recorded) ? File.ReadAllLines(Recorded).ToDictionary(l => JsonNode.Parse(l)!["kind"]!.GetValue<string>()) : [];
        foreach (var (type, mark) in EventBook.All.Where(e => !kept.ContainsKey(e.Mark.Name)))
            kept[mark.Name] = new JsonObject { ["kind"] = mark.Name, ["data"] = JsonSerializer.SerializeToNode(Filled(type, 0), type, Json.Store) }.ToJsonString(Json.Store);
        Directory.CreateDirectory(Path.GetDirectoryName(Recorded)!);
        File.WriteAllLines(Recorded, kept.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => k.Value));
    }

    /// <summary>A value of a type with everything filled, always the same.</summary>
    private static object? Filled(Type type, int depth)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(string))
            return "甲";
        if (plain == typeof(bool))
            return true;
        if (plain == typeof(int) || plain == typeof(long) || plain == typeof(decimal) || plain == typeof(double) || plain == typeof(byte))
            return Convert.ChangeType(7, plain, System.Globalization.CultureInfo.InvariantCulture);
        if (plain == typeof(DateOnly))
            return new DateOnly(2025, 6, 3);
        if (plain == typeof(TimeOnly))
            return new TimeOnly(10, 0);
        if (plain == typeof(TimeSpan))
            return TimeSpan.FromHours(1);
        if (plain == typeof(DateTimeOffset))
            return new DateTimeOffset(2025, 6, 3, 2, 0, 0, TimeSpan.Zero);
        if (plain == typeof(Guid))
            return Guid.Parse("0c0f6f5e-0000-4000-8000-000000000001");
        if (plain == typeof(JsonElement))
            return JsonDocument.Parse("{\"a\":1}").RootElement;
        if (plain == typeof(Registry.Organisations.CreditCode))
            return Registry.Demo.DemoForm.Code(Scenario.Jinan, 1);
        if (plain == typeof(Sealed))
            return Sealed.From(new SealedBox("application/1", "application/1|event|field", "AAAA"));
        if (plain.IsEnum)
            return Enum.GetValues(plain).GetValue(Enum.GetValues(plain).Length - 1);
        if (plain == typeof(byte[]))
            return new byte[] { 1, 2, 3 };
        if (plain.IsArray)
            return ListOf(plain.GetElementType()!, depth, array: true);
        var sequence = plain.IsGenericType ? plain.GetGenericArguments() : [];
        if (sequence.Length == 2 && typeof(IEnumerable).IsAssignableFrom(plain))
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(sequence))!;
            map[Filled(sequence[0], depth + 1)!] = Filled(sequence[1], depth + 1);
            return map;
        }
        if (sequence.Length == 1 && typeof(IEnumerable).IsAssignableFrom(plain))
            return ListOf(sequence[0], depth, array: false);
        // A record that holds its own kind ends somewhere.
        if (depth > 6)
            return null;
        var constructor = plain.GetConstructors().Where(c => c.GetParameters() is not [{ } one] || one.ParameterType != plain).MaxBy(c => c.GetParameters().Length)
            ?? plain.GetConstructors(BindingFlags.NonPublic | BindingFlags.Instance).Where(c => c.GetParameters() is not [{ } one] || one.ParameterType != plain).MaxBy(c => c.GetParameters().Length)!;
        var value = constructor.Invoke([.. constructor.GetParameters().Select(p => Filled(p.ParameterType, depth + 1))]);
        foreach (var property in plain.GetProperties().Where(p => p.SetMethod is { IsPublic: true } && constructor.GetParameters().All(c => c.Name != p.Name) && p.GetIndexParameters().Length == 0))
            property.SetValue(value, Filled(property.PropertyType, depth + 1));
        return value;
    }

    private static object ListOf(Type item, int depth, bool array)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        list.Add(Filled(item, depth + 1));
        if (!array)
            return list;
        var copy = Array.CreateInstance(item, list.Count);
        list.CopyTo(copy, 0);
        return copy;
    }

    private static string Root()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Registry.sln")))
            root = Path.GetDirectoryName(root)!;
        return root;
    }
}
