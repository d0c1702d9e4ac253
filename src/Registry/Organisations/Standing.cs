using System.Collections.Immutable;
using Registry.Platform;

namespace Registry.Organisations;

/// <summary>Marks organisation streams: <c>organisation/&lt;credit code&gt;</c>.</summary>
public sealed class Organisation
{
    /// <summary>The stream of an organisation.</summary>
    public static string Stream(CreditCode code) => $"organisation/{code.Value}";
}

/// <summary>五(三): an organisation may not apply again to this programme (申报限制). First and last day are counted once, here, and stated.</summary>
/// <param name="Finding">Stable id of the finding.</param>
/// <param name="Case">The integrity case it comes from.</param>
/// <param name="Programme">The programme it holds for.</param>
/// <param name="FirstDay">First day it holds: the day of confirmation, never earlier.</param>
/// <param name="LastDay">Last day; the organisation may apply again on the day after.</param>
[RecordedAs("organisation-banned", Public = true)]
public sealed record OrganisationBanned(string Finding, string Case, string Programme, DateOnly FirstDay, DateOnly LastDay);

/// <summary>Where the definition counts the term from service: the decision was served, and the last day counted from there replaces the one counted from confirmation.</summary>
/// <param name="ServedOn">The day of service.</param>
[RecordedAs("ban-term-counted", Public = true)]
public sealed record BanTermCounted(string Finding, DateOnly ServedOn, DateOnly LastDay);

/// <summary>A review or court ruling, named by its number, changed the term of a ban.</summary>
[RecordedAs("ban-term-changed", Public = true)]
public sealed record BanTermChanged(string Finding, string Ruling, DateOnly LastDay, DateOnly DecidedOn);

/// <summary>A review or court ruling, named by its number, rescinded a ban from a day on. It stays in history and is no longer shown anywhere in public.</summary>
[RecordedAs("ban-rescinded", Public = true)]
public sealed record BanRescinded(string Finding, string Ruling, DateOnly DecidedOn);

/// <summary>A last day that a ban had until another replaced it.</summary>
/// <param name="ReplacedOn">From this day on another last day held.</param>
public sealed record EarlierTerm(DateOnly LastDay, DateOnly ReplacedOn);

/// <summary>One ban as it stands.</summary>
/// <param name="LastDay">The last day as it stands now.</param>
/// <param name="RescindedOn">From this day on it does not hold.</param>
public sealed record Ban(string Finding, string Case, string Programme, DateOnly FirstDay, DateOnly LastDay, DateOnly? RescindedOn = null)
{
    /// <summary>Last days that held before a ruling or the service of the decision replaced them, oldest first.</summary>
    public ImmutableList<EarlierTerm> EarlierTerms { get; init; } = [];

    /// <summary>
    /// Whether it holds on this day, for any day: on a past day the term counts that held then, since a ruling works from its own day on.
    /// It ends by the calendar; no job ends it.
    /// </summary>
    public bool HoldsOn(DateOnly day) => FirstDay <= day && day <= LastDayAsOf(day) && (RescindedOn is not { } rescinded || day < rescinded);

    internal Ban Until(DateOnly lastDay, DateOnly from) => this with { LastDay = lastDay, EarlierTerms = EarlierTerms.Add(new(LastDay, from)) };

    private DateOnly LastDayAsOf(DateOnly day) => EarlierTerms.FirstOrDefault(term => day < term.ReplacedOn)?.LastDay ?? LastDay;
}

/// <summary>An organisation's standing: its bans. Read by every later room at every gate.</summary>
public sealed record Standing(ImmutableList<Ban> Bans)
{
    /// <summary>Before anything happened.</summary>
    public static readonly Standing Start = new([]);

    /// <summary>One event further.</summary>
    public static Standing Next(Standing state, object e) => e switch
    {
        OrganisationBanned b => new(state.Bans.Add(new Ban(b.Finding, b.Case, b.Programme, b.FirstDay, b.LastDay))),
        BanTermCounted c => state.With(c.Finding, ban => ban.Until(c.LastDay, c.ServedOn)),
        BanTermChanged c => state.With(c.Finding, ban => ban.Until(c.LastDay, c.DecidedOn)),
        BanRescinded r => state.With(r.Finding, ban => ban with { RescindedOn = r.DecidedOn }),
        _ => state,
    };

    /// <summary>The ban that holds on this day for this programme, the longest if there are several; null if none.</summary>
    public Ban? BanOn(DateOnly day, string programme) =>
        Bans.Where(b => b.Programme == programme && b.HoldsOn(day)).MaxBy(b => b.LastDay);

    private Standing With(string finding, Func<Ban, Ban> change) => new([.. Bans.Select(b => b.Finding == finding ? change(b) : b)]);
}
