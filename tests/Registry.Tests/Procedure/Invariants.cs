using System.Text.Json;
using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Microsoft.Extensions.DependencyInjection;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Review;

namespace Registry.Tests.Procedure;

/// <summary>What must hold of a world's history, replayed in the order in which it was committed, and of its views.</summary>
public sealed class Invariants(RegistryFixture registry, World world)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Where an application may go from each stage, by the procedure; a person's release leads back to where it stood.</summary>
    private static readonly Dictionary<Stage, Stage[]> Allowed = new()
    {
        [Stage.Draft] = [Stage.Submitted],
        [Stage.Submitted] = [Stage.Returned, Stage.Declined, Stage.Recommended, Stage.Withdrawn, Stage.Reported, Stage.Rejected],
        [Stage.Returned] = [Stage.Submitted, Stage.Withdrawn, Stage.Rejected],
        [Stage.Declined] = [],
        [Stage.Recommended] = [Stage.Submitted, Stage.Declined, Stage.Reported, Stage.Withdrawn],
        [Stage.Reported] = [Stage.Admitted, Stage.ReturnedToCity, Stage.Rejected, Stage.Withdrawn],
        [Stage.ReturnedToCity] = [Stage.Reported, Stage.Returned, Stage.Rejected, Stage.Withdrawn],
        [Stage.Rejected] = [],
        [Stage.Admitted] = [Stage.Scored, Stage.Rejected, Stage.Withdrawn],
        [Stage.Scored] = [Stage.Shortlisted, Stage.NotShortlisted, Stage.Withdrawn],
        [Stage.NotShortlisted] = [Stage.Shortlisted],
        [Stage.Shortlisted] = [Stage.Publicised, Stage.Withdrawn],
        [Stage.Publicised] = [Stage.Publicised, Stage.Recognised, Stage.NotRecognised, Stage.Withdrawn],
        [Stage.NotRecognised] = [],
        [Stage.Recognised] = [Stage.Expired],
        [Stage.Withdrawn] = [],
        [Stage.Disqualified] = [],
        [Stage.Revoked] = [],
        [Stage.Expired] = [],
    };

    private readonly Dictionary<string, Stage> stages = [];
    private readonly Dictionary<string, List<IEvent>> soFar = [];
    private readonly Dictionary<string, CaseState> cases = [];
    private readonly Dictionary<string, Standing> standings = [];
    private readonly HashSet<string> openObjections = [];
    private readonly Dictionary<string, string> objectionsAbout = [];
    private readonly HashSet<string> places = [], freed = [];
    private readonly Dictionary<string, string> drafters = [], proposers = [], deciders = [];
    private CallDefinition definition = null!;

    /// <summary>Checks everything.</summary>
    public async Task CheckAsync()
    {
        await using var session = registry.Store.QuerySession();
        definition = (await registry.Host.Services.GetRequiredService<Calls>().ReadAsync(session, world.Batch, Ct))!.Definition;
        var events = await HistoryAsync(session);
        foreach (var e in events.OrderBy(e => e.Sequence))
        {
            Check(e);
            if (!soFar.TryGetValue(e.StreamKey!, out var stream))
                soFar[e.StreamKey!] = stream = [];
            Assert.Equal(stream.Count + 1, e.Version);
            stream.Add(e);
            Remember(e);
        }
        await ViewsAsync(session);
    }

    /// <summary>Every event of the batch and of what belongs to it.</summary>
    private async Task<IReadOnlyList<IEvent>> HistoryAsync(IQuerySession session)
    {
        var ids = world.Filed.Select(f => f.Id.Value).ToArray();
        var streams = world.Filed.Select(f => f.Id.Stream).Concat(world.Filed.Select(f => Organisation.Stream(f.Organisation))).Append(world.Batch.Stream)
            .Concat(world.Filed.Select(f => CityReport.Stream(world.Batch, f.City)))
            .Concat((await session.Query<CaseCard>().Where(c => c.Batch == world.Batch.Value).ToListAsync(Ct)).Select(c => c.Id))
            .Concat((await session.Query<PanelView>().Where(p => p.Batch == world.Batch.Value).ToListAsync(Ct)).Select(p => p.Id))
            .Concat((await session.Query<ReviewRequestCard>().Where(r => r.Batch == world.Batch.Value).ToListAsync(Ct)).Select(r => r.Id))
            .Concat((await session.Query<AnnouncementCard>().Where(a => a.Batch == world.Batch.Value).ToListAsync(Ct)).Select(a => a.Id))
            .Concat((await session.Query<ObjectionCard>().Where(o => o.Application.IsOneOf(ids)).ToListAsync(Ct)).Select(o => o.Id))
            .Concat((await session.Events.FetchStreamAsync(world.Batch.Stream, token: Ct)).Select(e => e.Data).OfType<NoticePrepared>().Select(n => n.Publicity.Stream));
        var events = new List<IEvent>();
        foreach (var stream in streams.Distinct())
            events.AddRange(await session.Events.FetchStreamAsync(stream, token: Ct));
        return events;
    }

    private void Check(IEvent e)
    {
        var (stream, by, day) = (e.StreamKey!, e.UserName ?? "", ChinaTime.ToDay(e.Timestamp));
        if (e.Data is IMovesApplication moves)
            CheckStep(e, moves, day);
        switch (e.Data)
        {
            // Two persons.
            case FindingConfirmed: Assert.NotEqual(cases[stream].Proposal!.By, by); Assert.True(cases[stream].Step == CaseStep.Decided && (cases[stream].DefenceCame || cases[stream].DefenceLastDay < day)); break;
            case CaseClosed: Assert.NotEqual(cases[stream].Proposal!.By, by); break;
            case RulingRecorded: Assert.NotEqual(cases[stream].Entered!.By, by); break;
            case FindingPublished: Assert.NotNull(cases[stream].ServedOn); break;
            case CityReported: Assert.NotEqual(drafters[stream], by); break;
            case ConclusionConfirmed: Assert.NotEqual(proposers[stream], by); break;
            case ReviewDecided: Assert.NotEqual(deciders[stream], by); break;
            case ShortlistFixed fix when fix.Entries.Any(x => x.Deviation is not null) || fix.LeftOut.Any(x => x.Deviates): Assert.NotEqual(proposers[stream], by); break;
            // No ban without its finding in the same history.
            case OrganisationBanned ban: Assert.Equal(CaseStep.Confirmed, cases[$"case/{ban.Case}"].Step); Assert.Equal((day, day.AddYears(definition.FalseMaterial.BanYears)), (ban.FirstDay, ban.LastDay)); break;
            default: break;
        }
    }

    private void CheckStep(IEvent e, IMovesApplication moves, DateOnly day)
    {
        var stream = e.StreamKey!;
        var from = stages.GetValueOrDefault(stream, Stage.Draft);
        var back = e.Data is ApplicationRestored or DecisionReopened;
        var ended = e.Data is ApplicationDisqualified or RecognitionRevoked;
        Assert.True(back || ended || Allowed[from].Contains(moves.To), $"{from} -> {moves.To} by {e.EventTypeName}");
        Assert.True(!ended || moves.To == (from is Stage.Recognised or Stage.Expired ? Stage.Revoked : Stage.Disqualified), $"{from} ended as {moves.To}");

        var filed = world.Filed.Single(f => f.Id.Stream == stream);
        if (moves.To is Stage.Submitted && e.Data is ApplicationSubmitted or Stage.Recommended or Stage.Reported or Stage.Admitted or Stage.Scored or Stage.Shortlisted or Stage.Publicised or Stage.Recognised
            || e.Data is ApplicationSubmitted)
        {
            // No step while a ban holds, nor after one that stopped the application until a person has let it go on.
            var standing = standings.GetValueOrDefault(Organisation.Stream(filed.Organisation), Standing.Start);
            if (!back)
                Assert.Null(Stops.Of(new Timeline(stream, soFar.GetValueOrDefault(stream, [])), standing, definition, e.Timestamp)?.Rule.Code);
            else
                Assert.Null(standing.BanOn(day, definition.Programme.Key));
        }
        if (e.Data is ApplicationRecognised)
        {
            Assert.DoesNotContain(cases.Values, c => c.Open && c.Opened!.Application.Stream == stream);
            Assert.DoesNotContain(openObjections, o => objectionsAbout[o] == stream);
            Assert.True(soFar[stream].Select(x => x.Data).OfType<ApplicationPublicised>().Last().ClosesAt <= e.Timestamp, "recognised within the window");
        }

        if (e.Data is ApplicationRecommended || e.Data is ApplicationRestored && freed.Remove(stream))
            places.Add(stream);
        if (e.Data is ApplicationDisqualified && places.Remove(stream))
            freed.Add(stream);
        if (e.Data is RecommendationWithdrawn or ApplicationWithdrawn or ApplicationDeclined)
            places.Remove(stream);
        foreach (var city in places.GroupBy(p => world.Filed.Single(f => f.Id.Stream == p).City))
            Assert.True(city.Count() <= definition.QuotaOf(city.Key), $"{city.Key} holds {city.Count()} places");

        stages[stream] = moves.To;
        var live = world.Filed.Where(f => stages.TryGetValue(f.Id.Stream, out var s) && !new Filing(s, 0, null).Ended)
            .GroupBy(f => (f.Organisation, LastName(f.Id.Stream, e))).Where(g => g.Count() > 1);
        Assert.Empty(live);
    }

    private string LastName(string stream, IEvent current) =>
        ((stream == current.StreamKey ? current.Data as ApplicationSubmitted : null) ?? soFar.GetValueOrDefault(stream, []).Select(e => e.Data).OfType<ApplicationSubmitted>().LastOrDefault())?.ClusterName ?? "";

    private void Remember(IEvent e)
    {
        var stream = e.StreamKey!;
        if (stream.StartsWith("case/", StringComparison.Ordinal))
            cases[stream] = CaseState.Next(cases.GetValueOrDefault(stream, CaseState.Start), e);
        if (stream.StartsWith("organisation/", StringComparison.Ordinal))
            standings[stream] = Standing.Next(standings.GetValueOrDefault(stream, Standing.Start), e.Data);
        switch (e.Data)
        {
            case ObjectionFiled o: openObjections.Add(stream); objectionsAbout[stream] = o.Application.Stream; break;
            case ConclusionConfirmed or ObjectionFoundInadmissible or ObjectionWithdrawn: openObjections.Remove(stream); break;
            case CityReportDrafted: drafters[stream] = e.UserName!; break;
            case ConclusionProposed or ShortlistProposed: proposers[stream] = e.UserName!; break;
            case ReviewRequested r: deciders[stream] = r.DecidedBy; break;
            default: break;
        }
    }

    /// <summary>Every view that was kept in the commands' transactions is what its projection makes of the events alone.</summary>
    private async Task ViewsAsync(IQuerySession session)
    {
        await SameAsync(session, new ApplicationCardProjection(), "application/");
        await SameAsync(session, new ClusterFilingProjection(), "application/");
        await SameAsync(session, new CaseCardProjection(), "case/");
        await SameAsync(session, new PanelViewProjection(), "panel/");
        await SameAsync(session, new ObjectionCardProjection(), "objection/");
        await SameAsync(session, new NoticeCardProjection(), "publicity/");
        await SameAsync(session, new AnnouncementCardProjection(), "announcement/");
        await SameAsync(session, new ReviewRequestCardProjection(), "review-request/");
        await SameAsync(session, new BatchCardProjection(), "batch/");
        foreach (var one in world.Filed)
            Assert.Equal(
                openObjections.Where(o => objectionsAbout[o] == one.Id.Stream).Order(StringComparer.Ordinal),
                (await session.LoadAsync<OpenObjections>(one.Id.Value, Ct))?.Open.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>());
    }

    private async Task SameAsync<TView>(IQuerySession session, SingleStreamProjection<TView, string> projection, string prefix) where TView : class
    {
        foreach (var (stream, events) in soFar.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var rebuilt = events.Where(e => projection.IncludedEventTypes.Count == 0 || projection.IncludedEventTypes.Contains(e.EventType)).Aggregate((TView?)null, (view, e) => projection.Evolve(view, stream, e));
            Assert.Equal(JsonSerializer.Serialize(rebuilt, Json.Store), JsonSerializer.Serialize(await session.LoadAsync<TView>(stream, Ct), Json.Store));
        }
    }
}
