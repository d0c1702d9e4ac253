using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Applications.Sensitive;
using Registry.Letters;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Letters;

/// <summary>The timer asks and the state answers: early, late, doubled, on two nodes, beside the last objection.</summary>
[Collection(OwnRegistry.Name)]
public sealed class ByCalendarTests(OwnRegistry own)
{
    private readonly Scenario scenario = new(own.Registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_window_is_closed_once_however_often_late_and_wherever_the_timer_asks()
    {
        var (notice, _) = await scenario.PublicisedAsync(await own.Registry.Announce());
        var closes = await ClosesAsync(notice);
        await AskAsync(closes.AddMilliseconds(-1), times: 2);
        Assert.Equal(0, await ClosingsAsync(notice));
        await AskAsync(closes, times: 6);
        Assert.Equal(1, await ClosingsAsync(notice));
        await AskAsync(closes.AddDays(40), times: 4);
        Assert.Equal(1, await ClosingsAsync(notice));
    }

    [Fact]
    public async Task Abuse_15_a_timer_that_is_days_late_neither_lengthens_the_window_nor_loses_the_objection_of_the_last_instant()
    {
        var (notice, _) = await scenario.PublicisedAsync(await own.Registry.Announce());
        var closes = await ClosesAsync(notice);
        var (last, _, _) = await scenario.ObjectedAsync(notice, at: closes.AddMilliseconds(-1));
        Assert.Equal("objection.too-late", await own.Registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: closes));
        await AskAsync(closes.AddDays(3));
        await using var session = own.Registry.Store.QuerySession();
        Assert.Equal(ObjectionStage.Filed, (await session.LoadAsync<ObjectionCard>(last.Stream, Ct))!.Stage);
    }

    [Fact]
    public async Task What_is_personal_is_destroyed_once_on_the_day_after_the_term_and_not_a_day_before()
    {
        var (notice, _) = await scenario.PublicisedAsync(await own.Registry.Announce());
        var (objection, _, _) = await scenario.ObjectedAsync(notice);
        await own.Registry.Accepted(Scenario.Province(), new RecordWithdrawal("本人到场确认。", 1), objection.Value, Scenario.InWindow);
        var code = ReceiptCode.New();
        await own.Registry.Accepted(Actor.Citizen, new FileReport(code, "演示集群", "公示期满后发现材料不实", "欧阳隐逸"), at: Scenario.InWindow);
        var report = $"report/{scenario.Receipts.Keyed("report", ReceiptCode.Normal(code)!)}";
        await own.Registry.Accepted(Scenario.Province(), new SettleReport("已核查。", 1), report["report/".Length..], Scenario.InWindow);
        var lastDay = ChinaTime.ToDay(Scenario.InWindow).AddYears(10);
        await RetainAsync(ChinaTime.EndOf(lastDay).AddMilliseconds(-1), times: 2);
        Assert.Equal((0, 0), (await CountAsync<ObjectorErased>(objection.Stream), await CountAsync<ReporterErased>(report)));
        Assert.Equal("objection.still-retained", await own.Registry.Refused(Actor.Job("test"), new EraseReporter(2), report["report/".Length..], ChinaTime.StartOf(lastDay)));
        await RetainAsync(ChinaTime.EndOf(lastDay), times: 4);
        Assert.Equal((1, 1), (await CountAsync<ObjectorErased>(objection.Stream), await CountAsync<ReporterErased>(report)));
        var erased = await scenario.LastAsync<ObjectorErased>(objection.Stream);
        Assert.Equal((lastDay, 10), (erased.RetainedUntil, erased.FileYears));
        Assert.Contains("个人信息保护法", erased.Basis!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_never_submitted_goes_after_its_days_and_the_contacts_of_an_ended_application_after_the_years()
    {
        var batch = await own.Registry.Announce();
        var (draft, _) = await scenario.DraftedAsync(batch);
        var (ended, clerk) = await scenario.SubmittedAsync(batch);
        var scan = await WithScanAsync(ended, clerk);
        await own.Registry.Accepted(clerk, new WithdrawApplication("本年度不再申报。", 2), ended.Value, Scenario.Open);
        var (boxes, vault, files) = (new List<Sealed>(), own.Service<Vault>(), own.Service<EvidenceStore>());
        await using (var before = own.Registry.Store.LightweightSession())
            foreach (var stream in new[] { draft.Stream, ended.Stream })
            {
                // As after a destruction in the draft: its form lies under a second key, and the first one was left behind.
                var head = (await before.LoadAsync<Draft>(stream, Ct))!;
                var next = head with { Generation = 1 };
                next = next with { Form = vault.Seal(vault.Open(head.Form!)!, OwnKeys.OfDraft(next), $"{head.Id}|draft") };
                before.Store(next);
                await before.SaveChangesAsync(Ct);
                boxes.AddRange([head.Form!, next.Form!]);
            }
        Assert.All(boxes, box => Assert.NotNull(vault.Open(box)));
        var closes = ChinaTime.ToDay((await CallAsync(batch)).ApplicationWindow("").ClosesAt.AddTicks(-1));
        Assert.Equal("application.still-retained", await own.Registry.Refused(Actor.Job("test"), new EraseDraft(0), draft.Value, ChinaTime.StartOf(closes.AddDays(90))));
        Assert.Equal("application.still-retained", await own.Registry.Refused(Scenario.Province(), new EraseContacts(3), ended.Value, ChinaTime.StartOf(new DateOnly(2035, 5, 20))));
        await own.HandledAsync(() => RetainAsync(ChinaTime.StartOf(closes.AddDays(91)), times: 3));
        await own.HandledAsync(() => RetainAsync(ChinaTime.StartOf(new DateOnly(2035, 5, 22)), times: 3));
        Assert.Equal((1, 1), (await CountAsync<DraftErased>(draft.Stream), await CountAsync<ContactsErased>(ended.Stream)));
        await using var session = own.Registry.Store.QuerySession();
        Assert.Null(await session.LoadAsync<Draft>(draft.Stream, Ct));
        Assert.Null((await session.LoadAsync<Draft>(ended.Stream, Ct))!.Form);
        Assert.Equal("application.wrong-stage", await own.Registry.Refused(Actor.Job("test"), new EraseDraft(4), ended.Value));

        // Neither form nor scan opens any more, from whichever backup of the database its bytes come.
        Assert.All(boxes, box => Assert.Null(vault.Open(box)));
        Assert.Equal(FileState.Destroyed, await files.StateOfAsync(ended.Value, scan, Ct));
    }

    /// <summary>The scan of the sealed form of the first submission.</summary>
    private async Task<string> WithScanAsync(ApplicationId application, Actor clerk)
    {
        var stored = await own.Service<EvidenceStore>().PutAsync(application.Value, Files.MadeFiles.Pdf("sealed"), Ct);
        var hash = (await scenario.LastAsync<ApplicationSubmitted>(application.Stream)).FormHash;
        await own.Registry.Accepted(clerk, new FileSealedCopy(hash, stored.Sha256, stored.Size, "application/pdf", "盖章申报书.pdf", 1), application.Value, Scenario.Open);
        return stored.Sha256;
    }

    private async Task AskAsync(DateTimeOffset now, int times = 1)
    {
        using var moved = RegistryClock.At(now);
        await Task.WhenAll(Enumerable.Range(0, times).Select(i => own.Service<ByCalendar>(i % 2).AskAsync(Ct)));
    }

    private async Task RetainAsync(DateTimeOffset now, int times)
    {
        using var moved = RegistryClock.At(now);
        await Task.WhenAll(Enumerable.Range(0, times).Select(i => own.Service<ByCalendar>(i % 2).RetainAsync(Ct)));
    }

    private async Task<DateTimeOffset> ClosesAsync(PublicityId notice)
    {
        await using var session = own.Registry.Store.QuerySession();
        return (await session.LoadAsync<NoticeCard>(notice.Stream, Ct))!.Notice.LastClosing!.Value;
    }

    private Task<int> ClosingsAsync(PublicityId notice) => CountAsync<PublicityClosed>(notice.Stream);

    private async Task<int> CountAsync<T>(string stream)
    {
        await using var session = own.Registry.Store.QuerySession();
        return (await session.Events.FetchStreamAsync(stream, token: Ct)).Count(e => e.Data is T);
    }

    private async Task<Call> CallAsync(BatchId batch)
    {
        await using var session = own.Registry.Store.QuerySession();
        return (await own.Service<Calls>().ReadAsync(session, batch, Ct))!;
    }
}
