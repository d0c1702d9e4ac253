using Registry.Programme;
using Registry.Review;

namespace Registry.Tests.Review;

public sealed class FirmnessTests
{
    private static readonly ScoringRule Rule = new(Aggregate.Mean, 2, 2, 60, [], [], ["S1"]);

    /// <summary>a: 80, 70, 60; b: 76, 65, 63. E3 alone puts b first when left out.</summary>
    private static readonly (ApplicationId, ApplicationScored)[] Two = [Scored("a", 1, 80, 70, 60), Scored("b", 2, 76, 65, 63)];

    private static (ApplicationId, ApplicationScored) Scored(string id, int rank, params int[] totals)
    {
        var sheets = totals.Select((t, i) => new ScoredSheet($"E{i + 1:00}", new Dictionary<string, decimal> { ["S1"] = t })).ToArray();
        var score = Scoring.Of(Rule, [.. sheets.Select(s => s.Points)]);
        return (new ApplicationId(id), new ApplicationScored(new PanelId("p"), score.Aggregate, rank, score.Passes, score.Means, sheets, 0, Rule));
    }

    [Fact]
    public void Spread_is_lowest_highest_and_standard_deviation_of_the_totals() =>
        Assert.Equal(new Spread(new("a"), 60, 80, 8.16m), Firmness.Of(Rule, Two).Spreads[0]);

    [Fact]
    public void Severity_is_the_own_total_less_the_others_mean() =>
        Assert.Equal(new Severity("E01", 2, 13.5m), Firmness.Of(Rule, Two).Severities[0]);

    [Fact]
    public void Without_one_expert_the_list_may_be_another_and_the_fixed_one_stays()
    {
        (ApplicationId, ApplicationScored)[] close = [Scored("a", 1, 90, 60, 60), Scored("b", 2, 65, 65, 65)];
        var without = Firmness.Of(Rule, close).Stabilities[0];
        Assert.Equal(("E01", "b"), (without.Without, without.Order[0].Value));
        Assert.Equal(["b", "a"], without.Moved.Select(a => a.Value));
        Assert.Equal(1, close[0].Item2.Rank);
    }

    [Fact]
    public void An_application_that_would_have_too_few_sheets_is_undecided_and_keeps_its_figures()
    {
        var without = Firmness.Of(Rule with { Minimum = 3 }, Two).Stabilities[2];
        Assert.Equal(["a", "b"], without.Undecided.Select(a => a.Value));
        Assert.Empty(without.Moved);
    }
}
