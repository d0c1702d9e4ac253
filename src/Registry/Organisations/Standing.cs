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

/// <summary>A review or court ruling, named by its number, changed the term of a ban.</summary>
[RecordedAs("ban-term-changed", Public = true)]
public sealed record BanTermChanged(string Finding, string Ruling, DateOnly LastDay, DateOnly DecidedOn);

/// <summary>A review or court ruling, named by its number, rescinded a ban from a day on. It stays in history and leaves everything public.</summary>
[RecordedAs("ban-rescinded", Public = true)]
public sealed record BanRescinded(string Finding, string Ruling, DateOnly DecidedOn);

/// <summary>One ban as it stands.</summary>
/// <param name="RescindedOn">From this day on it does not hold.</param>
public sealed record Ban(string Finding, string Case, string Programme, DateOnly FirstDay, DateOnly LastDay, DateOnly? RescindedOn = null)
{
    /// <summary>Whether it holds on this day. It ends by the calendar; no job ends it.</summary>
    public bool HoldsOn(DateOnly day) => FirstDay <= day && day <= LastDay && (RescindedOn is not { } rescinded || day < rescinded);
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
        BanTermChanged c => new([.. state.Bans.Select(b => b.Finding == c.Finding ? b with { LastDay = c.LastDay } : b)]),
        BanRescinded r => new([.. state.Bans.Select(b => b.Finding == r.Finding ? b with { RescindedOn = r.DecidedOn } : b)]),
        _ => state,
    };

    /// <summary>The ban that holds on this day for this programme, the longest if there are several; null if none.</summary>
    public Ban? BanOn(DateOnly day, string programme) =>
        Bans.Where(b => b.Programme == programme && b.HoldsOn(day)).MaxBy(b => b.LastDay);
}
