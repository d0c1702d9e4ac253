using System.Collections.Frozen;
using System.Reflection;

namespace Registry.Platform.Commands;

/// <summary>All rules of the program, found by their static fields: for the words, for RULES.md, and to give a stored refusal again.</summary>
public static class RuleBook
{
    private static readonly FrozenDictionary<string, Rule> Rules = typeof(RuleBook).Assembly.GetTypes()
        .SelectMany(t => t.GetFields(BindingFlags.Static | BindingFlags.Public))
        .Where(f => f.FieldType == typeof(Rule))
        .Select(f => (Rule)f.GetValue(null)!)
        .ToFrozenDictionary(r => r.Code);

    /// <summary>Every rule, by code.</summary>
    public static IReadOnlyCollection<Rule> All => Rules.Values;

    /// <summary>The rule with this code.</summary>
    public static Rule Find(string code) => Rules.TryGetValue(code, out var rule) ? rule : throw new KeyNotFoundException($"no rule {code}");
}
