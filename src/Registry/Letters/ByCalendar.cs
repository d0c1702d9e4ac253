using Hangfire;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Mail;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;

namespace Registry.Letters;

/// <summary>
/// The timer. It only asks: it gives the ordinary commands for what the calendar has brought about, and records the reminders that are due. State answers, so
/// a timer that is late, fires twice or on two nodes changes nothing. The jobs carry nothing.
/// </summary>
public sealed class ByCalendar(IDocumentStore store, CommandRunner runner, Reminders reminders, Calls calls, Postman postman, RegistryClock clock, ILogger<ByCalendar> log)
{
    /// <summary>Who asks.</summary>
    public static readonly Actor Timer = Actor.Job("calendar");

    /// <summary>Asks for everything that has become due, and says how many commands were accepted.</summary>
    [AutomaticRetry(Attempts = 3)]
    public async Task<int> AskAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var today = ChinaTime.ToDay(now);
        await using var session = store.QuerySession();
        var accepted = 0;
        foreach (var notice in (await session.Query<NoticeCard>().ToListAsync(ct)).Where(n => !n.Notice.Closed && n.Notice.LastClosing <= now))
            accepted += await GiveAsync(notice.Publicity.Value, new RecordClosing(notice.Version), now, ct);
        foreach (var cluster in await session.Query<RecognisedCluster>().Where(c => c.LastDay < today && c.RevokedOn == null).ToListAsync(ct))
            if (await session.LoadAsync<ApplicationCard>(cluster.Id, ct) is { Stage: Stage.Recognised })
                accepted += await GiveAsync(cluster.Application, new ExpireRecognition(await VersionAsync(session, cluster.Id, ct)), now, ct);
        return accepted;
    }

    /// <summary>Records the reminders that are due and sweeps the pickup folder.</summary>
    [AutomaticRetry(Attempts = 3)]
    public async Task<int> RemindAsync(CancellationToken ct)
    {
        var swept = postman.Sweep();
        await using var session = store.QuerySession();
        var recorded = await Outbox.RecordAsync(store, await reminders.DueAsync(session, clock.GetUtcNow(), ct), ct);
        log.LogInformation("reminders: {Recorded} recorded, {Swept} old pickup files destroyed", recorded, swept);
        return recorded;
    }

    /// <summary>Asks for the destruction of what is personal in every file whose term is over. The rule counts the term again; this only finds whom to ask about.</summary>
    [AutomaticRetry(Attempts = 3)]
    public async Task<int> RetainAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var oldest = ChinaTime.ToDay(now).AddYears(-1);
        await using var session = store.QuerySession();
        var accepted = 0;
        foreach (var o in await session.Query<ObjectionCard>().Where(o => !o.Erased && o.EndedOn < oldest).ToListAsync(ct))
            if (await RetentionAsync(session, o.Batch, ct) is { } rule && rule.LastDayOf(o.EndedOn!.Value) < ChinaTime.ToDay(now))
                accepted += await GiveAsync(o.Objection.Value, new EraseObjector(o.Version), now, ct);
        foreach (var r in await session.Query<ReportCard>().Where(r => !r.Erased && r.EndedOn < oldest).ToListAsync(ct))
            accepted += r.About is null
                ? await GiveAsync(r.Opaque, new EraseReporter(r.Version), now, ct)
                : await GiveAsync(r.Opaque, new EraseComplainant(r.Version), now, ct);
        foreach (var batch in await session.Query<BatchCard>().ToListAsync(ct))
            if (await calls.ReadAsync(session, new BatchId(batch.Batch), ct) is { } call)
                accepted += await RetainBatchAsync(session, call, now, ct);
        return accepted;
    }

    private async Task<int> RetainBatchAsync(IQuerySession session, Call call, DateTimeOffset now, CancellationToken ct)
    {
        var (batch, retention, today, accepted) = (call.Id.Value, call.Definition.Retention, ChinaTime.ToDay(now), 0);
        if (today > ChinaTime.ToDay(call.ApplicationWindow("").ClosesAt).AddDays(retention.DraftDays))
            foreach (var id in await session.QueryAsync<string>(
                $"select d.id from {Store.Schema}.mt_doc_draft d where d.data ->> 'Batch' = ? and not exists (select 1 from {Store.Schema}.mt_streams s where s.id = d.id)", ct, batch))
                accepted += await GiveAsync(id["application/".Length..], new EraseDraft(0), now, ct);
        var since = ChinaTime.EndOf(today).AddYears(-retention.FileYears).AddDays(-1);
        foreach (var id in await session.QueryAsync<string>(
            $"select d.id from {Store.Schema}.mt_doc_draft d where d.data ->> 'Batch' = ? and d.data -> 'Form' <> 'null'", ct, batch))
            if (await session.LoadAsync<ApplicationCard>(id, ct) is { } card && card.Since < since && Filing.IsEnd(card.Stage))
                accepted += await GiveAsync(card.Application, new EraseContacts(await VersionAsync(session, id, ct)), now, ct);
        return accepted;
    }

    private async Task<RetentionRule?> RetentionAsync(IQuerySession session, string batch, CancellationToken ct) =>
        (await calls.ReadAsync(session, new BatchId(batch), ct))?.Definition.Retention;

    /// <summary>A refusal is the state's answer, not an error: somebody else was faster, or nothing is due.</summary>
    private async Task<int> GiveAsync<T>(string target, T command, DateTimeOffset now, CancellationToken ct) where T : ICommand<T>
    {
        var outcome = await runner.RunAsync(Timer, target, command, Desk.NewId(), now, ct);
        if (outcome.Refusal is { } refusal)
            log.LogInformation("{Command} was not due: {Code}", T.Spec.Name, refusal.Rule.Code);
        return outcome.Refusal is null ? 1 : 0;
    }

    private static async Task<long> VersionAsync(IQuerySession session, string stream, CancellationToken ct) => (await session.Events.FetchStreamStateAsync(stream, ct))?.Version ?? 0;
}
