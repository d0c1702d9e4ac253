namespace PublicSite.Parts;

/// <summary>One number of a chart, with the page that lists what was counted.</summary>
public sealed record ChartRow(string Label, int Value, string? Address);
