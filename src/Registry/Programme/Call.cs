using System.Collections.Immutable;
using JasperFx.Events;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>A batch as the rules read it: its definition as amended, and its deadlines as extended.</summary>
/// <param name="Id">The batch.</param>
/// <param name="Hash">Hash of the definition in force; null before the announcement.</param>
/// <param name="Hashes">Every definition it was ever under.</param>
/// <param name="ExtendedTo">Last day for applications and city reports, where it was extended for all.</param>
/// <param name="CityLastDays">Earlier last days that cities set for their applicants.</param>
/// <param name="FilingEnded">The list for expert review is fixed: nothing can be filed or reported any more.</param>
public sealed record BatchState(BatchId Id, string? Hash, ImmutableList<string> Hashes, DateOnly? ExtendedTo, ImmutableDictionary<string, DateOnly> CityLastDays, bool FilingEnded = false)
{
    /// <summary>Before anything happened.</summary>
    public static BatchState Start(BatchId id) => new(id, null, [], null, ImmutableDictionary<string, DateOnly>.Empty);

    /// <summary>One event further. Events of other rooms leave it as it is.</summary>
    public static BatchState Next(BatchState state, object e) => e switch
    {
        BatchAnnounced a => state with { Hash = a.DefinitionHash, Hashes = state.Hashes.Add(a.DefinitionHash) },
        BatchAmended a => state with { Hash = a.DefinitionHash, Hashes = state.Hashes.Add(a.DefinitionHash) },
        DeadlineExtended x => state with { ExtendedTo = x.LastDay },
        CityDeadlineSet c => state with { CityLastDays = c.Earlier ? state.CityLastDays.SetItem(c.City, c.LastDay) : state.CityLastDays.Remove(c.City) },
        IEndsFiling => state with { FilingEnded = true },
        _ => state,
    };
}

/// <summary>A running call: state and definition together, and the deadlines that follow from both.</summary>
public sealed record Call(BatchState State, CallDefinition Definition)
{
    /// <summary>The batch's id.</summary>
    public BatchId Id => State.Id;

    /// <summary>
    /// When applicants may file: from the opening instant up to, not including, the midnight after the last day, which a city may have set earlier for its own.
    /// 四(二), and the open point whether the day named is included.
    /// </summary>
    public CallWindow ApplicationWindow(string city)
    {
        var window = ProvinceWindow;
        return State.CityLastDays.TryGetValue(city, out var earlier) && earlier < window.LastDay
            ? window with { LastDay = earlier, LastDayIncluded = true }
            : window;
    }

    /// <summary>四(二): when applicants may file where their city set nothing earlier.</summary>
    public CallWindow ProvinceWindow => Extended(Definition.Applications);

    /// <summary>四(二): when cities may recommend and report.</summary>
    public CallWindow ReportWindow => Extended(Definition.CityReports);

    private CallWindow Extended(CallWindow window) =>
        State.ExtendedTo is { } day && day > window.LastDay ? window with { LastDay = day, LastDayIncluded = true } : window;
}

/// <summary>A definition as it was loaded, kept by its hash for as long as any event names it.</summary>
public sealed record StoredDefinition
{
    /// <summary>SHA-256 of the bytes, hexadecimal.</summary>
    public required string Id { get; init; }

    /// <summary>The exact bytes of the file.</summary>
    public required byte[] Content { get; init; }
}
