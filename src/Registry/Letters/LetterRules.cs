using Registry.Platform.Commands;

namespace Registry.Letters;

/// <summary>Refusals about letters.</summary>
public static class LetterRules
{
    /// <summary>Only a letter that was given up, or had no address, is tried again by hand; what was sent is sent once.</summary>
    public static readonly Rule NotStuck = new("letter.not-stuck", "design: a letter is sent once", 409);
}
