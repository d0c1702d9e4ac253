using System.Collections.Immutable;
using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>An objection in lists, and as its objector follows it. What is sealed stays sealed here.</summary>
public sealed record ObjectionCard
{
    /// <summary>The objection's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The public number.</summary>
    public required string Number { get; init; }

    /// <summary>The batch's id.</summary>
    public required string Batch { get; init; }

    /// <summary>The notice's id.</summary>
    public required string Publicity { get; init; }

    /// <summary>The entry's number in it.</summary>
    public int Entry { get; init; }

    /// <summary>The application's id.</summary>
    public required string Application { get; init; }

    /// <summary>How it came.</summary>
    public ObjectionChannel Channel { get; init; }

    /// <summary>A person or an organisation.</summary>
    public ObjectorKind Kind { get; init; }

    /// <summary>When it had arrived, UTC.</summary>
    public DateTimeOffset ArrivedAt { get; init; }

    /// <summary>Digest of what was filed.</summary>
    public required string Digest { get; init; }

    /// <summary>It is in the second queue.</summary>
    public bool Overflow { get; init; }

    /// <summary>Where it stands.</summary>
    public ObjectionStage Stage { get; init; }

    /// <summary>Since when it stands there, or since the last answer it waited for, UTC.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Findings are recorded.</summary>
    public bool Verified { get; init; }

    /// <summary>Account of the handling officer.</summary>
    public string? AssignedTo { get; init; }

    /// <summary>What the objector was told is missing.</summary>
    public Sealed? Missing { get; init; }

    /// <summary>Last day to complete it.</summary>
    public DateOnly? CompletionLastDay { get; init; }

    /// <summary>Why it was found inadmissible.</summary>
    public Sealed? Inadmissible { get; init; }

    /// <summary>Whether the conditions were found met.</summary>
    public bool? ConditionsMet { get; init; }

    /// <summary>The published reason.</summary>
    public string? PublicReason { get; init; }

    /// <summary>The last answer to the objector.</summary>
    public Sealed? Reply { get; init; }

    /// <summary>The last question to each side, in the officer's wording.</summary>
    public ImmutableDictionary<StatementBy, AskedStatement> Asked { get; init; } = ImmutableDictionary<StatementBy, AskedStatement>.Empty;

    /// <summary>The day of conclusion, refusal or withdrawal: the file's term runs from it.</summary>
    public DateOnly? EndedOn { get; init; }

    /// <summary>What was sealed in it is destroyed.</summary>
    public bool Erased { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }

    /// <summary>The opaque id.</summary>
    public ObjectionId Objection => new(Id["objection/".Length..]);
}

/// <summary>A question to the applicant or its city.</summary>
public sealed record AskedStatement(Sealed Wording, DateOnly LastDay, bool Given);

/// <summary>Folds <see cref="ObjectionCard"/>.</summary>
public sealed partial class ObjectionCardProjection : SingleStreamProjection<ObjectionCard, string>
{
    /// <summary>Only the events of an objection's own stream.</summary>
    public ObjectionCardProjection()
    {
        IncludeType<ObjectionFiled>();
        IncludeType<ObjectionAccepted>();
        IncludeType<CompletionAsked>();
        IncludeType<ObjectionCompleted>();
        IncludeType<ObjectionFoundInadmissible>();
        IncludeType<ObjectionAssigned>();
        IncludeType<IdentityOpened>();
        IncludeType<StatementAsked>();
        IncludeType<StatementGiven>();
        IncludeType<FindingsRecorded>();
        IncludeType<ConclusionProposed>();
        IncludeType<ConclusionReturned>();
        IncludeType<ConclusionConfirmed>();
        IncludeType<ObjectionWithdrawn>();
        IncludeType<ObjectorAnswered>();
        IncludeType<ObjectorErased>();
    }

    /// <inheritdoc />
    public override ObjectionCard? Evolve(ObjectionCard? card, string id, IEvent e)
    {
        if (e.Data is ObjectionFiled f)
            return new ObjectionCard
            {
                Id = id, Number = f.Number, Batch = f.Batch.Value, Publicity = f.Publicity.Value, Entry = f.Entry, Application = f.Application.Value,
                Channel = f.Channel, Kind = f.Kind, ArrivedAt = f.ArrivedAt, Digest = f.Digest, Overflow = f.Overflow, Stage = ObjectionStage.Filed, Since = e.Timestamp, Version = 1,
            };
        // An opening and its record change nothing about what it waits for.
        var next = card! with { Version = card.Version + 1, Since = e.Data is IdentityOpened ? card.Since : e.Timestamp };
        return e.Data switch
        {
            ObjectionAccepted or ConclusionReturned => next with { Stage = ObjectionStage.Accepted },
            CompletionAsked c => next with { Stage = ObjectionStage.CompletionAsked, Missing = c.Missing, CompletionLastDay = c.LastDay },
            ObjectionCompleted => next with { Stage = ObjectionStage.Filed },
            ObjectionFoundInadmissible r => next with { Stage = ObjectionStage.Inadmissible, Inadmissible = r.Reason, EndedOn = ChinaTime.ToDay(e.Timestamp) },
            FindingsRecorded => next with { Verified = true },
            ObjectionAssigned a => next with { AssignedTo = a.Officer },
            StatementAsked s => next with { Asked = next.Asked.SetItem(s.Of, new(s.Wording, s.LastDay, false)) },
            StatementGiven s => next with { Asked = next.Asked.SetItem(s.By, next.Asked[s.By] with { Given = true }) },
            ConclusionProposed => next with { Stage = ObjectionStage.ConclusionProposed },
            ConclusionConfirmed c => next with { Stage = ObjectionStage.Concluded, ConditionsMet = c.ConditionsMet, PublicReason = c.PublicReason, EndedOn = ChinaTime.ToDay(e.Timestamp) },
            ObjectionWithdrawn => next with { Stage = ObjectionStage.Withdrawn, EndedOn = ChinaTime.ToDay(e.Timestamp) },
            ObjectorAnswered a => next with { Reply = a.Reply },
            ObjectorErased => next with { Erased = true },
            _ => next,
        };
    }
}
