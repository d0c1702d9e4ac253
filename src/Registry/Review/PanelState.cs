using System.Collections.Immutable;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Review;

/// <summary>A member and what the member scores.</summary>
/// <param name="Expert">Opaque id.</param>
/// <param name="Applications">Ids of the applications.</param>
public sealed record Seat(string Expert, ImmutableList<string> Applications);

/// <summary>A recorded recusal.</summary>
/// <param name="Application">The application; null for all.</param>
public sealed record Recusal(string Expert, string? Application);

/// <summary>A panel as the rules read it.</summary>
/// <param name="Applications">Ids of what it scores.</param>
/// <param name="Round">The draw that is under way or done, counted from 1.</param>
/// <param name="Commitments">Sealed numbers of this round.</param>
/// <param name="Openings">Opened numbers of this round.</param>
/// <param name="Order">The drawn order; empty before the draw, and where experts are appointed.</param>
/// <param name="Seats">Members now.</param>
/// <param name="DeclaredFor">For which applications each expert has declared, as <c>expert/application</c>: those that stood assigned at the declaration.</param>
/// <param name="Recusals">All recusals, kept over a second draw.</param>
public sealed record PanelState(
    BatchId Batch, string? Industry, ImmutableList<string> Applications, int Round,
    ImmutableList<SeedCommitted> Commitments, bool SnapshotTaken, ImmutableList<SeedOpened> Openings,
    ImmutableList<string> Order, ImmutableList<Seat> Seats, ImmutableHashSet<string> DeclaredFor, ImmutableList<Recusal> Recusals, bool Closed)
{
    /// <summary>Before it was formed.</summary>
    public static readonly PanelState Start = new(default, null, [], 0, [], false, [], [], [], [], [], false);

    /// <summary>Whether experts were called in.</summary>
    public bool CalledIn => Seats.Count > 0;

    /// <summary>Who scores an application now.</summary>
    public IEnumerable<string> ScorersOf(string application) => Seats.Where(s => s.Applications.Contains(application)).Select(s => s.Expert);

    /// <summary>Whether the expert scores the application.</summary>
    public bool Scores(string expert, string application) => Seats.Any(s => s.Expert == expert && s.Applications.Contains(application));

    /// <summary>What the expert scores.</summary>
    public ImmutableList<string> AssignedTo(string expert) => Seats.FirstOrDefault(s => s.Expert == expert)?.Applications ?? [];

    /// <summary>Whether the expert has declared conflicts for the application; one that was assigned later asks for another declaration.</summary>
    public bool HasDeclared(string expert, string application) => DeclaredFor.Contains($"{expert}/{application}");

    /// <summary>Whether the expert has declared for everything assigned.</summary>
    public bool HasDeclared(string expert) => AssignedTo(expert).All(a => HasDeclared(expert, a));

    /// <summary>One event further.</summary>
    public static PanelState Next(PanelState state, object e) => e switch
    {
        PanelFormed f => state with { Batch = f.Batch, Industry = f.Industry, Applications = [.. f.Applications.Select(a => a.Value)], Round = 1 },
        SeedCommitted c => state with { Commitments = state.Commitments.Add(c) },
        PoolSnapshotTaken => state with { SnapshotTaken = true },
        SeedOpened o => state with { Openings = state.Openings.Add(o) },
        PanelDrawn d => state with { Order = [.. d.Result.Order], Seats = Seated(d.Result.Members, d.Result.Assignments) },
        ExpertsAppointed a => state with { Seats = [.. state.Seats, .. Seated(a.Experts, a.Assignments)] },
        DrawAbandoned => state with { Round = state.Round + 1, Commitments = [], SnapshotTaken = false, Openings = [], Order = [], Seats = [] },
        ConflictsDeclared d => state with { DeclaredFor = state.DeclaredFor.Union(state.AssignedTo(d.Expert.Value).Select(a => $"{d.Expert.Value}/{a}")) },
        ExpertRecused r => state.Without(r.Expert.Value, r.Application?.Value),
        ExpertCalledIn c => state.With(c.Expert.Value, [.. c.Applications.Select(a => a.Value)]),
        PanelClosed => state with { Closed = true },
        _ => state,
    };

    private static ImmutableList<Seat> Seated(IReadOnlyList<string> experts, IReadOnlyList<Assignment> assignments) =>
        [.. experts.Select(e => new Seat(e, [.. assignments.Where(a => a.Experts.Contains(e)).Select(a => a.Application)]))];

    private PanelState Without(string expert, string? application) => this with
    {
        Recusals = Recusals.Add(new Recusal(expert, application)),
        Seats = application is null
            ? Seats.RemoveAll(s => s.Expert == expert)
            : [.. Seats.Select(s => s.Expert == expert ? s with { Applications = s.Applications.Remove(application) } : s)],
    };

    private PanelState With(string expert, ImmutableList<string> applications) => this with
    {
        Seats = Seats.Any(s => s.Expert == expert)
            ? [.. Seats.Select(s => s.Expert == expert ? s with { Applications = s.Applications.AddRange(applications) } : s)]
            : Seats.Add(new Seat(expert, applications)),
    };
}
