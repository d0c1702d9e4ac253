using Marten;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Recognition;

/// <summary>Why a step would be refused now.</summary>
/// <param name="Code">The rule's stable code.</param>
/// <param name="Arguments">Figures for its words.</param>
public sealed record Hindrance(string Code, IReadOnlyDictionary<string, object?> Arguments)
{
    /// <summary>The hindrance that a rule found; null if it found none.</summary>
    public static Hindrance? Of(Refusal? refusal) => refusal is null ? null : new(refusal.Rule.Code, refusal.Arguments);
}

/// <summary>A publicised application as the meeting finds it, or what became of it since.</summary>
/// <param name="City">GB/T 2260 code.</param>
/// <param name="Industry">Code of the leading industry.</param>
/// <param name="ClosesAt">The end of its publicity window, UTC.</param>
/// <param name="NotDecidable">Why nothing can be decided on it now.</param>
/// <param name="NotRecognisable">Why it cannot be recognised now.</param>
/// <param name="DecidedRecognised">What was last decided on it.</param>
/// <param name="DecidedOn">On which day.</param>
/// <param name="MayBeAnnounced">It was decided that it is recognised, nothing has come in between, and no announcement names it yet.</param>
/// <param name="RevocationMayBeAnnounced">Its recognition was revoked, the finding was served and published, and no announcement names the revocation yet.</param>
public sealed record RecognitionCandidate(
    string Application, string ClusterName, string Organisation, string OrganisationName, string City, string Industry, Stage Stage, DateTimeOffset? ClosesAt,
    Hindrance? NotDecidable, Hindrance? NotRecognisable, bool? DecidedRecognised, DateOnly? DecidedOn, bool MayBeAnnounced, bool RevocationMayBeAnnounced);

/// <summary>What a batch's meeting on recognition decides on, and what may be announced.</summary>
/// <param name="Version">The batch's version; decision and announcement carry it.</param>
/// <param name="ListAnnounced">Whether the batch's list was announced: what comes later is supplementary.</param>
public sealed record RecognitionList(string Batch, long Version, bool ListAnnounced, IReadOnlyList<RecognitionCandidate> Candidates)
{
    /// <summary>The list of a batch as it stands; null if there is no such batch. The rules asked are those that decide.</summary>
    public static async Task<RecognitionList?> ReadAsync(BatchId id, Reading reading)
    {
        if (await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, id, reading.Cancelled) is not { } call)
            return null;
        var cards = await reading.Session.Query<ApplicationCard>()
            .Where(c => c.Batch == id.Value && c.Stage.IsOneOf(Stage.Publicised, Stage.Recognised, Stage.NotRecognised, Stage.Revoked, Stage.Expired))
            .OrderBy(c => c.City).ThenBy(c => c.Id).ToListAsync(reading.Cancelled);
        var found = (await reading.Session.LoadManyAsync<Draft>(reading.Cancelled, cards.Select(c => c.Id))).ToDictionary(d => d.Id);
        Draft[] heads = [.. cards.Select(c => found[c.Id])];
        var timelines = (await Timeline.ReadAsync(reading.Session, [.. RecognitionDesk.StreamsOf(id, heads)], reading.Cancelled)).ToDictionary(t => t.Stream);
        var candidates = await RecognitionDesk.CandidatesAsync(reading.Session, call, heads, timelines, reading.Cancelled);
        var lists = timelines[id.Stream].Fold(RecognitionLists.Start, RecognitionLists.Next);
        string[] cases = [.. candidates.Select(c => c.Recognition.Revoked?.Case.Stream).OfType<string>()];
        var served = (await reading.Session.LoadManyAsync<CaseCard>(reading.Cancelled, cases)).ToDictionary(c => c.Id);
        return new RecognitionList(id.Value, timelines[id.Stream].Version, lists.ListAnnounced, [.. candidates.Select(c => Line(c, call.Definition, lists, served, reading.Now))]);
    }

    private static RecognitionCandidate Line(Candidate candidate, CallDefinition definition, RecognitionLists lists, Dictionary<string, CaseCard> cases, DateTimeOffset now)
    {
        var (stage, recognition, entry) = (candidate.File.Filing.Stage, candidate.Recognition, candidate.Entry);
        var verdict = lists.Verdicts.GetValueOrDefault(candidate.Id);
        return new RecognitionCandidate(
            candidate.Id.Value, recognition.By is null ? entry.ClusterName : recognition.ClusterName, entry.Organisation.Value, entry.OrganisationName, entry.City, entry.Industry, stage,
            candidate.Candidacy.ClosesAt, Hindrance.Of(candidate.Undecidable(now)), Hindrance.Of(candidate.Unrecognisable(now)), verdict?.Recognised, verdict?.Day,
            IssueAnnouncement.NotOnList(candidate, lists, now) is null,
            IssueAnnouncement.RevocationFault([candidate], recognition.Revoked is { } revoked && IssueAnnouncement.IsReady(cases.GetValueOrDefault(revoked.Case.Stream), definition)) is null);
    }
}
