using System.Collections.Immutable;
using System.Text.Json.Serialization;
using JasperFx.Events;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>Where an instant lies against an entry's window.</summary>
public enum WindowSide
{
    /// <summary>Before the verified posting.</summary>
    NotYet,
    /// <summary>From the posting up to, not including, the midnight after the last day.</summary>
    Open,
    /// <summary>At or after that midnight.</summary>
    Over,
}

/// <summary>One entry of a notice with its own window.</summary>
/// <param name="Window">Its days; null until its posting is verified.</param>
/// <param name="OpensAt">The verified posting, UTC.</param>
/// <param name="Left">It does not stand in the notice any more: it could not be put up, or another number replaced it.</param>
public sealed record NoticeLine(NoticeEntry Entry, PublicityWindow? Window, DateTimeOffset? OpensAt, bool Left)
{
    /// <summary>The number under which it stood before a change; only while its own posting is awaited is that one still up.</summary>
    public int? Replaces { get; init; }

    /// <summary>Why it was added or changed, in words for the public; only where its own posting was or is awaited.</summary>
    public string? PublicReason { get; init; }

    /// <summary>24:00 of the last day in China, UTC: the first instant that is too late. Null before the posting.</summary>
    public DateTimeOffset? ClosesAt => Window is { } w && OpensAt is not null ? ChinaTime.EndOf(w.LastDay) : null;

    /// <summary>四(四): open from the verified posting, through days that do not count, to 24:00 of the last day. A function of the calendar: nothing has to run for it to close.</summary>
    public WindowSide At(DateTimeOffset instant) =>
        OpensAt is not { } opens || ClosesAt is not { } closes || instant < opens ? WindowSide.NotYet
        : instant < closes ? WindowSide.Open
        : WindowSide.Over;
}

/// <summary>A time in which the notice could not be read.</summary>
public sealed record Outage(DateTimeOffset From, DateTimeOffset Until);

/// <summary>A publicity notice as the rules read it.</summary>
/// <param name="Opened">The notice as it was fixed; null before that.</param>
/// <param name="OpenedAt">When, UTC.</param>
/// <param name="PostedAt">The verified posting, UTC.</param>
/// <param name="GivenUp">It was given up before it was posted.</param>
/// <param name="Closed">The closing is recorded, and no window moved since.</param>
/// <param name="Check">How the posting was verified; null before.</param>
public sealed record NoticeState(
    PublicityOpened? Opened, DateTimeOffset OpenedAt, DateTimeOffset? PostedAt, string? Address, ImmutableList<NoticeLine> Lines,
    ImmutableList<Outage> Outages, bool GivenUp, bool Closed, PostingCheck? Check = null)
{
    /// <summary>What the public log was told last about its content.</summary>
    public NoticeAttested? Attested { get; init; }

    /// <summary>Why its content changed last, in words for the public.</summary>
    public string? ChangeReason { get; init; }

    /// <summary>How many objections were received and handled, once that is public.</summary>
    public ObjectionsCounted? Counted { get; init; }

    /// <summary>Before anything happened.</summary>
    public static readonly NoticeState Start = new(null, default, null, null, [], [], false, false);

    /// <summary>One event further.</summary>
    public static NoticeState Next(NoticeState state, IEvent e) => e.Data switch
    {
        PublicityOpened o => state with { Opened = o, OpenedAt = e.Timestamp, Lines = [.. o.Entries.Select(n => new NoticeLine(n, null, null, false))] },
        PostingVerified v => state with
        {
            PostedAt = v.PostedAt,
            Address = v.Address,
            Check = v.Check,
            Lines = [.. state.Lines.Select(l => v.Struck.Contains(l.Entry.Number) ? l with { Left = true } : l with { Window = v.Window, OpensAt = v.PostedAt })],
        },
        // While the page has not been read back the changed entry goes on standing under its old number, so it can be objected to at every moment.
        EntryAdded { PostedAt: null } a => state with { Closed = false, Lines = state.Lines.Add(new NoticeLine(a.Entry, a.Window, null, false) { Replaces = a.Replaces, PublicReason = a.PublicReason }) },
        EntryPosted p => state with
        {
            Closed = false,
            ChangeReason = state.Lines.FirstOrDefault(l => l.Entry.Number == p.Entry)?.PublicReason,
            Lines = [.. state.Lines.Select(l =>
                l.Entry.Number == p.Entry ? l with { Window = p.Window, OpensAt = p.PostedAt } : l.Entry.Number == p.Replaces ? l with { Left = true } : l)],
        },
        EntryAdded a => state with
        {
            Closed = false,
            ChangeReason = a.PublicReason,
            Lines = [.. state.Lines.Select(l => l.Entry.Number == a.Replaces ? l with { Left = true } : l), new NoticeLine(a.Entry, a.Window, a.PostedAt, false)],
        },
        PublicityRedated r => state with
        {
            Closed = false,
            ChangeReason = r.PublicReason,
            Lines = [.. state.Lines.Select(l => r.Entries.Contains(l.Entry.Number) ? l with { Window = r.Window } : l)],
        },
        NoticeUnreadable u => state with { Outages = state.Outages.Add(new Outage(u.From, u.Until)) },
        NoticeGivenUp => state with { GivenUp = true },
        PublicityClosed => state with { Closed = true },
        NoticeAttested a => state with { Attested = a },
        ObjectionsCounted c => state with { Counted = c },
        _ => state,
    };

    /// <summary>The entry with this number, if it stands in the notice.</summary>
    public NoticeLine? Line(int number) => Lines.FirstOrDefault(l => l.Entry.Number == number && !l.Left);

    /// <summary>The entries that stand in the notice.</summary>
    [JsonIgnore]
    public IEnumerable<NoticeLine> Standing => Lines.Where(l => !l.Left);

    /// <summary>Entries that were added to a posted notice and have not been read back yet.</summary>
    [JsonIgnore]
    public IEnumerable<NoticeLine> Awaited => PostedAt is null ? [] : Standing.Where(l => l.OpensAt is null);

    /// <summary>The end of the last window, UTC; null before the posting.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastClosing => Standing.Max(l => l.ClosesAt);
}
