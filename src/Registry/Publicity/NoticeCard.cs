using System.Collections.Immutable;
using JasperFx.Events;
using Marten.Events.Aggregation;

namespace Registry.Publicity;

/// <summary>One time a window was set to a later last day, as the notice shows it.</summary>
public sealed record Redating(DateTimeOffset At, IReadOnlyList<int> Entries, DateOnly OldLastDay, DateOnly NewLastDay, string PublicReason);

/// <summary>A notice in a list.</summary>
public sealed record NoticeCard
{
    /// <summary>The notice's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The batch's id.</summary>
    public required string Batch { get; init; }

    /// <summary>The notice as the rules read it.</summary>
    public required NoticeState Notice { get; init; }

    /// <summary>Earlier last days, oldest first.</summary>
    public ImmutableList<Redating> Redatings { get; init; } = [];

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }

    /// <summary>The opaque id.</summary>
    public PublicityId Publicity => new(Id["publicity/".Length..]);
}

/// <summary>Folds <see cref="NoticeCard"/>.</summary>
public sealed partial class NoticeCardProjection : SingleStreamProjection<NoticeCard, string>
{
    /// <summary>Only the events of a notice's own stream.</summary>
    public NoticeCardProjection()
    {
        IncludeType<PublicityOpened>();
        IncludeType<PostingVerified>();
        IncludeType<EntryAdded>();
        IncludeType<EntryPosted>();
        IncludeType<PublicityRedated>();
        IncludeType<NoticeUnreadable>();
        IncludeType<NoticeGivenUp>();
        IncludeType<PublicityClosed>();
        IncludeType<NoticeAttested>();
        IncludeType<ObjectionsCounted>();
    }

    /// <inheritdoc />
    public override NoticeCard? Evolve(NoticeCard? card, string id, IEvent e)
    {
        // The batch's stream notes a notice that was given up too; that is no notice of its own.
        if (!id.StartsWith("publicity/", StringComparison.Ordinal))
            return null;
        if (e.Data is PublicityOpened opened)
            return new NoticeCard { Id = id, Batch = opened.Batch.Value, Notice = NoticeState.Next(NoticeState.Start, e), Version = 1 };
        var next = card! with { Notice = NoticeState.Next(card.Notice, e), Version = card.Version + 1 };
        return e.Data is PublicityRedated r
            ? next with { Redatings = next.Redatings.Add(new(e.Timestamp, r.Entries, r.OldLastDay, r.Window.LastDay, r.PublicReason)) }
            : next;
    }
}
