using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Tests;

/// <summary>An application that is about to take a step, and a finding against its organisation, from another application, that is about to be confirmed.</summary>
public sealed record Pair(BatchId Batch, CreditCode Organisation, ApplicationId Pending, OpenedCase Case);

public sealed partial class Scenario
{
    private static int _copies;

    /// <summary>
    /// So many pairs, each with a batch and an organisation of its own, written straight into the store: what leads there is not what such a test is about.
    /// </summary>
    /// <param name="like">A batch that was announced; the pairs' batches are under its definition.</param>
    /// <param name="at">When it all happened.</param>
    /// <param name="pending">Brings the pending application to where its step is next.</param>
    public async Task<IReadOnlyList<Pair>> PairsAsync(BatchId like, int count, DateTimeOffset at, Func<Pair, Task<Pair>> pending)
    {
        var announced = await LastAsync<BatchAnnounced>(like.Stream);
        return await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            var copy = announced with { Batch = $"{announced.Batch}-{Interlocked.Increment(ref _copies)}" };
            var batch = new BatchId($"{copy.Programme}.{copy.Batch}");
            await AppendAsync<Batch>(batch.Stream, "test", at, copy);
            var organisation = NewOrganisation(Zibo);
            return await pending(new Pair(batch, organisation, default, await FindingDecidedDirectlyAsync(batch, organisation, at)));
        }));
    }

    /// <summary>A finding that waits for its confirmation, against an application of the organisation, written as the room leaves it.</summary>
    private async Task<OpenedCase> FindingDecidedDirectlyAsync(BatchId batch, CreditCode organisation, DateTimeOffset at)
    {
        var (application, id, day) = (await WrittenAsync(batch, organisation, Zibo, at: at), new CaseId(Guid.NewGuid().ToString("N")), ChinaTime.ToDay(at));
        object[] events =
        [
            new CaseOpened(
                application, batch, organisation, "演示运营机构", "演示集群", Zibo, CaseSource.Officer, null, [new("revenue_digital_above_size", 1, null)], Sealed.Of("营业收入与年报不符"), 1, "00"),
            new CaseNoticeServed("direct", day, day, "calendar"),
            new DefenceRecorded(day, true, Sealed.Of("数据口径不同")),
            new FindingProposed(true, "五(三)", "申报书所填上一年度营业收入与实际不符", "可申请行政复议。", Sealed.Of("核对年报")),
            new FindingDecided(Sealed.Of("厅党组会议"), day, Sealed.Of("签发人甲")),
        ];
        await AppendAsync<Case>(id.Stream, Integrity().Id, at, events);
        return new OpenedCase(id, events.Length);
    }
}
