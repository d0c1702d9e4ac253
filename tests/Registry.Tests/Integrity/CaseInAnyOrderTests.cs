using CsCheck;
using JasperFx.Events;
using Registry.Accounts;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Tests.Integrity;

/// <summary>One case under thousands of random sequences of commands, without a store: two officers, the organisation, and days that pass. A failure prints its seed.</summary>
public sealed class CaseInAnyOrderTests
{
    private static readonly CallDefinition Definition = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!;
    private static readonly WorkingDays Calendar = WorkingDays.Bundled();
    private static readonly CreditCode Accused = Scenario.NewOrganisation(Scenario.Jinan);

    private static readonly Gen<(int What, int Who)[]> Steps = Gen.Select(Gen.Int[0, 13], Gen.Int[1, 2], (what, who) => (what, who)).Array[20, 120];

    [Fact]
    public void No_sequence_reaches_a_finding_without_two_persons_a_decision_and_the_defence_heard()
    {
        var (confirmed, published, rescinded, closed) = (0, 0, 0, 0);
        Steps.Sample(steps =>
        {
            var (history, day) = (new List<IEvent> { Opening() }, new DateOnly(2025, 5, 26));
            var standing = Standing.Start;
            foreach (var (what, who) in steps)
            {
                if (what == 13)
                {
                    day = day.AddDays(who * 2);
                    continue;
                }
                var state = history.Aggregate(CaseState.Start, CaseState.Next);
                var actor = what == 2 && who == 2 ? Scenario.Clerk(Accused, Scenario.Jinan) : Scenario.Integrity(who);
                if (Give(what, who, state, actor, day) is not Decision.Accepted accepted)
                    continue;
                Check(accepted.Events[0], state, actor, day);
                foreach (var e in accepted.Events)
                    history.Add(Scenario.Happened(e, actor.Id, ChinaTime.StartOf(day)));
                standing = accepted.Events[0] switch
                {
                    FindingConfirmed f => Standing.Next(standing, ConfirmFinding.Ban(f, new("c1"))),
                    RulingRecorded r => ConfirmRuling.OnOrganisation(r).Aggregate(standing, Standing.Next),
                    _ => standing,
                };
            }

            var end = history.Aggregate(CaseState.Start, CaseState.Next);
            var card = history.Aggregate((CaseCard?)null, (view, e) => new CaseCardProjection().Evolve(view, "case/c1", e))!;
            Assert.Equal((end.Step, end.Open, (long)history.Count, end.Finding?.Finding), (card.Step, card.Open, card.Version, card.Finding));
            Assert.Equal(end.Finding is null ? 0 : 1, standing.Bans.Count);
            if (end.Finding is { } finding)
            {
                var ban = Assert.Single(standing.Bans);
                Assert.Equal((finding.FirstDay, end.LastDay, end.Rescinded), (ban.FirstDay, ban.LastDay, ban.RescindedOn is not null));
                Assert.False(ban.HoldsOn(finding.FirstDay.AddDays(-1)));
                Assert.False(ban.HoldsOn(end.LastDay.AddDays(1)) && end.Rulings.All(r => r.DecidedOn <= end.LastDay));
            }
            Interlocked.Add(ref confirmed, end.Finding is null ? 0 : 1);
            Interlocked.Add(ref published, end.Published ? 1 : 0);
            Interlocked.Add(ref rescinded, end.Rescinded ? 1 : 0);
            Interlocked.Add(ref closed, end.Step == CaseStep.Closed ? 1 : 0);
        }, iter: 3000);
        Assert.True(confirmed > 0 && published > 0 && rescinded > 0 && closed > 0, $"not reached: {confirmed}, {published}, {rescinded}, {closed}");
    }

    private static void Check(object e, CaseState before, Actor actor, DateOnly day)
    {
        Assert.NotEqual(CaseStep.Closed, before.Step);
        if (e is FindingConfirmed confirmed)
        {
            Assert.Equal(CaseStep.Decided, before.Step);
            Assert.NotEqual(before.Proposal!.By, actor.Id);
            Assert.True(before.DefenceCame || before.DefenceLastDay < day);
            Assert.Equal((day, day.AddYears(3)), (confirmed.FirstDay, confirmed.LastDay));
        }
        if (e is CaseClosed)
            Assert.NotEqual(before.Proposal!.By, actor.Id);
        if (e is FindingPublished)
            Assert.NotNull(before.ServedOn);
        if (e is RulingRecorded)
            Assert.NotEqual(before.Entered!.By, actor.Id);
        if (e is FindingServed or FindingPublished or RulingEntered or RulingRecorded)
            Assert.Equal(CaseStep.Confirmed, before.Step);
        else
            Assert.True(before.Open);
    }

    private static Decision Give(int what, int who, CaseState state, Actor actor, DateOnly day) => what switch
    {
        0 or 1 => ServeNotice.Decide(new("direct", day, 0), state, Definition, Calendar, day),
        2 => RecordDefence.Decide(new(null, "申辩", 0), state, actor, day),
        3 or 4 => ProposeFinding.Decide(Scenario.AFinding(0), state),
        5 => ProposeFinding.Decide(new(false, null, null, null, "查无实据", 0), state),
        6 => DecideFinding.Decide(new("会议", day, "签发人", 0), state, day),
        7 => ConfirmFinding.Decide(new(0), state, Definition, actor, "f1", day),
        8 => CloseWithoutFinding.Decide(new("查无实据", 0), state, actor),
        9 => ServeDecision.Decide(new("post", day, 0), state, Definition, day),
        10 => PublishFinding.Decide(new(0), state, Definition, day),
        11 => ConfirmRuling.Decide(state, actor),
        _ => RecordRuling.Decide(
            new($"鲁政复〔2025〕{day.DayNumber}{who}号", "省人民政府", who == 1 ? RulingOutcome.Rescinded : RulingOutcome.TermChanged, day, who == 1 ? null : day.AddDays(200), 0), state, day),
    };

    private static IEvent Opening() => Scenario.Happened(
        new CaseOpened(
            new("a1"), new("p.b"), Accused, "演示机构", "演示集群", Scenario.Jinan, CaseSource.Officer, null, [new("revenue_digital_above_size", 1, null)], Sealed.Of("不符"), 1, "00"),
        Scenario.Integrity().Id, ChinaTime.StartOf(new DateOnly(2025, 5, 26)));
}
