using CsCheck;
using Registry.Programme;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>Aggregates and ranks against hand-computed figures and against a plain second implementation.</summary>
public sealed class ScoringTests
{
    private static readonly ScoringRule Rule = new(Aggregate.TrimmedMean, 3, 2, 60, [], ["S2"], ["S1", "S2"]);

    private static Dictionary<string, decimal> Sheet(decimal s1, decimal s2) => new() { ["S1"] = s1, ["S2"] = s2 };

    [Fact]
    public void Fewer_sheets_than_the_minimum_give_no_aggregate() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Scoring.Of(Rule, [Sheet(1, 1), Sheet(2, 2)]));

    [Fact]
    public void A_trimmed_mean_leaves_out_one_highest_and_one_lowest_total() =>
        Assert.Equal(70m, Scoring.Of(Rule, [Sheet(0, 0), Sheet(30, 40), Sheet(30, 40), Sheet(50, 50)]).Aggregate);

    [Fact]
    public void Means_by_criterion_are_over_all_sheets() =>
        Assert.Equal(27.5m, Scoring.Of(Rule, [Sheet(0, 0), Sheet(30, 40), Sheet(30, 40), Sheet(50, 50)]).Means["S1"]);

    [Fact]
    public void A_median_of_an_even_number_is_the_mean_of_the_middle_two() =>
        Assert.Equal(25m, Scoring.Of(Rule with { Kind = Aggregate.Median }, [Sheet(0, 0), Sheet(10, 10), Sheet(10, 20), Sheet(50, 50)]).Aggregate);

    [Fact]
    public void Half_is_rounded_away_from_zero() =>
        Assert.Equal(0.13m, Scoring.Of(Rule with { Kind = Aggregate.Mean, Minimum = 1 }, [Sheet(0.125m, 0)]).Aggregate);

    [Fact]
    public void The_pass_mark_and_a_group_minimum_include_the_figure_itself()
    {
        var rule = Rule with { Kind = Aggregate.Mean, Minimum = 1, GroupMinimums = [new GroupMinimum(["S1"], 20)] };
        Assert.True(Scoring.Of(rule, [Sheet(20, 40)]).Passes);
        Assert.False(Scoring.Of(rule, [Sheet(19.99m, 45)]).Passes);
        Assert.False(Scoring.Of(rule, [Sheet(20, 39.99m)]).Passes);
    }

    [Fact]
    public void A_tie_is_broken_by_the_criteria_named_and_a_tie_that_stays_shares_the_rank()
    {
        var places = Scoring.Rank(Rule, [("a", Score(70, 30)), ("b", Score(80, 10)), ("c", Score(70, 40)), ("d", Score(70, 30)), ("e", Score(60, 50))]);
        Assert.Equal(["b1", "c2", "a3", "d3", "e5"], places.Select(p => $"{p.Application}{p.Rank}"));
    }

    [Fact]
    public void Aggregates_and_ranks_agree_with_a_plain_implementation()
    {
        var sheets = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 40]).Select((a, b) => Sheet(a / 2m, b / 2m)).Array[3, 9];
        Gen.Select(sheets.Array[1, 8], Gen.Int[0, 2].Select(i => (Aggregate)i), Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[0, 20])
            .Sample(c => Agrees(c.Item1, Rule with { Kind = c.Item2, Decimals = c.Item3, PassMark = c.Item4, GroupMinimums = [new(["S1"], c.Item5)] }), iter: 2000);
    }

    private static bool Agrees(Dictionary<string, decimal>[][] applications, ScoringRule rule)
    {
        var scores = applications.Select((sheets, i) => (Application: i, Score: Scoring.Of(rule, sheets))).ToArray();
        var places = Scoring.Rank(rule, scores);
        return scores.All(s => s.Score.Aggregate == Plain(applications[s.Application], rule))
            && scores.All(s => s.Score.Means.All(m => m.Value == PlainMean(applications[s.Application], m.Key, rule)))
            && scores.All(s => s.Score.Passes == (Plain(applications[s.Application], rule) >= rule.PassMark && PlainMean(applications[s.Application], "S1", rule) >= rule.GroupMinimums[0].AtLeast))
            && places.All(p => p.Rank == 1 + scores.Count(s => Better(s.Score, p.Score)))
            && places.Zip(places.Skip(1)).All(pair => !Better(pair.Second.Score, pair.First.Score));

        static bool Better(Score a, Score b) => a.Aggregate > b.Aggregate || a.Aggregate == b.Aggregate && a.Means["S2"] > b.Means["S2"];
    }

    private static decimal PlainMean(Dictionary<string, decimal>[] sheets, string criterion, ScoringRule rule)
    {
        var (unit, count) = ((long)Math.Pow(10, rule.Decimals), 2L * sheets.Length);
        return (decimal)((2 * sheets.Sum(s => (long)(2 * s[criterion])) * unit + count) / (2 * count)) / unit;
    }

    /// <summary>In whole half points and integers, so that it shares no arithmetic with the real one.</summary>
    private static decimal Plain(Dictionary<string, decimal>[] sheets, ScoringRule rule)
    {
        var halves = sheets.Select(s => (long)(2 * (s["S1"] + s["S2"]))).ToList();
        halves.Sort();
        if (rule.Kind == Aggregate.TrimmedMean)
        {
            halves.RemoveAt(halves.Count - 1);
            halves.RemoveAt(0);
        }
        var (sum, count) = rule.Kind == Aggregate.Median
            ? halves.Count % 2 == 1 ? (halves[halves.Count / 2], 2L) : (halves[halves.Count / 2 - 1] + halves[halves.Count / 2], 4L)
            : (halves.Sum(), 2L * halves.Count);
        var unit = (long)Math.Pow(10, rule.Decimals);
        return (decimal)((2 * sum * unit + count) / (2 * count)) / unit;
    }

    private static Score Score(decimal aggregate, decimal s2) => new(aggregate, Sheet(0, s2), true);
}
