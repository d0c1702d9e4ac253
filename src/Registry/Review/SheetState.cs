using System.Collections.Immutable;
using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>How a sheet stands.</summary>
public enum SheetStatus
{
    /// <summary>Nothing, or not signed as it is now.</summary>
    Open,
    /// <summary>Signed as last saved.</summary>
    Signed,
    /// <summary>The expert abstained.</summary>
    Abstained,
}

/// <summary>A score sheet as the rules read it.</summary>
/// <param name="Points">Points by criterion.</param>
/// <param name="Comments">Comments by criterion, sealed.</param>
/// <param name="Done">When it was signed or the expert abstained, UTC; null while open.</param>
public sealed record SheetState(ImmutableDictionary<string, decimal> Points, ImmutableDictionary<string, Sealed> Comments, SheetStatus Status, DateTimeOffset? Done)
{
    /// <summary>Before the first save.</summary>
    public static readonly SheetState Start = new(ImmutableDictionary<string, decimal>.Empty, ImmutableDictionary<string, Sealed>.Empty, SheetStatus.Open, null);

    /// <summary>One event further.</summary>
    public static SheetState Next(SheetState state, IEvent e) => e.Data switch
    {
        SheetSaved s => new(s.Points.ToImmutableDictionary(), s.Comments.ToImmutableDictionary(), SheetStatus.Open, null),
        SheetSigned => state with { Status = SheetStatus.Signed, Done = e.Timestamp },
        SheetAbstained => state with { Status = SheetStatus.Abstained, Done = e.Timestamp },
        _ => state,
    };
}

/// <summary>A score sheet, for the closing and for its own expert.</summary>
public sealed record SheetView
{
    /// <summary>The sheet's stream.</summary>
    public required string Id { get; init; }

    /// <summary>Opaque id of the panel.</summary>
    public required string Panel { get; init; }

    /// <summary>Opaque id of the application.</summary>
    public required string Application { get; init; }

    /// <summary>Opaque id of the expert.</summary>
    public required string Expert { get; init; }

    /// <summary>The sheet.</summary>
    public required SheetState State { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }
}

/// <summary>Folds <see cref="SheetView"/>.</summary>
public sealed partial class SheetViewProjection : SingleStreamProjection<SheetView, string>
{
    /// <summary>Reads sheets' events only.</summary>
    public SheetViewProjection()
    {
        IncludeType<SheetSaved>();
        IncludeType<SheetSigned>();
        IncludeType<SheetAbstained>();
    }

    /// <inheritdoc />
    public override SheetView? Evolve(SheetView? view, string id, IEvent e)
    {
        var sheet = SheetId.OfStream(id);
        return new SheetView
        {
            Id = id,
            Panel = sheet.Panel.Value,
            Application = sheet.Application.Value,
            Expert = sheet.Expert.Value,
            State = SheetState.Next(view?.State ?? SheetState.Start, e),
            Version = (view?.Version ?? 0) + 1,
        };
    }
}
