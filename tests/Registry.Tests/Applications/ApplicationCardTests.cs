using JasperFx.Events;
using Registry.Applications;
using Registry.Integrity;
using Registry.Platform.Sealing;
using Registry.Recommendation;
using Registry.Tests.Recommendation;

namespace Registry.Tests.Applications;

public sealed class ApplicationCardTests
{
    private static ApplicationCard Card(params object[] events)
    {
        var fold = new ApplicationCardProjection();
        return events.Prepend(Given.Submitted().Filing.Last!).Aggregate((ApplicationCard?)null, (card, data) =>
        {
            var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(data.GetType()), data)!;
            e.Timestamp = Scenario.Open.AddDays(card is null ? 0 : 1);
            return fold.Evolve(card, "application/one", e);
        })!;
    }

    [Fact]
    public void A_place_is_held_from_the_recommendation_until_it_is_withdrawn_by_the_city_or_the_applicant()
    {
        Assert.False(Card().HoldsPlace);
        Assert.True(Card(Given.Recommended()).HoldsPlace);
        Assert.True(Card(Given.Recommended(), Given.InReport).HoldsPlace);
        Assert.False(Card(Given.Recommended(), new RecommendationWithdrawn(Given.Call.Id, Scenario.Jinan, Sealed.Of("理由"))).HoldsPlace);
        Assert.False(Card(Given.Recommended(), new ApplicationWithdrawn(Sealed.Of("理由"))).HoldsPlace);
    }

    [Fact]
    public void A_return_by_the_province_and_the_submission_in_it_keep_place_and_rank()
    {
        var card = Card(Given.Recommended(), Given.InReport, Given.ReturnedToCity(new DateOnly(2025, 7, 4)), new ApplicationReturned(new Dictionary<string, Sealed>()), Given.Submitted().Filing.Last!);
        Assert.Equal((true, 1, new DateOnly(2025, 7, 4), Stage.Submitted), (card.HoldsPlace, card.Rank, card.Term, card.Stage));
    }

    [Fact]
    public void A_disqualified_cluster_frees_its_place_and_has_its_rank_again_when_a_ruling_restores_it()
    {
        var disqualified = new ApplicationDisqualified("f", new CaseId("c"), new DateOnly(2025, 6, 1));
        Assert.False(Card(Given.Recommended(), Given.InReport, disqualified).HoldsPlace);
        var restored = Card(Given.Recommended(), Given.InReport, disqualified, new ApplicationRestored("f", Stage.Reported, Sealed.Of("理由")));
        Assert.Equal((true, 1, Stage.Reported), (restored.HoldsPlace, restored.Rank, restored.Stage));
    }

    [Fact]
    public void The_card_says_since_when_and_keeps_the_first_submission()
    {
        var card = Card(Given.Recommended());
        Assert.Equal((Scenario.Open, Scenario.Open.AddDays(1)), (card.FirstSubmitted, card.Since));
    }
}
