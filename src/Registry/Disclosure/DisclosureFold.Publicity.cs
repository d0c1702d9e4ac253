using System.Globalization;
using JasperFx.Events;
using PublicSite;
using Registry.Objections;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly Dictionary<string, NoticeSoFar> notices = [];

    /// <summary>A notice from its preparation on.</summary>
    private sealed record NoticeSoFar(
        string Id, PublicityOpened Opened, CallDefinition Definition, PostingVerified? Posted,
        IReadOnlyList<EntrySoFar> Entries, IReadOnlyList<PublicSite.Redating> Redated, IReadOnlyList<(ApplicationId Application, ConcludedObjection Objection)> Objections, DateTimeOffset ListAsOf, DateTimeOffset AsOf, bool GivenUp = false)
    {
        public Programme.PublicityWindow Window => Posted?.Window ?? Opened.Window;

        public DateOnly LastDay => Entries.Select(n => (n.Own ?? Window).LastDay).DefaultIfEmpty(Window.LastDay).Max();

        public DateTimeOffset PostedAt => Posted?.PostedAt ?? ChinaTime.StartOf(Opened.Window.FirstDay);

        /// <summary>Shown once its posting was verified; on the own site from the planned day on, so that there is a page to read back.</summary>
        public bool IsShown(DateOnly today) => Posted is not null || Opened.OwnSite && !GivenUp && today >= Opened.Window.FirstDay;
    }

    /// <param name="Own">The window it has for itself.</param>
    /// <param name="Apart">It went up with the notice, and its window was moved without the others.</param>
    private sealed record EntrySoFar(Publicity.NoticeEntry Entry, Programme.PublicityWindow? Own, bool Apart = false);

    private void TakePublicity(IEvent e)
    {
        if (e.Data is ObjectionConcluded concluded)
        {
            Conclude(e, concluded);
            return;
        }
        if (e.StreamKey!.Split('/') is not ["publicity", var id])
            return;
        if (e.Data is PublicityOpened opened)
        {
            notices[id] = new NoticeSoFar(id, opened, batches[opened.Batch].Definition, null, [.. opened.Entries.Select(n => new EntrySoFar(n, null))], [], [], e.Timestamp, e.Timestamp);
            return;
        }
        var before = notices[id];
        notices[id] = e.Data switch
        {
            PostingVerified posted => before with { Posted = posted, Entries = [.. before.Entries.Where(n => !posted.Struck.Contains(n.Entry.Number))], AsOf = e.Timestamp },
            // A page that is to be read back shows the changed entry beside the old one, which stands and can be objected to until then.
            EntryAdded added => before with
            {
                Entries = [.. before.Entries.Where(n => added.PostedAt is null || n.Entry.Number != added.Replaces), new EntrySoFar(added.Entry, added.Window)],
                AsOf = e.Timestamp,
            },
            EntryPosted posted => before with
            {
                Entries = [.. before.Entries.Where(n => n.Entry.Number != posted.Replaces).Select(n => n.Entry.Number == posted.Entry ? n with { Own = posted.Window } : n)],
                AsOf = e.Timestamp,
            },
            PublicityRedated redated => Redate(before, redated, e.Timestamp),
            NoticeGivenUp => before with { GivenUp = true },
            _ => before,
        };
        if (!ReferenceEquals(notices[id], before))
            notices[id] = notices[id] with { ListAsOf = e.Timestamp };
    }

    /// <summary>The notice's own window moves with all who share it; whoever is moved without the others has a window apart from then on.</summary>
    private static NoticeSoFar Redate(NoticeSoFar before, PublicityRedated redated, DateTimeOffset at)
    {
        var named = redated.Entries.ToHashSet();
        // Whose application has left publicity is not named any more, and keeps nobody from being moved together.
        var shared = before.Entries.Where(n => n.Own is null).ToList();
        var together = shared.Any(n => named.Contains(n.Entry.Number)) && (redated.Whole ?? shared.All(n => named.Contains(n.Entry.Number)));
        return before with
        {
            Posted = together ? before.Posted! with { Window = redated.Window } : before.Posted,
            Entries =
            [
                .. before.Entries.Select(n =>
                    !named.Contains(n.Entry.Number) || n.Own is null && together ? n : n with { Own = redated.Window, Apart = n.Apart || n.Own is null }),
            ],
            Redated = [.. before.Redated, new PublicSite.Redating(at, redated.Window.FirstDay, redated.OldLastDay, redated.Window.FirstDay, redated.Window.LastDay, redated.PublicReason)],
            AsOf = at,
        };
    }

    private void Conclude(IEvent e, ObjectionConcluded concluded)
    {
        var application = new ApplicationId(e.StreamKey!["application/".Length..]);
        if (notices.Values.LastOrDefault(n => n.Entries.Any(x => x.Entry.Application == application)) is not { } notice)
            return;
        var objection = new ConcludedObjection(
            concluded.Number, NumberOf(Standing(notice, application)), concluded.ConditionsMet ? ObjectionOutcome.ConditionsMet : ObjectionOutcome.ConditionsNotMet, concluded.PublicReason, ChinaTime.ToDay(e.Timestamp));
        notices[notice.Id] = notice with { Objections = [.. notice.Objections, (application, objection)], AsOf = e.Timestamp };
    }

    /// <summary>The entry under which the application stands. An objection goes on when its entry is put up anew: it is about the application.</summary>
    private static Publicity.NoticeEntry Standing(NoticeSoFar notice, ApplicationId application) => notice.Entries.First(x => x.Entry.Application == application).Entry;

    private IEnumerable<PublicSite.PublicityNotice> ShownNotices(DateOnly today) =>
        from notice in notices.Values
        where notice.IsShown(today)
        let posted = ChinaTime.ToDay(notice.PostedAt)
        let text = NoticeText.Without(notice.Opened, notice.Posted?.Struck ?? [])
        select new PublicSite.PublicityNotice
        {
            Id = notice.Id,
            Batch = KeyOf(notice.Definition),
            Title = notice.Opened.PublicTitle,
            Basis = [.. notice.Definition.Notice.Basis.Select(b => $"{b.Title}（{b.Number}）")],
            Entries = [.. notice.Entries.Select(n => Entry(n, posted))],
            Window = Window(notice.Window, posted) with { Redated = notice.Redated },
            Issuer = notice.Definition.Issuer.Body.Zh,
            PostedAt = notice.PostedAt,
            Text = text,
            TextSha256 = NoticeText.HashOf(text),
            ExternalAddress = notice.Opened.OwnSite ? null : notice.Posted!.Address,
            Objections = [.. notice.Objections.Select(o => o.Objection with { Entry = NumberOf(Standing(notice, o.Application)) })],
            ListAsOf = notice.ListAsOf,
            AsOf = notice.AsOf,
        };

    private PublicSite.NoticeEntry Entry(EntrySoFar entry, DateOnly posted) => new()
    {
        Id = NumberOf(entry.Entry),
        Name = entry.Entry.ClusterName,
        City = entry.Entry.City,
        Industry = IndustryOf(entry.Entry.Industry),
        Applicant = entry.Entry.OrganisationName,
        Cluster = clusters.ContainsKey(entry.Entry.Application) ? entry.Entry.Application.Value : null,
        OwnWindow = entry.Own is { } own ? Window(own, entry.Apart || own.FirstDay < posted ? posted : own.FirstDay) : null,
    };

    private static string NumberOf(Publicity.NoticeEntry entry) => entry.Number.ToString(CultureInfo.InvariantCulture);

    private static PublicSite.PublicityWindow Window(Programme.PublicityWindow window, DateOnly posted) => new()
    {
        PostingDay = posted,
        FirstDay = window.FirstDay,
        LastDay = window.LastDay,
        Counted = window.Counted,
        Skipped = [.. window.Skipped.Select(s => new PublicSite.SkippedDay(s.Day, s.Reason switch
        {
            Programme.SkipReason.Weekend => PublicSite.SkipReason.Weekend,
            Programme.SkipReason.Holiday => PublicSite.SkipReason.Holiday,
            _ => PublicSite.SkipReason.PostingDay,
        }))],
        End = ChinaTime.EndOf(window.LastDay),
    };
}
