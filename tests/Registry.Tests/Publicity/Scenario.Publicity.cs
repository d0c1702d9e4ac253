using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;
using Registry.Review;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>Monday 14 July 2025, 09:00 in Beijing: the day of posting unless a test says otherwise.</summary>
    public static readonly DateTimeOffset PostingMorning = new(2025, 7, 14, 1, 0, 0, TimeSpan.Zero);

    /// <summary>Where the notice stands.</summary>
    public const string NoticeAddress = "https://gxt.example.cn/art/2025/7/14/notice.html";

    /// <summary>Applications that a panel has scored and ranked in this order, written as the panel's room leaves them; the last ones may fail the pass mark.</summary>
    public async Task<IReadOnlyList<ApplicationId>> RankedAsync(BatchId batch, int applications = 1, int failing = 0)
    {
        var rule = new ScoringRule(Aggregate.TrimmedMean, 5, 2, 60, [], [], []);
        var ids = new List<ApplicationId>();
        for (var i = 0; i < applications; i++)
            ids.Add(await WrittenAsync(batch, NewOrganisation(i % 2 == 0 ? Jinan : Zibo), i % 2 == 0 ? Jinan : Zibo));
        var ranked = ids.Select((id, i) => new Ranked(id, i + 1, 90 - i, new Dictionary<string, decimal>(), 7, i < applications - failing)).ToArray();
        var panel = new PanelId(Guid.NewGuid().ToString("N"));
        await AppendAsync<Panel>(panel.Stream, Province().Id, Reviewing, new PanelFormed(batch, null, ids), new RankingFixed(batch, null, rule, ranked, []));
        foreach (var place in ranked)
            await AppendAsync<Application>(
                place.Application.Stream, Province().Id, Reviewing, new ApplicationScored(panel, place.Aggregate, place.Rank, place.Passes, place.Means, [], 0, rule));
        return ids;
    }

    /// <summary>A batch with its shortlist fixed, in the order of rank; <paramref name="leftOut"/> further ones are told that they are not on it.</summary>
    public async Task<IReadOnlyList<ApplicationId>> ShortlistedAsync(BatchId batch, int applications = 1, int leftOut = 0)
    {
        var ids = await RankedAsync(batch, applications + leftOut);
        var proposed = await registry.Accepted(Province(), new ProposeShortlist(
            [.. ids.Take(applications).Select(a => new ListedApplication(a))], [.. ids.Skip(applications).Select(a => new LeftOutApplication(a, "综合得分排名靠后。"))],
            await VersionAsync(batch.Stream)), batch.Value, PostingMorning.AddDays(-3));
        await registry.Accepted(Province(), new FixShortlist("厅长办公会", new DateOnly(2025, 7, 10), "演示签发人", proposed.Version), batch.Value, PostingMorning.AddDays(-3));
        return ids;
    }

    /// <summary>A notice that is ready but not posted; its version is 1.</summary>
    public async Task<(PublicityId Notice, IReadOnlyList<ApplicationId> Applications)> NoticePreparedAsync(BatchId batch, int applications = 1, DateTimeOffset? at = null, int leftOut = 0)
    {
        var ids = await ShortlistedAsync(batch, applications, leftOut);
        var instant = at ?? PostingMorning;
        var answer = await registry.Accepted(
            Province(), new OpenPublicity(ChinaTime.ToDay(instant), NoticeAddress, await VersionAsync(batch.Stream)), batch.Value, instant.AddHours(-1));
        return (new PublicityId(answer.Id!), ids);
    }

    /// <summary>A notice whose posting is verified; its version is 2.</summary>
    public async Task<(PublicityId Notice, IReadOnlyList<ApplicationId> Applications)> PublicisedAsync(BatchId batch, int applications = 1, DateTimeOffset? at = null, int leftOut = 0)
    {
        var prepared = await NoticePreparedAsync(batch, applications, at, leftOut);
        await registry.Accepted(Province(), new VerifyPosting(NoticeAddress, at ?? PostingMorning, 1), prepared.Notice.Value, at ?? PostingMorning);
        return prepared;
    }

    /// <summary>An application that was left out and is on the shortlist after all.</summary>
    public async Task AddedToShortlistAsync(ApplicationId application) =>
        await registry.Accepted(
            Province(), new ExtendShortlist("复核后认为应当入围。", "厅长办公会", new DateOnly(2025, 7, 15), "演示签发人", await VersionAsync(application.Stream)),
            application.Value, PostingMorning.AddDays(2));

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

    /// <summary>The notice as the office, or whoever asks, sees it at an instant.</summary>
    public async Task<NoticeAnswer> NoticeAsync(PublicityId notice, DateTimeOffset at, Actor? by = null)
    {
        using var moved = RegistryClock.At(at);
        await using var session = registry.Store.QuerySession();
        var services = registry.Host.Services;
        return (await PublicityRoom.NoticeAsync(notice, new Registry.Platform.Commands.Reading(
            by ?? Province(), services.GetRequiredService<RegistryClock>().GetUtcNow(), session, services.GetRequiredService<Vault>(), services, Ct)))!;
    }

    /// <summary>The last event of a kind on a stream.</summary>
    public async Task<T> LastAsync<T>(string stream) where T : class
    {
        await using var session = registry.Store.QuerySession();
        return (await session.Events.FetchStreamAsync(stream, token: Ct)).Select(e => e.Data).OfType<T>().Last();
    }
}
