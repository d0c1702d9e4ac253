using System.Globalization;
using Registry.Platform;

namespace Registry.Audit;

/// <summary>Two moments of an application side by side.</summary>
public static class Differences
{
    /// <summary>What differs, in the order in which a person asks for it. A moment before the first submission is null.</summary>
    public static IReadOnlyList<MomentChange> Between(ApplicationAsOf? before, ApplicationAsOf? after) =>
    [
        .. Change("stage", before?.Stage.ToString(), after?.Stage.ToString()),
        .. Change("round", Number(before?.Round), Number(after?.Round)),
        .. Change("organisation-name", before?.OrganisationName, after?.OrganisationName),
        .. Change("cluster", before?.Cluster, after?.Cluster),
        .. Change("rank", Number(before?.Rank), Number(after?.Rank)),
        .. Change("term", Day(before?.Term), Day(after?.Term)),
        .. Change("definition", before?.Definition, after?.Definition),
        .. Change("ban", Day(before?.BanLastDay), Day(after?.BanLastDay)),
        .. Change("open-objections", List(before?.OpenObjections), List(after?.OpenObjections)),
        .. Change("open-cases", List(before?.OpenCases), List(after?.OpenCases)),
        .. Change("form-hash", before?.FormHash, after?.FormHash),
    ];

    /// <summary>A change as a sentence, in Chinese.</summary>
    public static string InWords(MomentChange change) => InWords(change, Language.Zh);

    /// <summary>A change as a sentence.</summary>
    public static string InWords(MomentChange change, Language language) => Texts.Of(language, "audit.changed", new Dictionary<string, object?>
    {
        ["what"] = Texts.Of(language, "audit." + change.What),
        ["before"] = Shown(change.What, change.Before, language),
        ["after"] = Shown(change.What, change.After, language),
    });

    private static string Shown(string what, string? value, Language language) =>
        value is null ? Texts.Of(language, "audit.none") : what == "stage" ? Texts.Of(language, "enum.Stage." + value) : value;

    private static IEnumerable<MomentChange> Change(string what, string? before, string? after) => before == after ? [] : [new MomentChange(what, before, after)];

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? List(IReadOnlyList<string>? names) => names is { Count: > 0 } ? string.Join("、", names) : null;
}
