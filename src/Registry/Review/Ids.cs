using Registry.Applications;
using Registry.Platform;

namespace Registry.Review;

/// <summary>Marks expert streams.</summary>
public sealed class Expert;

/// <summary>An expert's id; the stream is <c>expert/…</c>. It names nobody: the name is sealed under the stream's own key.</summary>
public readonly record struct ExpertId(string Value) : IId<ExpertId>
{
    /// <inheritdoc />
    public static ExpertId Of(string value) => new(value);

    /// <summary>The expert's stream.</summary>
    public string Stream => $"expert/{Value}";
}

/// <summary>Marks panel streams.</summary>
public sealed class Panel;

/// <summary>A panel's id; the stream is <c>panel/…</c>.</summary>
public readonly record struct PanelId(string Value) : IId<PanelId>
{
    /// <inheritdoc />
    public static PanelId Of(string value) => new(value);

    /// <summary>The panel's stream.</summary>
    public string Stream => $"panel/{Value}";
}

/// <summary>Marks score-sheet streams.</summary>
public sealed class Sheet;

/// <summary>One sheet for each panel, application and expert, in a stream of its own: so that no version or history of anything else tells of it before the closing.</summary>
public readonly record struct SheetId(PanelId Panel, ApplicationId Application, ExpertId Expert)
{
    /// <summary>The id as it stands in a URL.</summary>
    public string Value => $"{Panel.Value}.{Application.Value}.{Expert.Value}";

    /// <summary>The sheet's stream.</summary>
    public string Stream => $"sheet/{Panel.Value}/{Application.Value}/{Expert.Value}";

    /// <summary>The id in a URL, or null when the text is none.</summary>
    public static SheetId? Find(string value) => Parts(value.Split('.'));

    /// <summary>The sheet of a stream.</summary>
    public static SheetId OfStream(string stream) =>
        Parts(stream.Split('/')[1..]) ?? throw new FormatException($"Not the stream of a sheet: {stream}");

    private static SheetId? Parts(string[] parts) =>
        parts.Length == 3 && parts.All(p => p.Length > 0 && p.All(char.IsAsciiLetterOrDigit)) ? new(new(parts[0]), new(parts[1]), new(parts[2])) : null;
}
