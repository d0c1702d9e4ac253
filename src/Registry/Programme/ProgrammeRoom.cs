using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using Marten.Events.Aggregation;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>The programme's room: definitions and batches.</summary>
public static class ProgrammeRoom
{
    private static readonly QuerySpec Batches = new("list-batches", "/batches", Everyone, "All batches with their versions.");
    private static readonly QuerySpec Definition = new("get-definition", "/batches/{id}/definition", Everyone, "The definition in force.");
    private static readonly QuerySpec TheCalendar = new("get-calendar", "/calendar", Everyone, "The official calendar: the years covered, with their holidays, make-up working days and sources.");
    private const Roles Everyone = (Roles)(-1);

    /// <summary>Registers the room.</summary>
    public static void AddProgramme(this IServiceCollection services)
    {
        services.AddSingleton<Calls>();
        services.AddSingleton<Calendars>();
        services.AddSingleton(p => new PublicText(async (session, hash, ct) => await session.LoadAsync<StoredDefinition>(hash, ct) is null ? [] :
            [.. (await p.GetRequiredService<Calls>().DefinitionAsync(session, hash, ct)).Issuer.Contacts.SelectMany(c => new[] { c.Phone, c.Email }).OfType<string>()]));
    }

    /// <summary>The room's views.</summary>
    public static void AddProgrammeViews(this StoreOptions options)
    {
        options.Schema.For<StoredDefinition>();
        options.Projections.Add(new BatchCardProjection(), ProjectionLifecycle.Inline);
    }

    /// <summary>The room's queries.</summary>
    public static void MapProgramme(this IEndpointRouteBuilder api)
    {
        api.MapQuery(Batches, async (_, reading) => await reading.Session.Query<BatchCard>().OrderBy(b => b.Id).ToListAsync(reading.Cancelled)).WithTags("Programme");
        api.MapQuery(Definition, async (http, reading) =>
            (await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, new BatchId(http.Request.RouteValues["id"]!.ToString()!), reading.Cancelled))?.Definition).WithTags("Programme");
        api.MapQuery(TheCalendar, (_, reading) => CalendarDesk.AnswerAsync(reading)).WithTags("Programme");
    }

    /// <summary>Turns the errors of a definition file into a refusal that names line and reason.</summary>
    public static Refusal Refusal(this DefinitionLoad load) => BatchRules.DefinitionInvalid.Refuse(
        ("errors", load.Errors.Select(e => new { e.Line, e.Column, e.Pointer, e.Code, e.Message }).ToArray()));
}

/// <summary>A batch in a list.</summary>
public sealed record BatchCard
{
    /// <summary>The batch's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The id in URLs.</summary>
    public required string Batch { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Hash of the definition in force.</summary>
    public required string DefinitionHash { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }
}

/// <summary>Folds <see cref="BatchCard"/>.</summary>
public sealed partial class BatchCardProjection : SingleStreamProjection<BatchCard, string>
{
    /// <inheritdoc />
    public override BatchCard? Evolve(BatchCard? card, string id, IEvent e) => e.Data switch
    {
        BatchAnnounced a => new BatchCard { Id = id, Batch = $"{a.Programme}.{a.Batch}", Title = a.Title, DefinitionHash = a.DefinitionHash, Version = 1 },
        BatchAmended a => card! with { DefinitionHash = a.DefinitionHash, Version = card.Version + 1 },
        _ => card is null ? null : card with { Version = card.Version + 1 },
    };
}
