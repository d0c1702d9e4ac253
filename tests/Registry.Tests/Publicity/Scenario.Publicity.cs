using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>Monday 14 July 2025, 09:00 in Beijing: the day of posting unless a test says otherwise.</summary>
    public static readonly DateTimeOffset PostingMorning = new(2025, 7, 14, 1, 0, 0, TimeSpan.Zero);

    /// <summary>Where the notice stands.</summary>
    public const string NoticeAddress = "https://gxt.example.cn/art/2025/7/14/notice.html";

    /// <summary>A batch with its shortlist, in the order given.</summary>
    public async Task<IReadOnlyList<ApplicationId>> ShortlistedAsync(BatchId batch, int applications = 1)
    {
        var ids = new List<ApplicationId>();
        for (var i = 0; i < applications; i++)
            ids.Add((await SubmittedAsync(batch, i % 2 == 0 ? Jinan : Zibo)).Id);
        await using var session = registry.Store.LightweightSession();
        session.LastModifiedBy = Province().Id;
        session.Events.Append(batch.Stream, new ShortlistFixed(
            [.. ids.Select((id, i) => new ShortlistLine(id, i + 1, null))], [], new CollectiveDecision(Sealed.Of("厅长办公会"), new DateOnly(2025, 7, 10), Sealed.Of("演示签发人"))));
        for (var i = 0; i < ids.Count; i++)
            session.Events.Append(ids[i].Stream, new ApplicationShortlisted(i + 1));
        await session.SaveChangesAsync(Ct);
        return ids;
    }

    /// <summary>A notice that is ready but not posted; its version is 1.</summary>
    public async Task<(PublicityId Notice, IReadOnlyList<ApplicationId> Applications)> NoticePreparedAsync(BatchId batch, int applications = 1, DateTimeOffset? at = null)
    {
        var ids = await ShortlistedAsync(batch, applications);
        var instant = at ?? PostingMorning;
        var answer = await registry.Accepted(
            Province(), new OpenPublicity(ChinaTime.ToDay(instant), NoticeAddress, await VersionAsync(batch.Stream)), batch.Value, instant.AddHours(-1));
        return (new PublicityId(answer.Id!), ids);
    }

    /// <summary>A notice whose posting is verified; its version is 2.</summary>
    public async Task<(PublicityId Notice, IReadOnlyList<ApplicationId> Applications)> PublicisedAsync(BatchId batch, int applications = 1, DateTimeOffset? at = null)
    {
        var prepared = await NoticePreparedAsync(batch, applications, at);
        await registry.Accepted(Province(), new VerifyPosting(NoticeAddress, at ?? PostingMorning, 1), prepared.Notice.Value, at ?? PostingMorning);
        return prepared;
    }

    /// <summary>The application's organisation is under a ban from this day on, as another room's decision would leave it.</summary>
    internal async Task BanDirectlyAsync(ApplicationId application, DateOnly from)
    {
        await using var session = registry.Store.LightweightSession();
        var head = await session.LoadAsync<Draft>(application.Stream, Ct);
        session.Events.StartStream<Organisation>(
            Organisation.Stream(head!.Organisation), new OrganisationBanned("finding", "case", "shandong-digital-clusters", from, from.AddYears(3)));
        await session.SaveChangesAsync(Ct);
    }

    /// <summary>The application is out of the procedure, as another room's decision would leave it.</summary>
    internal async Task DisqualifyDirectlyAsync(ApplicationId application)
    {
        await using var session = registry.Store.LightweightSession();
        session.Events.Append(application.Stream, new ApplicationNotShortlisted(Sealed.Of("演示")));
        await session.SaveChangesAsync(Ct);
    }

    /// <summary>The last event of a kind on a stream.</summary>
    public async Task<T> LastAsync<T>(string stream) where T : class
    {
        await using var session = registry.Store.QuerySession();
        return (await session.Events.FetchStreamAsync(stream, token: Ct)).Select(e => e.Data).OfType<T>().Last();
    }
}
