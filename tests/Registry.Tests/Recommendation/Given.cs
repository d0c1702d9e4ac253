using System.Collections.Immutable;
using System.Text.Json;
using Registry.Applications;
using Registry.Demo;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Screening;

namespace Registry.Tests.Recommendation;

/// <summary>Files for pure rules, folded from the events that happened.</summary>
internal static class Given
{
    public static readonly CallDefinition Definition = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!;
    public static readonly Call Call = new(BatchState.Start(BatchId.Of(Definition)) with { Hash = Definition.Hash }, Definition);
    public static readonly CreditCode Organisation = DemoForm.Code(Scenario.Jinan, 1);

    /// <summary>20 June 2025 23:59:59.999 in Beijing.</summary>
    public static readonly DateTimeOffset LastInstant = new(2025, 6, 20, 15, 59, 59, 999, TimeSpan.Zero);

    /// <summary>20 June 2025 24:00 in Beijing.</summary>
    public static readonly DateTimeOffset Closing = LastInstant.AddMilliseconds(1);

    public static readonly CityReportState NotReported = CityReportState.Start;
    public static readonly CityReportState Reported = new(null, new CityReported(Call.Id, Scenario.Jinan, "演工信〔2025〕12号", Scenario.Digest, Scenario.Digest, []));

    public static ApplicationReported InReport => new("演工信〔2025〕12号", 1);

    /// <summary>A submitted application whose check says this of its conditions, after these further events.</summary>
    public static ApplicationFile Checked(IReadOnlyList<ConditionVerdict> check, params object[] events)
    {
        var submitted = new ApplicationSubmitted(
            Call.Id, Organisation, "演示机构", "演示集群", Scenario.Jinan, "SW", 1,
            ImmutableDictionary<string, JsonElement>.Empty, ImmutableDictionary<string, Sealed>.Empty, [], check, "hash");
        var head = new Draft { Id = "application/one", Batch = Call.Id, Organisation = Organisation, City = Scenario.Jinan };
        return new ApplicationFile(head, new Timeline(head.Id, []), events.Prepend(submitted).Aggregate(Filing.Start, Filing.Next), Call, Standing.Start);
    }

    /// <summary>A submitted application that meets its conditions, after these further events.</summary>
    public static ApplicationFile Submitted(params object[] events) => Checked([Condition("C2", Verdict.Met)], events);

    /// <summary>The same application while a ban of its organisation holds.</summary>
    public static ApplicationFile Banned(this ApplicationFile file) => file with
    {
        Standing = Standing.Next(Standing.Start, new OrganisationBanned("f", "c", Definition.Programme.Key, new DateOnly(2025, 5, 1), new DateOnly(2028, 5, 1))),
    };

    public static ConditionVerdict Condition(string id, Verdict verdict) => new(id, "三", new Words("条件", "Condition"), verdict, [], new Words("", ""), 1, Definition.Hash);

    public static ApplicationRecommended Recommended(params ConditionFinding[] findings) => new(Call.Id, Scenario.Jinan, 1, 1, Sealed.Of("建议推荐。"), findings);

    public static ApplicationReturnedToCity ReturnedToCity(DateOnly lastDay) => new(Sealed.Of("请核实。"), lastDay);

    public static string? Code(this Decision decision) => (decision as Decision.Refused)?.Refusal.Rule.Code;

    public static T Event<T>(this Decision decision) => Assert.IsType<T>(Assert.Single(Assert.IsType<Decision.Accepted>(decision).Events));
}
