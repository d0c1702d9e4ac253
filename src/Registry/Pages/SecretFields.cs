using System.Collections.Frozen;

namespace Registry.Pages;

/// <summary>
/// The fields that take a password. What was typed into them is never kept with a form and never shown again. Codes of an authenticator are asked for at
/// addresses whose forms are not kept at all; a receipt's code is all that its holder has, and goes along.
/// </summary>
public static class SecretFields
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(StringComparer.Ordinal, "password", "current", "known", "shown");

    /// <summary>Whether a field of this name takes a password.</summary>
    public static bool Has(string name) => Names.Contains(name);
}
