using JasperFx.Events;
using Marten;
using Registry.Applications;
using Registry.Organisations;
using Registry.Programme;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>
    /// A submitted application written straight into the store. For tests that need hundreds, or a state whose own room is not what they are about;
    /// the real way is <see cref="SubmittedAsync"/>.
    /// </summary>
    public async Task<ApplicationId> WrittenAsync(BatchId batch, CreditCode organisation, string city = Jinan, string? cluster = null, DateTimeOffset? at = null, string industry = "SW")
    {
        var id = new ApplicationId(Guid.NewGuid().ToString("N"));
        await using var session = registry.Store.LightweightSession();
        session.Store(new Draft { Id = id.Stream, Batch = batch, Organisation = organisation, City = city });
        await AppendAsync<Application>(session, id.Stream, "clerk", at ?? Open, new ApplicationSubmitted(
            batch, organisation, $"演示运营机构{organisation.Value[^6..]}", cluster ?? $"演示集群{id.Value[..6]}", city, industry, 1,
            new Dictionary<string, System.Text.Json.JsonElement>(), new Dictionary<string, Registry.Platform.Sealing.Sealed>(), [], [], "00"));
        await session.SaveChangesAsync(Ct);
        return id;
    }

    /// <summary>Appends events straight to the store, as this account at this instant.</summary>
    public async Task AppendAsync<TStream>(string stream, string by, DateTimeOffset at, params object[] events) where TStream : class
    {
        await using var session = registry.Store.LightweightSession();
        await AppendAsync<TStream>(session, stream, by, at, events);
        await session.SaveChangesAsync(Ct);
    }

    private static async Task AppendAsync<TStream>(IDocumentSession session, string stream, string by, DateTimeOffset at, params object[] events) where TStream : class
    {
        var appended = await session.Events.FetchStreamStateAsync(stream, Ct) is { } state
            ? session.Events.Append(stream, state.Version + events.Length, events)
            : session.Events.StartStream<TStream>(stream, events);
        foreach (var e in appended.Events)
        {
            e.Timestamp = at.ToUniversalTime();
            e.UserName = by;
        }
    }

    /// <summary>An event as a fold reads it, for tests of rules without a store.</summary>
    public static IEvent Happened(object data, string by, DateTimeOffset at)
    {
        var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(data.GetType()), data)!;
        e.UserName = by;
        e.Timestamp = at;
        return e;
    }
}
