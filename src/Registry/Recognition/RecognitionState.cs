using System.Collections.Immutable;
using JasperFx.Events;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Publicity;

namespace Registry.Recognition;

/// <summary>What recognition reads of a publicised application.</summary>
/// <param name="ClosesAt">The end of its publicity window, UTC, as last moved; null before publicity and while a changed entry waits to be put up anew.</param>
/// <param name="ConditionsNotMet">An objection was concluded with the conditions found not met, and no review has reopened the decision since.</param>
public sealed record Candidacy(DateTimeOffset? ClosesAt, bool ConditionsNotMet)
{
    /// <summary>Before anything happened.</summary>
    public static readonly Candidacy Start = new(null, false);

    /// <summary>One event further.</summary>
    public static Candidacy Next(Candidacy state, object e) => e switch
    {
        ApplicationPublicised p => state with { ClosesAt = p.ClosesAt },
        NewPostingAwaited => state with { ClosesAt = null },
        ObjectionConcluded { ConditionsMet: false } => state with { ConditionsNotMet = true },
        DecisionReopened => state with { ConditionsNotMet = false },
        _ => state,
    };
}

/// <summary>How a cluster's recognition stands on a day.</summary>
public enum RecognitionStanding
{
    /// <summary>Not recognised, or not yet.</summary>
    None,
    /// <summary>Recognised.</summary>
    Recognised,
    /// <summary>Its term is over.</summary>
    Expired,
    /// <summary>Revoked for false material.</summary>
    Revoked,
}

/// <summary>A cluster's recognition with everything that changed it since.</summary>
/// <param name="By">The announcement that recognised it; null before.</param>
/// <param name="ClusterName">Its name as it stands.</param>
/// <param name="Operator">Its operator as it stands.</param>
/// <param name="Revoked">The revocation that holds.</param>
/// <param name="RevocationNumber">Document number of the announcement of that revocation.</param>
/// <param name="LastDay">Last day as it stands after re-checks; null where no term is set.</param>
/// <param name="RecheckedUntil">Last day of the term in which the last re-check was made, whatever it found; null before the first.</param>
public sealed record RecognisedState(
    ApplicationRecognised? By, string ClusterName, OperatorChanged? Operator, RecognitionRevoked? Revoked, string? RevocationNumber, DateOnly? LastDay = null,
    DateOnly? RecheckedUntil = null)
{
    /// <summary>From which day on the cluster has its present name, if it was renamed.</summary>
    public DateOnly? RenamedOn { get; init; }

    /// <summary>Before anything happened.</summary>
    public static readonly RecognisedState Start = new(null, "", null, null, null);

    /// <summary>One event further.</summary>
    public static RecognisedState Next(RecognisedState state, object e) => e switch
    {
        ApplicationRecognised r => Start with { By = r, ClusterName = r.Entry.ClusterName, LastDay = r.LastDay },
        RecognitionRechecked r => state with { LastDay = r.LastDay, RecheckedUntil = state.LastDay },
        ClusterRenamed r => state with { ClusterName = r.To, RenamedOn = r.Day },
        OperatorChanged o => state with { Operator = o },
        RecognitionRevoked r => state with { Revoked = r, RevocationNumber = null },
        RevocationAnnounced r => state with { RevocationNumber = r.Number },
        ApplicationRestored => state with { Revoked = null, RevocationNumber = null },
        _ => state,
    };

    /// <summary>How it stands on a day. It expires by the calendar: nothing has to run for it.</summary>
    public RecognitionStanding On(DateOnly day) =>
        By is not { } by || day < by.Day ? RecognitionStanding.None
        : Revoked is { } revoked && revoked.Day <= day ? RecognitionStanding.Revoked
        : LastDay < day ? RecognitionStanding.Expired
        : RecognitionStanding.Recognised;
}

/// <summary>The batch's recognition lists.</summary>
/// <param name="Verdicts">What was last decided on each application, on which day and when.</param>
/// <param name="ListAnnounced">Whether the batch's list was announced; what comes later is supplementary.</param>
public sealed record RecognitionLists(ImmutableDictionary<ApplicationId, LastVerdict> Verdicts, bool ListAnnounced)
{
    /// <summary>Before anything happened.</summary>
    public static readonly RecognitionLists Start = new(ImmutableDictionary<ApplicationId, LastVerdict>.Empty, false);

    /// <summary>One event further.</summary>
    public static RecognitionLists Next(RecognitionLists state, IEvent e) => e.Data switch
    {
        RecognitionDecided d => state with
        {
            Verdicts = state.Verdicts.SetItems(d.Verdicts.Select(v => KeyValuePair.Create(v.Application, new LastVerdict(v.Recognised, d.Decision.Date, e.Timestamp)))),
        },
        ListAnnounced { Kind: AnnouncementKind.Recognition } => state with { ListAnnounced = true },
        _ => state,
    };
}

/// <summary>What was last decided on an application.</summary>
/// <param name="Day">The day of the collective decision.</param>
/// <param name="RecordedAt">When it was recorded, UTC.</param>
public sealed record LastVerdict(bool Recognised, DateOnly Day, DateTimeOffset RecordedAt);
