using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Applications.Sensitive;

/// <summary>Marks the streams of hand-overs of sensitive material: one for each batch and city.</summary>
public sealed class HandOver
{
    /// <summary>The hand-over's id, batch and city.</summary>
    public static string IdOf(BatchId batch, string city) => $"{batch.Value}/{city}";

    /// <summary>The stream of a city's hand-over in a batch.</summary>
    public static string Stream(BatchId batch, string city) => $"hand-over/{IdOf(batch, city)}";
}

/// <summary>
/// Procedure 2: the city handed the sensitive material of its applications over through the confidential channel. The material itself is never here: only
/// the disc's number and the day. A later record takes this one's place until the province has receipted.
/// </summary>
/// <param name="Disc">Number of the disc.</param>
/// <param name="Day">Day of the hand-over.</param>
/// <param name="By">Account of the officer.</param>
[RecordedAs("sensitive-material-handed-over")]
public sealed record SensitiveMaterialHandedOver(BatchId Batch, string City, string Disc, DateOnly Day, string By);

/// <summary>Procedure 2: the province received the disc. From now on the record stands.</summary>
/// <param name="Disc">Number of the disc, as the province read it.</param>
/// <param name="Day">Day of the receipt.</param>
/// <param name="By">Account of the officer.</param>
[RecordedAs("sensitive-material-received")]
public sealed record SensitiveMaterialReceived(BatchId Batch, string City, string Disc, DateOnly Day, string By);

/// <summary>A city's hand-over, for its pages and the province's.</summary>
public sealed record HandOverCard
{
    /// <summary>The stream.</summary>
    public required string Id { get; init; }

    /// <summary>The batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The city.</summary>
    public required string City { get; init; }

    /// <summary>Number of the disc.</summary>
    public required string Disc { get; init; }

    /// <summary>Day of the hand-over.</summary>
    public DateOnly HandedOver { get; init; }

    /// <summary>Account of the city's officer.</summary>
    public required string HandedOverBy { get; init; }

    /// <summary>Day of the province's receipt.</summary>
    public DateOnly? Received { get; init; }

    /// <summary>Account of the province's officer.</summary>
    public string? ReceivedBy { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }
}

/// <summary>Folds <see cref="HandOverCard"/>.</summary>
public sealed partial class HandOverCardProjection : SingleStreamProjection<HandOverCard, string>
{
    /// <summary>Reads hand-over and receipt.</summary>
    public HandOverCardProjection()
    {
        IncludeType<SensitiveMaterialHandedOver>();
        IncludeType<SensitiveMaterialReceived>();
    }

    /// <inheritdoc />
    public override HandOverCard? Evolve(HandOverCard? card, string id, IEvent e) => e.Data switch
    {
        SensitiveMaterialHandedOver h => new HandOverCard
        {
            Id = id, Batch = h.Batch.Value, City = h.City, Disc = h.Disc, HandedOver = h.Day, HandedOverBy = h.By, Version = e.Version,
        },
        SensitiveMaterialReceived r => card! with { Received = r.Day, ReceivedBy = r.By, Version = e.Version },
        _ => card,
    };
}
