using System.Collections.Immutable;

namespace Registry.Platform.Mail;

/// <summary>Where a letter stands.</summary>
public enum LetterState
{
    /// <summary>待发送, or to be tried again.</summary>
    Waiting,
    /// <summary>已交付: handed to the mail server or to the pickup folder.</summary>
    Sent,
    /// <summary>无邮箱地址: nobody it is for has an e-mail address; it is read after signing in, or with the receipt code.</summary>
    Unaddressed,
    /// <summary>发送失败: given up after many tries; a person looks at it.</summary>
    GivenUp,
    /// <summary>无需发送: what it says no longer holds, or whoever it was for was erased.</summary>
    Void,
}

/// <summary>
/// Something that somebody is told. It is recorded in the transaction of the events that it tells of, and holds opaque ids and facts only:
/// the address, and every text that is sealed, are opened when it is sent and stand in no table. One letter is one message, whatever happens.
/// </summary>
public sealed record Letter
{
    /// <summary>What it tells to whom, hashed: the same thing told again is the same letter. The Message-ID is made of it.</summary>
    public required string Id { get; init; }

    /// <summary>What it says; its words are <c>letter.KIND.subject</c> and <c>letter.KIND.text</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Whom it is for: <c>organisation/CODE</c>, <c>city/CODE</c>, <c>role/NAME</c>, <c>account/ID</c>, <c>objection/ID</c>, <c>report/ID</c> or <c>complaint/ID</c>.</summary>
    public required string To { get; init; }

    /// <summary>The stream it is about.</summary>
    public required string About { get; init; }

    /// <summary>The event it tells of; null for a reminder.</summary>
    public Guid? Event { get; init; }

    /// <summary>The batch's id, where it belongs to one.</summary>
    public string? Batch { get; init; }

    /// <summary>GB/T 2260 code of the city it concerns: that city's officers find it in their outbox.</summary>
    public string? City { get; init; }

    /// <summary>The page that it leads to.</summary>
    public required string Link { get; init; }

    /// <summary>What its words need: names of clusters, days, numbers. Never a person's.</summary>
    public ImmutableDictionary<string, string> Facts { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>From this instant on it says nothing true any more, UTC: a reminder after the deadline.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Where it stands.</summary>
    public LetterState State { get; init; }

    /// <summary>When it is tried next, UTC.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>Code of what went wrong last. Never the server's own words: they may hold an address.</summary>
    public string? LastError { get; init; }

    /// <summary>When it was handed over, UTC.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Account of whoever asked that it be tried once more.</summary>
    public string? AskedAgainBy { get; init; }

    /// <summary>How its words name the event or reminder.</summary>
    public string Words(string part) => $"letter.{Kind}.{part}";
}

/// <summary>A letter as it leaves.</summary>
/// <param name="Addresses">E-mail addresses; none if nobody has one.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Erased">Whoever it was for was erased: there is nothing to send.</param>
public sealed record RenderedLetter(IReadOnlyList<string> Addresses, string Subject, string Text, bool Erased = false);

/// <summary>What the rooms tell whom. The rooms know; the outbox only keeps and sends.</summary>
public interface ILetters
{
    /// <summary>The letters that these new events ask for. Called in their transaction, before it commits.</summary>
    Task<IReadOnlyList<Letter>> OfEventsAsync(Marten.IQuerySession session, IReadOnlyList<(string Stream, JasperFx.Events.IEvent Event)> events, DateTimeOffset now, CancellationToken ct);

    /// <summary>Addresses and words of a letter, opened now.</summary>
    Task<RenderedLetter> RenderAsync(Marten.IQuerySession session, Letter letter, CancellationToken ct);
}
