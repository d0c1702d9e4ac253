using JasperFx.Events.Projections;
using Marten;

namespace Registry.Review;

/// <summary>The expert review's room: 四(三).</summary>
public static class ReviewRoom
{
    /// <summary>The room's views. All of them are read by decisions.</summary>
    public static void AddReviewViews(this StoreOptions options)
    {
        options.Schema.For<ExpertView>().Index(e => e.Account);
        options.Schema.For<PanelView>().Index(p => p.Batch);
        options.Schema.For<SheetView>().Index(s => s.Panel);
        options.Projections.Add(new ExpertViewProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new PanelViewProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new SheetViewProjection(), ProjectionLifecycle.Inline);
    }

    /// <summary>The room's queries: the officers' and auditors', and the experts'.</summary>
    public static void MapReview(this IEndpointRouteBuilder api)
    {
        OfficerQueries.Map(api);
        ExpertQueries.Map(api);
        CheckPhotos.Map(api);
        CheckQueries.Map(api);
    }
}
