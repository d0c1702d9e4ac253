using Registry.Applications;
using Registry.Programme;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>Recusal and replacement, without a store.</summary>
public sealed class StandInTests
{
    private static readonly DrawRule Rule = new(3, 2, 2, [new PanelConstraint("finance", 1)], true, 10);
    private static readonly DrawApplication[] Two = [new("app1", "370100", ["A"]), new("app2", "370200", ["B"])];

    private static PoolExpert Expert(string id, string field = "SW", string employer = "X") => new(id, [field], employer, "370900", [], [], 0);

    /// <summary>Members m1 (finance), m2, m3; then a, b, c in drawn order.</summary>
    private static (PanelState Panel, PoolSnapshotTaken Snapshot) Drawn(params PoolExpert[] after)
    {
        PoolExpert[] pool = [Expert("m1", "finance"), Expert("m2"), Expert("m3"), .. after];
        var snapshot = new PoolSnapshotTaken(pool, Two, Rule, "", "", []);
        var members = pool.Take(3).Select(e => e.Id).ToArray();
        var result = new DrawResult([.. pool.Select(e => e.Id)], members, [], [.. Two.Select(a => new Assignment(a.Id, members))], []);
        object[] events = [new PanelFormed(new BatchId("p.b"), null, [new("app1"), new("app2")]), snapshot, new PanelDrawn("seed", result)];
        return (events.Aggregate(PanelState.Start, PanelState.Next), snapshot);
    }

    private static (PanelState Panel, ExpertCalledIn? CalledIn) Recuse(PanelState panel, PoolSnapshotTaken snapshot, string expert, string? application = null, params string[] unavailable)
    {
        var recusals = new List<object> { new ExpertRecused(new(expert), application is null ? null : new ApplicationId(application), "by", null, null) };
        panel = PanelState.Next(panel, recusals[0]);
        var calledIn = StandIns.Next(panel, snapshot, new ExpertId(expert), application, unavailable.ToHashSet());
        return (calledIn is null ? panel : PanelState.Next(panel, calledIn), calledIn);
    }

    [Fact]
    public void Who_leaves_is_replaced_by_the_next_in_drawn_order()
    {
        var (panel, snapshot) = Drawn(Expert("a"), Expert("b"));
        var (after, calledIn) = Recuse(panel, snapshot, "m2");
        Assert.Equal("a", calledIn!.Expert.Value);
        Assert.Equal(["app1", "app2"], calledIn.Applications.Select(a => a.Value));
        Assert.Equal(["m1", "m3", "a"], after.Seats.Select(s => s.Expert));
    }

    [Fact]
    public void Who_stood_down_or_lost_the_account_since_the_draw_is_passed_over()
    {
        var (panel, snapshot) = Drawn(Expert("a"), Expert("b"));
        Assert.Equal("b", Recuse(panel, snapshot, "m2", null, "a").CalledIn!.Expert.Value);
        Assert.Null(Recuse(panel, snapshot, "m2", null, "a", "b").CalledIn);
    }

    [Fact]
    public void The_next_is_passed_over_when_a_field_would_be_missing()
    {
        var (panel, snapshot) = Drawn(Expert("a"), Expert("b", "finance"));
        Assert.Equal("b", Recuse(panel, snapshot, "m1").CalledIn!.Expert.Value);
    }

    [Fact]
    public void The_next_is_passed_over_when_an_application_would_fall_below_its_minimum()
    {
        var (panel, snapshot) = Drawn(Expert("a", employer: "A"), Expert("b"));
        (panel, _) = Recuse(panel, snapshot, "m2", "app1");
        Assert.Equal("b", Recuse(panel, snapshot, "m3").CalledIn!.Expert.Value);
    }

    [Fact]
    public void Nobody_steps_in_for_one_application_while_its_minimum_is_kept()
    {
        var (panel, snapshot) = Drawn(Expert("a"));
        Assert.Null(Recuse(panel, snapshot, "m2", "app1").CalledIn);
    }

    [Fact]
    public void For_one_application_below_its_minimum_the_next_who_may_score_it_steps_in_for_it_alone()
    {
        var (panel, snapshot) = Drawn(Expert("a", employer: "A"), Expert("b"));
        (panel, _) = Recuse(panel, snapshot, "m2", "app1");
        var (after, calledIn) = Recuse(panel, snapshot, "m3", "app1");
        Assert.Equal("b", calledIn!.Expert.Value);
        Assert.Equal(["app1"], calledIn.Applications.Select(a => a.Value));
        Assert.Equal(["m1", "b"], after.ScorersOf("app1"));
    }

    [Fact]
    public void Who_was_recused_is_never_called_in_again()
    {
        var (panel, snapshot) = Drawn(Expert("a"), Expert("b"));
        (panel, _) = Recuse(panel, snapshot, "m2");
        (panel, _) = Recuse(panel, snapshot, "a");
        Assert.Equal(["m1", "m3", "b"], panel.Seats.Select(s => s.Expert));
        (panel, var calledIn) = Recuse(panel, snapshot, "b");
        Assert.Null(calledIn);
        Assert.Equal(["m1", "m3"], panel.Seats.Select(s => s.Expert));
    }
}
