using System.Collections.Immutable;
using JasperFx.Events;
using Marten;
using Marten.Events.Aggregation;
using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>What the rules read of an expert.</summary>
/// <param name="Account">The expert's account; null before registration.</param>
/// <param name="StoodDown">The province says: not to be called in.</param>
/// <param name="StoodDownTo">Last day of it; null while open-ended.</param>
/// <param name="Away">The expert says so.</param>
/// <param name="AwayTo">Last day of it; null while open-ended.</param>
/// <param name="ByEither">It was not recorded who said <paramref name="StoodDown"/>, so the expert may lift it too.</param>
public sealed record ExpertState(
    string? Account, ImmutableList<string> Fields, string? Employer, string? City, ImmutableList<string> Interests, bool StoodDown, DateOnly? StoodDownTo,
    bool Away = false, DateOnly? AwayTo = null, bool ByEither = false)
{
    /// <summary>Before registration.</summary>
    public static readonly ExpertState Start = new(null, [], null, null, [], false, null);

    /// <summary>One event further.</summary>
    public static ExpertState Next(ExpertState state, object e) => e switch
    {
        ExpertRegistered r => state with { Account = r.Account, Fields = [.. r.Fields], Employer = r.Employer.Value, City = r.City },
        ExpertMoved m => state with { Employer = m.Employer.Value, City = m.City },
        ExpertFieldsRecognised f => state with { Fields = [.. f.Fields] },
        ExpertStoodDown { Own: true } s => state with { Away = true, AwayTo = s.LastDay },
        ExpertCameBack { Own: true } when !state.ByEither => state with { Away = false, AwayTo = null },
        ExpertCameBack { Own: true } => state with { Away = false, AwayTo = null, StoodDown = false, StoodDownTo = null, ByEither = false },
        ExpertStoodDown s => state with { StoodDown = true, StoodDownTo = s.LastDay, ByEither = s.Own is null },
        ExpertCameBack => state with { StoodDown = false, StoodDownTo = null, ByEither = false },
        InterestDeclared i => state with { Interests = state.Interests.Contains(i.Organisation.Value) ? state.Interests : state.Interests.Add(i.Organisation.Value) },
        _ => state,
    };

    /// <summary>Whether the expert can be called in on this day.</summary>
    public bool AvailableOn(DateOnly day) => Account is not null && (!StoodDown || StoodDownTo < day) && (!Away || AwayTo < day);

    /// <summary>Last day on which the expert cannot be called in, whoever said so; null when there is none, or no end of it is set.</summary>
    public DateOnly? UnavailableTo => StoodDown && StoodDownTo is null || Away && AwayTo is null ? null : StoodDownTo > AwayTo || AwayTo is null ? StoodDownTo : AwayTo;
}

/// <summary>An expert in the pool, as lists and the snapshot of a draw read it.</summary>
public sealed record ExpertView
{
    /// <summary>The expert's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The expert's account.</summary>
    public required string Account { get; init; }

    /// <summary>The name, sealed under the expert's own key.</summary>
    public required Sealed Name { get; init; }

    /// <summary>What the rules read.</summary>
    public required ExpertState State { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }

    /// <summary>The opaque id.</summary>
    public ExpertId Expert => new(Id["expert/".Length..]);
}

/// <summary>Folds <see cref="ExpertView"/>.</summary>
public sealed partial class ExpertViewProjection : SingleStreamProjection<ExpertView, string>
{
    /// <summary>Reads the pool's events only.</summary>
    public ExpertViewProjection()
    {
        IncludeType<ExpertRegistered>();
        IncludeType<ExpertMoved>();
        IncludeType<ExpertFieldsRecognised>();
        IncludeType<ExpertStoodDown>();
        IncludeType<ExpertCameBack>();
        IncludeType<InterestDeclared>();
    }

    /// <inheritdoc />
    public override ExpertView? Evolve(ExpertView? view, string id, IEvent e) => e.Data switch
    {
        ExpertRegistered r => new ExpertView { Id = id, Account = r.Account, Name = r.Name, State = ExpertState.Next(ExpertState.Start, r), Version = 1 },
        _ => view! with { State = ExpertState.Next(view.State, e.Data), Version = view.Version + 1 },
    };
}

/// <summary>Finds experts by their accounts.</summary>
public static class Experts
{
    /// <summary>The expert behind an account, or null.</summary>
    public static Task<ExpertView?> OfAccountAsync(this IQuerySession session, string account, CancellationToken ct) =>
        session.Query<ExpertView>().FirstOrDefaultAsync(e => e.Account == account, ct);

    /// <summary>四(三): the experts a panel can be made of, by id: those whose account is open and an expert's, and those who sit on it already.</summary>
    public static async Task<IReadOnlyList<ExpertView>> PoolAsync(this IQuerySession session, PanelState panel, CancellationToken ct)
    {
        var open = await session.OpenAccountsAsync(ct);
        var seated = panel.Seats.Select(s => s.Expert).ToHashSet();
        return [.. (await session.Query<ExpertView>().OrderBy(e => e.Id).ToListAsync(ct)).Where(e => open.Contains(e.Account) || seated.Contains(e.Expert.Value))];
    }

    /// <summary>Which experts of a drawn order cannot be called in on this day: they stood down or lost their account since the pool was recorded.</summary>
    public static async Task<IReadOnlySet<string>> UnavailableAsync(this IQuerySession session, PanelState panel, DateOnly day, CancellationToken ct)
    {
        var open = await session.OpenAccountsAsync(ct);
        var drawn = await session.LoadManyAsync<ExpertView>(ct, panel.Order.Select(e => new ExpertId(e).Stream));
        return drawn.Where(e => !open.Contains(e.Account) || !e.State.AvailableOn(day)).Select(e => e.Expert.Value).ToHashSet();
    }

    private static async Task<HashSet<string>> OpenAccountsAsync(this IQuerySession session, CancellationToken ct) =>
        [.. (await session.Query<AccountView>().Where(a => a.Role == Roles.Expert && a.State == AccountState.Open).Select(a => a.Id).ToListAsync(ct)).Select(id => id["account/".Length..])];

    /// <summary>Those of the accounts that are experts' already.</summary>
    public static async Task<IReadOnlySet<string>> TakenAccountsAsync(this IQuerySession session, string[] accounts, CancellationToken ct) =>
        (await session.Query<ExpertView>().Where(e => e.Account.IsOneOf(accounts)).Select(e => e.Account).ToListAsync(ct)).ToHashSet();
}
