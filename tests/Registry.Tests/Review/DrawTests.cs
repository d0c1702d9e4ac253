using CsCheck;
using Registry.Programme;
using Registry.Review;

namespace Registry.Tests.Review;

/// <summary>The draw against its definition in words: determinism, shortage by name, and the first possible panel by brute force.</summary>
public sealed class DrawTests
{
    private static readonly DrawRule Three = new(3, 2, 1, [new PanelConstraint("finance", 1)], true, 10);
    private static readonly DrawApplication[] One = [new("app-1", "370100", ["A-APPLICANT", "A-FIRM"])];

    private static PoolExpert Expert(string id, string fields = "SW", string employer = "OTHER", string city = "370500", int load = 0, string[]? interests = null, string[]? recused = null) =>
        new(id, fields.Split(','), employer, city, interests ?? [], recused ?? [], load);

    private static PoolExpert[] Pool(int size, int finance) => [.. Enumerable.Range(1, size).Select(i => Expert($"e{i}", i <= finance ? "finance" : "SW"))];

    [Fact]
    public void Fewer_eligible_experts_than_members_and_alternates_are_refused()
    {
        var refusal = Draw.Run(Pool(3, 1), One, Three, "seed").Refusal!;
        Assert.Equal("review.pool-short", refusal.Rule.Code);
        Assert.Equal((4, 3), (refusal.Arguments["needed"], refusal.Arguments["eligible"]));
    }

    [Fact]
    public void A_field_with_too_few_experts_is_named()
    {
        var refusal = Draw.Run(Pool(8, 0), One, Three, "seed").Refusal!;
        Assert.Equal("review.field-short", refusal.Rule.Code);
        Assert.Equal("finance", refusal.Arguments["field"]);
    }

    [Fact]
    public void An_application_with_too_few_experts_free_of_conflict_is_named()
    {
        DrawApplication[] two = [.. One, new("app-2", "370200", [])];
        var refusal = Draw.Run([.. Pool(8, 1).Select((e, i) => e with { Employer = i < 7 ? "A-FIRM" : "OTHER" })], two, Three, "seed").Refusal!;
        Assert.Equal("review.application-short", refusal.Rule.Code);
        Assert.Equal(("app-1", 1), (refusal.Arguments["application"], refusal.Arguments["eligible"]));
    }

    [Fact]
    public void Experts_who_are_enough_one_by_one_and_not_together_are_refused()
    {
        DrawApplication[] two = [.. One, new("app-2", "370200", [])];
        PoolExpert[] pool = [.. Pool(4, 0).Select(e => e with { City = "370100" }), .. Enumerable.Range(5, 4).Select(i => Expert($"e{i}", i == 5 ? "finance" : "SW", city: "370200"))];
        var refusal = Draw.Run(pool, two, Three, "seed").Refusal!;
        Assert.Equal(("review.no-panel-fits", "—", "app-1、app-2"), (refusal.Rule.Code, refusal.Arguments["fields"], refusal.Arguments["applications"]));
    }

    [Fact]
    public void A_field_that_alone_keeps_every_panel_out_is_named()
    {
        DrawApplication[] two = [.. One, new("app-2", "370200", [])];
        PoolExpert[] pool = [.. Pool(4, 0), .. Enumerable.Range(5, 3).Select(i => Expert($"e{i}", "finance", city: "370100"))];
        var refusal = Draw.Run(pool, two, Three with { Constraints = [new("finance", 2)] }, "seed").Refusal!;
        Assert.Equal(("review.no-panel-fits", "finance", "app-1"), (refusal.Rule.Code, refusal.Arguments["fields"], refusal.Arguments["applications"]));
    }

    [Fact]
    public void A_panel_is_not_refused_for_its_load_while_another_one_could_carry_it()
    {
        DrawApplication[] four = [.. Enumerable.Range(1, 4).Select(i => new DrawApplication($"app-{i}", "370900", []))];
        PoolExpert[] pool = [.. Pool(8, 4).Select((e, i) => e with { Load = i is 0 or 4 or 6 ? 7 : 9 })];
        var result = Draw.Run(pool, four, Three with { Minimum = 2, LoadLimit = 10 }, "seed").Result!;
        Assert.Equal(["e1", "e5", "e7"], result.Members.Order());
    }

    [Fact]
    public void A_load_limit_that_leaves_too_few_scorers_is_named()
    {
        DrawApplication[] three = [.. One, new("app-2", "370200", []), new("app-3", "370300", [])];
        var refusal = Draw.Run(Pool(8, 1), three, Three with { LoadLimit = 1 }, "seed").Refusal!;
        Assert.Equal("review.load-short", refusal.Rule.Code);
    }

    [Theory]
    [InlineData("employer")]
    [InlineData("city")]
    [InlineData("interest")]
    [InlineData("recused")]
    public void Abuse_06_a_conflict_excludes_the_expert_from_that_application_and_not_from_the_others(string kind)
    {
        var marked = kind switch
        {
            "employer" => Expert("x", "finance", employer: "A-FIRM"),
            "city" => Expert("x", "finance", city: "370100"),
            "interest" => Expert("x", "finance", interests: ["A-APPLICANT"]),
            _ => Expert("x", "finance", recused: ["app-1"]),
        };
        DrawApplication[] two = [.. One, new("app-2", "370200", [])];
        var result = Draw.Run([marked, .. Pool(8, 0)], two, Three, "seed").Result!;
        Assert.Contains("x", result.Members);
        Assert.DoesNotContain("x", result.Assignments.Single(a => a.Application == "app-1").Experts);
        Assert.Contains("x", result.Assignments.Single(a => a.Application == "app-2").Experts);
        Assert.Equal("app-1", Assert.Single(result.Exclusions).Application);
    }

    [Fact]
    public void The_own_city_is_no_conflict_where_the_definition_allows_it() =>
        Assert.Null(Conflicts.Between(Expert("x", city: "370100"), One[0], ownCityExcluded: false));

    [Fact]
    public void Who_can_score_nothing_or_scores_as_much_as_allowed_is_not_drawn()
    {
        PoolExpert[] pool = [Expert("busy", load: 10), Expert("barred", employer: "A-FIRM"), .. Pool(6, 2)];
        var order = Draw.Run(pool, One, Three, "seed").Result!.Order;
        Assert.DoesNotContain("busy", order);
        Assert.DoesNotContain("barred", order);
    }

    [Fact]
    public void The_order_of_the_files_does_not_matter_and_the_seed_does()
    {
        var pool = Pool(40, 5);
        var drawn = Draw.Run(pool, One, Three, "seed").Result!;
        Assert.Equal(drawn.Order, Draw.Run([.. pool.Reverse()], One, Three, "seed").Result!.Order);
        Assert.NotEqual(drawn.Order, Draw.Run(pool, One, Three, "seed2").Result!.Order);
    }

    [Fact]
    public void A_known_draw_comes_out_as_with_another_program()
    {
        // for i in 1 2 3 4 5 6; do echo "$(printf 'abc:e%s' $i | sha256sum) e$i"; done | sort
        Assert.Equal("274465fdb410f74ad3a7a906f77605ee8e0405dfd131fddffd1711b314609693", Draw.Ticket("abc", "app-1"));
        var result = Draw.Run(Pool(6, 1), One, Three, "abc").Result!;
        Assert.Equal(["e2", "e6", "e3", "e4", "e5", "e1"], result.Order);
        Assert.Equal(["e2", "e6", "e1"], result.Members);
        Assert.Equal(["e3"], result.Alternates);
    }

    [Fact]
    public void Where_the_load_limit_binds_applications_are_shared_evenly()
    {
        DrawApplication[] six = [.. Enumerable.Range(1, 6).Select(i => new DrawApplication($"app-{i}", "370900", []))];
        var result = Draw.Run(Pool(8, 1), six, Three with { LoadLimit = 5 }, "seed").Result!;
        Assert.All(result.Assignments, a => Assert.InRange(a.Experts.Count, 2, 3));
        Assert.All(result.Members, m => Assert.Equal(5, result.Assignments.Count(a => a.Experts.Contains(m))));
    }

    [Fact]
    public void Every_draw_is_the_first_possible_panel_in_drawn_order() =>
        Cases().Sample(c => Agrees(c.Pool, c.Applications, c.Rule, c.Seed), iter: 3000);

    [Fact]
    public void A_search_that_gives_up_says_so_and_does_not_say_that_no_panel_fits()
    {
        string[] kinds = ["finance,safety", "finance,AI", "safety,AI", "SW"];
        PoolExpert[] pool = [.. Enumerable.Range(0, 40).Select(i => Expert($"e{i}", kinds[i % 4], load: 9))];
        var rule = new DrawRule(4, 1, 0, [.. new[] { "finance", "safety", "AI", "SW" }.Select(f => new PanelConstraint(f, 2))], true, 10);
        DrawApplication[] two = [.. One, new("app-2", "370200", [])];
        var refusal = Draw.Run(pool, two, rule, "seed", mostSteps: 50).Refusal!;
        Assert.Equal(("review.search-gave-up", 50), (refusal.Rule.Code, refusal.Arguments["steps"]));
    }

    [Fact]
    public void A_large_pool_that_fits_no_panel_is_refused_quickly()
    {
        DrawApplication[] cities = [.. Enumerable.Range(0, 3).Select(i => new DrawApplication($"app-{i}", $"37010{i}", []))];
        var rule = new DrawRule(7, 5, 3, [], true, 40);
        PoolExpert[] pool = [.. Enumerable.Range(0, 300).Select(i => Expert($"e{i}", city: $"37010{i % 3}"))];
        Assert.Equal("review.no-panel-fits", Draw.Run(pool, cities, rule, "seed").Refusal!.Rule.Code);
    }

    private static bool Agrees(PoolExpert[] pool, DrawApplication[] applications, DrawRule rule, string seed)
    {
        var outcome = Draw.Run(pool, applications, rule, seed);
        var eligible = pool.Where(e => e.Load < rule.LoadLimit && applications.Any(a => Conflicts.Between(e, a, rule.OwnCityExcluded) is null))
            .OrderBy(e => Draw.Ticket(seed, e.Id), StringComparer.Ordinal).ToArray();
        var first = eligible.Length < rule.Size + rule.Alternates ? null : Sets(eligible, rule.Size).FirstOrDefault(set =>
            rule.Constraints.All(c => set.Count(e => e.Fields.Contains(c.Field)) >= c.AtLeast)
            && GivenOut(set, applications, rule, seed).Values.All(scorers => scorers.Count >= rule.Minimum));
        if (outcome.Result is not { } result)
            return first is null;
        return first is not null
            && result.Members.SequenceEqual(first.Select(e => e.Id))
            && result.Alternates.SequenceEqual(eligible.Except(first).Take(rule.Alternates).Select(e => e.Id))
            && GivenOut(first, applications, rule, seed) is var given && result.Assignments.All(a => a.Experts.SequenceEqual(first.Select(e => e.Id).Where(given[a.Application].Contains)))
            && result.Members.All(m => result.Assignments.Count(a => a.Experts.Contains(m)) + pool.Single(e => e.Id == m).Load <= rule.LoadLimit);
    }

    /// <summary>Round by round, as the definition says it in words.</summary>
    private static Dictionary<string, HashSet<string>> GivenOut(PoolExpert[] set, DrawApplication[] applications, DrawRule rule, string seed)
    {
        var given = applications.ToDictionary(a => a.Id, _ => new HashSet<string>());
        for (var before = -1; before != given.Values.Sum(g => g.Count);)
        {
            before = given.Values.Sum(g => g.Count);
            foreach (var application in applications.OrderBy(a => Draw.Ticket(seed, a.Id), StringComparer.Ordinal))
                if (set.Where(e => Conflicts.Between(e, application, rule.OwnCityExcluded) is null && !given[application.Id].Contains(e.Id))
                    .Select(e => (e.Id, Left: rule.LoadLimit - e.Load - given.Values.Count(g => g.Contains(e.Id)))).Where(e => e.Left > 0).ToArray() is { Length: > 0 } free)
                    given[application.Id].Add(free.First(f => f.Left == free.Max(x => x.Left)).Id);
        }
        return given;
    }

    /// <summary>All sets of so many, in lexicographic order of their places.</summary>
    private static IEnumerable<T[]> Sets<T>(T[] from, int size)
    {
        if (size == 0)
        {
            yield return [];
            yield break;
        }
        for (var i = 0; i <= from.Length - size; i++)
            foreach (var rest in Sets(from[(i + 1)..], size - 1))
                yield return [from[i], .. rest];
    }

    private static Gen<(PoolExpert[] Pool, DrawApplication[] Applications, DrawRule Rule, string Seed)> Cases()
    {
        string[] fields = ["finance", "safety", "SW", "AI"], cities = ["370100", "370200", "370300"], codes = ["A", "B", "C", "D", "E", "F"];
        var expert = Gen.Select(Pick(fields).List[1, 2], Pick(codes), Pick(cities), Pick(codes).List[0, 1], Gen.Int[0, 4])
            .Select((f, employer, city, interests, load) => new PoolExpert("", [.. f.Distinct()], employer, city, interests, [], load));
        var application = Gen.Select(Pick(cities), Pick("A", "B", "C").List[0, 1]).Select((city, parties) => new DrawApplication("", city, parties));
        var rule = Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 1], Gen.Bool, Gen.Int[2, 6])
            .Select((size, minimum, alternates, finance, safety, city, limit) =>
                new DrawRule(size, Math.Min(minimum, size), alternates, [new("finance", finance), new("safety", safety)], city, limit));
        return Gen.Select(expert.Array[0, 9], application.Array[1, 4], rule, Gen.Int[0, 1_000_000]).Select((pool, applications, r, seed) => (
            pool.Select((e, i) => e with { Id = $"e{i}" }).ToArray(),
            applications.Select((a, i) => a with { Id = $"a{i}" }).ToArray(),
            r,
            $"{seed}"));
    }

    private static Gen<T> Pick<T>(params T[] from) => Gen.Int[0, from.Length - 1].Select(i => from[i]);
}
