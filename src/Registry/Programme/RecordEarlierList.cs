using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>Marks streams of earlier lists: <c>earlier-list/…</c>.</summary>
public sealed class EarlierListStream;

/// <summary>One entry of an earlier list, as the source gives it.</summary>
/// <param name="Name">The cluster.</param>
/// <param name="Cities">GB/T 2260 codes.</param>
/// <param name="Operator">Operator or applicant, where the source names one.</param>
public sealed record EarlierListEntry(string Name, IReadOnlyList<string> Cities, string? Operator);

/// <summary>A list that was published before the registry existed, or by a sister programme, was recorded as what it is. Its entries did not apply here.</summary>
/// <param name="Date">As precisely as it is known: 2023-10-24, 2024-08 or 2024.</param>
/// <param name="Status">Publicised or recognised, as the source says.</param>
/// <param name="Completeness">Whether all its entries are at hand.</param>
/// <param name="Total">How many entries the published list has.</param>
[RecordedAs("earlier-list-recorded", Public = true)]
public sealed record EarlierListRecorded(
    string Programme, string Round, string Date, string Issuer, EarlierStatus Status, ListCompleteness Completeness, int Total, IReadOnlyList<EarlierListEntry> Entries);

/// <summary>Records an earlier list from a file. Procedure 1b.</summary>
public sealed record RecordEarlierList(
    string Programme, string Round, string Date, string Issuer, EarlierStatus Status, ListCompleteness Completeness, int Total, IReadOnlyList<EarlierListEntry> Entries)
    : ICommand<RecordEarlierList>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-earlier-list", "/earlier-lists", Roles.Administrator | Roles.ProvincialOfficer | Roles.System, "Record a list that was published before, as what it is.");

    /// <summary>Once for each programme and round; issuer, date and entries are named; cities exist.</summary>
    public static Decision Decide(RecordEarlierList command, bool recorded) =>
        recorded ? BatchRules.EarlierListRecordedBefore.Refuse()
        : string.IsNullOrWhiteSpace(command.Programme) || string.IsNullOrWhiteSpace(command.Round) || string.IsNullOrWhiteSpace(command.Issuer) || !IsDate(command.Date)
            || command.Entries.Count == 0 || command.Total < command.Entries.Count
            || command.Entries.Any(e => string.IsNullOrWhiteSpace(e.Name) || e.Cities.Count == 0 || e.Cities.Any(c => ReferenceData.Cities.All(known => known.Code != c)))
                ? BatchRules.EarlierListIncomplete.Refuse()
        : Decision.Accept(new EarlierListRecorded(command.Programme, command.Round, command.Date, command.Issuer, command.Status, command.Completeness, command.Total, command.Entries));

    /// <inheritdoc />
    public static async Task<Decision> Handle(RecordEarlierList command, Desk desk)
    {
        var stream = $"earlier-list/{command.Programme}/{command.Round}";
        await desk.HoldAsync(Hold.Changing(stream));
        var timeline = (await desk.ReadAsync(stream))[0];
        return desk.Record<EarlierListStream>(timeline, $"{command.Programme}/{command.Round}", Decide(command, timeline.Exists));
    }

    private static bool IsDate(string text) => text.Split('-') is { Length: >= 1 and <= 3 } parts && parts[0].Length == 4 && parts.All(p => p.All(char.IsAsciiDigit) && p.Length is 2 or 4);
}
