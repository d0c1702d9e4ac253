using JasperFx.Events.Projections;
using Marten;
using Registry.Platform.Commands;

namespace Registry.Audit;

/// <summary>The auditor's room: the whole history to read and nothing to change.</summary>
public static class AuditRoom
{
    /// <summary>Registers the room. A doctor examines once.</summary>
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddTransient<Doctor>();
        services.AddTransient<ViewRebuild>();
        services.AddTransient<Backups.Backup>();
    }

    /// <summary>The room's views, each filter with its index.</summary>
    public static void AddAuditViews(this StoreOptions options)
    {
        options.Schema.For<Act>().Duplicate(a => a.Sequence).Duplicate(a => a.At)
            .Index(a => a.Actor!).Index(a => a.OnBehalfOf!).Index(a => a.Stream).Index(a => a.Kind).Index(a => a.Request!).Index(a => a.Definition!);
        options.Schema.For<SensitiveReading>().Duplicate(r => r.At).Index(r => r.Actor);
        options.Projections.Add(new ActProjection(), ProjectionLifecycle.Async);
    }

    /// <summary>The room's queries.</summary>
    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        HistorySearch.Map(api);
        StreamHistory.Map(api);
        StreamMoments.Map(api);
        ReadingList.Map(api);
        AsOf.Map(api);
        ListsAsOf.Map(api);
        FileEndpoints.Map(api);
    }
}
