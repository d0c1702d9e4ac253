using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>One entry of a notice on the desk.</summary>
/// <param name="Timeline">Its application's events.</param>
/// <param name="Filing">Where the application stands.</param>
/// <param name="Banned">Why it takes no step, if a ban of its applicant says so.</param>
public sealed record EntryFile(ApplicationId Application, Timeline Timeline, Filing Filing, Refusal? Banned);

/// <summary>One notice on the desk, with its applications, as it stood under the command's locks.</summary>
/// <param name="Batch">The batch's events.</param>
public sealed record NoticeFile(NoticeState Notice, Call Call, Timeline Batch, IReadOnlyDictionary<ApplicationId, EntryFile> Applications)
{
    /// <summary>What can stand in publicity: shortlisted and stopped by no ban (五(三)).</summary>
    public bool CanBePutUp(ApplicationId application) => Applications[application] is { Filing.Stage: Stage.Shortlisted, Banned: null };

    /// <summary>Whether an entry that was added or changed may still open: a new one waits on the shortlist, a changed one is in publicity.</summary>
    public bool CanBePosted(NoticeLine awaited) =>
        awaited.Replaces is null ? CanBePutUp(awaited.Entry.Application) : IsUp(awaited.Entry.Application) && Applications[awaited.Entry.Application].Banned is null;

    /// <summary>Whether the application is still in publicity.</summary>
    public bool IsUp(ApplicationId application) => Applications[application].Filing.Stage == Stage.Publicised;
}

/// <summary>Commands about a notice.</summary>
public static class PublicityDesk
{
    /// <summary>
    /// Carries out a command about the notice in the route. The notice and its applications (and <paramref name="more"/>, one that joins) are held alone;
    /// the batch and the applicants' standing are relied on, and what <paramref name="also"/> names for each application.
    /// </summary>
    public static async Task<Decision> OnNoticeAsync(
        this Desk desk, long version, Func<NoticeFile, WorkingDays, Task<Decision>> decide, ApplicationId? more = null, Func<ApplicationId, Hold>? also = null)
    {
        var calendar = await desk.CalendarAsync();
        var id = new PublicityId(desk.Target!);
        var before = (await desk.ReadAsync(id.Stream))[0].Fold(NoticeState.Start, NoticeState.Next);
        if (before.Opened is not { } opened)
            return CommandRules.NotFound.Refuse();
        string[] ids = [.. before.Lines.Select(l => l.Entry.Application).Append(more ?? before.Lines[0].Entry.Application).Distinct().Select(a => a.Stream)];
        var heads = (await desk.Session.LoadManyAsync<Draft>(desk.Cancelled, ids)).Where(h => h.Batch == opened.Batch).ToArray();
        if (more is { } joining && heads.All(h => h.Application != joining))
            return CommandRules.NotFound.Refuse();
        await desk.HoldAsync([
            Hold.Changing(id.Stream), Hold.Changing(opened.Batch.Stream),
            .. heads.Select(h => Hold.Changing(h.Id)), .. heads.Select(h => Hold.Relying(Organisation.Stream(h.Organisation))),
            .. also is null ? [] : heads.Select(h => also(h.Application))]);

        var read = await desk.ReadAsync([
            id.Stream, opened.Batch.Stream, .. heads.Select(h => h.Id), .. heads.Select(h => Organisation.Stream(h.Organisation))]);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, opened.Batch, read[1], desk.Cancelled)
            ?? throw new InvalidOperationException($"Notice {id.Value} belongs to a batch that was never announced.");
        if (version != read[0].Version)
            return read[0].ChangedSince(version);
        desk.UnderDefinition(call.Definition.Hash);
        var applications = heads.Select((h, i) => new EntryFile(
            h.Application, read[2 + i], read[2 + i].Fold(Filing.Start, Filing.Next),
            Stops.Of(read[2 + i], read[2 + heads.Length + i].Fold(Standing.Start, Standing.Next), call.Definition, desk.Now)))
            .ToDictionary(f => f.Application);
        var file = new NoticeFile(read[0].Fold(NoticeState.Start, NoticeState.Next), call, read[1], applications);
        return desk.Record<PublicityNotice>(read[0], id.Value, await decide(file, calendar));
    }

    /// <summary>The same for a rule that reads nothing more.</summary>
    public static Task<Decision> OnNoticeAsync(this Desk desk, long version, Func<NoticeFile, WorkingDays, Decision> decide, ApplicationId? more = null) =>
        desk.OnNoticeAsync(version, (file, calendar) => Task.FromResult(decide(file, calendar)), more);

    /// <summary>The same for a rule that computes no window.</summary>
    public static Task<Decision> OnNoticeAsync(this Desk desk, long version, Func<NoticeFile, Decision> decide) => desk.OnNoticeAsync(version, (file, _) => decide(file));

    /// <summary>Tells each application that its window is now this one. The application's stream then says by itself until when objections may come.</summary>
    internal static void Publicise(this Desk desk, NoticeFile file, IEnumerable<NoticeEntry> entries, DateTimeOffset opensAt, DateTimeOffset closesAt)
    {
        var id = new PublicityId(desk.Target!);
        foreach (var entry in entries)
            desk.Append<Application>(file.Applications[entry.Application].Timeline, [new ApplicationPublicised(id, entry.Number, opensAt, closesAt)]);
    }

    /// <summary>After a verified posting: each application that stands in the notice is told its window.</summary>
    internal static void OpenEntries(this Desk desk, NoticeFile file, Decision decision)
    {
        if (decision is Decision.Accepted { Events: [PostingVerified posted] })
            desk.Publicise(
                file, file.Notice.Opened!.Entries.Where(e => !posted.Struck.Contains(e.Number)), posted.PostedAt, ChinaTime.EndOf(posted.Window.LastDay));
        if (decision is Decision.Accepted { Events: var events })
            foreach (var entry in events.OfType<EntryPosted>())
                desk.Publicise(file, [file.Notice.Line(entry.Entry)!.Entry], entry.PostedAt, ChinaTime.EndOf(entry.Window.LastDay));
    }

    /// <summary>After an entry got a window of its own: its application is told.</summary>
    internal static Decision OpenOwnWindow(this Desk desk, NoticeFile file, Decision decision)
    {
        if (decision is Decision.Accepted { Events: [EntryAdded added] })
        {
            if (added.Replaces is null)
                desk.Append<Batch>(file.Batch, [new NoticePrepared(new PublicityId(desk.Target!), [added.Entry.Application])]);
            if (added.PostedAt is { } postedAt)
                desk.Publicise(file, [added.Entry], postedAt, ChinaTime.EndOf(added.Window.LastDay));
            else if (added.Replaces is not null)
                desk.Append<Application>(file.Applications[added.Entry.Application].Timeline, [new NewPostingAwaited(new PublicityId(desk.Target!), added.Entry.Number)]);
        }
        return decision;
    }
}
