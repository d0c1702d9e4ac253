using System.Collections.Frozen;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Organisations;
using Registry.Platform;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;

namespace Registry.Proof;

/// <summary>
/// Which fields of an event are opened to the public when a page shows its fact: an allow-list, by the event's stored name. What is not named here stays
/// a digest. <c>kind</c> is always opened. <c>stream</c> is opened where it says what the fact is about, <c>time</c> where the page shows it.
/// </summary>
public static class DisclosedFields
{
    private static readonly (Type Event, string Fields)[] Table =
    [
        (typeof(BatchAnnounced), "stream time Programme Batch Title DefinitionVersion DefinitionHash NoticeDate"),
        (typeof(BatchAmended), "stream time DefinitionVersion DefinitionHash"),
        (typeof(DeadlineExtended), "stream time LastDay"),
        (typeof(CityDeadlineSet), "stream time City LastDay Earlier"),
        (typeof(EarlierListRecorded), "Programme Round Date Issuer Status Completeness Total Entries"),
        (typeof(PublicityOpened), "stream time Batch PublicTitle PublicText TextHash Entries WorkingDays FirstDayCounts Window PostingAddress"),
        (typeof(PostingVerified), "stream Address PostedAt Check Window"),
        (typeof(EntryAdded), "stream time Entry Replaces PublicReason Address PostedAt Window"),
        (typeof(EntryPosted), "stream Entry Replaces PostedAt Window"),
        (typeof(PublicityRedated), "stream time Entries OldLastDay Window PublicReason Whole"),
        (typeof(PublicityClosed), "stream ClosedAt"),
        (typeof(NoticeAttested), "stream time Day Occasion Content PublicContent PublicReason"),
        (typeof(ObjectionsCounted), "stream time Received Concluded Inadmissible Withdrawn"),
        (typeof(ApplicationPublicised), "stream Publicity Entry OpensAt ClosesAt"),
        (typeof(ObjectionConcluded), "stream time Number ConditionsMet PublicReason"),
        (typeof(ScoresPublished), "stream time Panels"),
        (typeof(AnnouncementIssued), "stream time Batch Kind Number Day PublicTitle PublicSignatory Entries Finding"),
        (typeof(ApplicationRecognised), "stream Announcement Number Day LastDay Batch Entry"),
        (typeof(RevocationAnnounced), "stream Announcement Number Day Finding"),
        (typeof(RecognitionRevoked), "stream Finding Day PublicReason"),
        (typeof(RecognitionExpired), "stream LastDay"),
        (typeof(RecognitionRechecked), "stream Day LastDay PublicResult"),
        (typeof(ClusterRenamed), "stream From To Day PublicReason"),
        (typeof(OperatorChanged), "stream From FromName To ToName Day PublicReason"),
        // Which application and case a finding came from, and when exactly it was confirmed, are not on its page.
        (typeof(FindingConfirmed), "Finding Organisation OrganisationName Batch Programme Clause PublicWhatWasFalse FirstDay LastDay PublicDecidingBody DecidedOn PublicHowToSeekReview"),
        (typeof(FindingPublished), "Finding Day"),
        (typeof(OrganisationBanned), "Finding Programme FirstDay LastDay"),
        (typeof(BanTermCounted), "Finding ServedOn LastDay"),
        (typeof(BanTermChanged), "Finding Ruling LastDay DecidedOn"),
        (typeof(RulingRecorded), "Finding Number PublicBody Outcome DecidedOn LastDay"),
        // Public events that no page of its own shows: they take something away, or are read from the definition's data.
        (typeof(CalendarYearImported), ""),
        (typeof(NoticeGivenUp), ""),
        (typeof(BanRescinded), ""),
        (typeof(ApplicationRestored), ""),
        // Not public events: of an objection only that it was received and that it ended, once all of a notice have.
        (typeof(ObjectionFiled), "stream Publicity Number"),
        (typeof(ConclusionConfirmed), "stream"),
        (typeof(ObjectionFoundInadmissible), "stream"),
        (typeof(ObjectionWithdrawn), "stream"),
    ];

    private static readonly FrozenDictionary<string, string[]> ByName = Table.ToFrozenDictionary(
        row => EventBook.All.First(e => e.Type == row.Event).Mark.Name, row => row.Fields.Split(' ', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);

    /// <summary>The rows, for the tests that hold them against the events.</summary>
    public static IReadOnlyList<(Type Event, string[] Fields)> All { get; } = [.. Table.Select(r => (r.Event, r.Fields.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    /// <summary>Whether a committed field of this kind of event is opened.</summary>
    /// <param name="kind">The event's stored name.</param>
    /// <param name="field">Its committed name, for example <c>data.Window.FirstDay</c>.</param>
    public static bool IsOpen(string kind, string field) =>
        ByName.TryGetValue(kind, out var fields)
        && (field == "kind" || (field.StartsWith("data.", StringComparison.Ordinal) ? fields.Contains(field.Split('.')[1]) : fields.Contains(field)));
}
