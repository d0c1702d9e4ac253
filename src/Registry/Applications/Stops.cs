using System.Collections.Immutable;
using System.Text.Json.Serialization;
using JasperFx.Events;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>五(三): a ban that came from another application had stopped this one; after that ban had gone, a person let it go on.</summary>
/// <param name="Findings">The findings whose bans had stopped it.</param>
[RecordedAs("application-released")]
public sealed record ApplicationReleased(IReadOnlyList<string> Findings, Sealed Reason);

/// <summary>After a ruling had taken the finding away, a person put the application back to where it stood before the finding ended it.</summary>
/// <param name="Back">Where it stood.</param>
[RecordedAs("application-restored", Public = true)]
public sealed record ApplicationRestored(string Finding, Stage Back, Sealed Reason) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Back;
}

/// <summary>
/// 五(三): what a ban does to the organisation's applications that were filed before it. By the definition they are stopped, until the ban has gone and a person lets
/// them go on; or they go on. Nothing is appended to them when the ban comes: it follows from the two histories.
/// </summary>
/// <param name="FiledOn">The day of the first submission; null before it.</param>
/// <param name="Released">Findings that no longer stop it.</param>
public sealed record Stops(DateOnly? FiledOn, ImmutableHashSet<string> Released)
{
    /// <summary>A ban that stopped the application has gone, and nobody has let it go on.</summary>
    public static readonly Rule Waiting = new("application.stopped", "五(三)", 409);

    /// <summary>Before anything happened.</summary>
    public static readonly Stops Start = new(null, []);

    /// <summary>One event further.</summary>
    public static Stops Next(Stops state, IEvent e) => e.Data switch
    {
        ApplicationSubmitted => state with { FiledOn = state.FiledOn ?? ChinaTime.ToDay(e.Timestamp) },
        ApplicationReleased r => state with { Released = state.Released.Union(r.Findings) },
        ApplicationRestored r => state with { Released = state.Released.Add(r.Finding) },
        _ => state,
    };

    /// <summary>The one question of every gate: why no step passes now for the application with this history, or null if its organisation's bans leave it alone.</summary>
    public static Refusal? Of(Timeline application, Standing standing, CallDefinition definition, DateTimeOffset now) =>
        application.Fold(Start, Next).Check(standing, definition, now);

    /// <summary>Why no step passes for this application now, or null if the bans of its organisation leave it alone.</summary>
    public Refusal? Check(Standing standing, CallDefinition definition, DateTimeOffset now)
    {
        var stopped = definition.FalseMaterial.PendingApplications == PendingApplications.Stopped;
        if (standing.BanOn(ChinaTime.ToDay(now), definition.Programme.Key) is { } ban && (stopped || !FiledBefore(ban)))
            return ApplicationRules.OrganisationBanned.Refuse(("lastDay", ban.LastDay));
        return stopped && StoppedBy(standing, definition).Count > 0 ? Waiting.Refuse() : null;
    }

    /// <summary>Findings whose bans have stopped the application, and still do until somebody lets it go on.</summary>
    public IReadOnlyList<string> StoppedBy(Standing standing, CallDefinition definition) =>
        [.. standing.Bans.Where(b => b.Programme == definition.Programme.Key && FiledBefore(b) && !Released.Contains(b.Finding)).Select(b => b.Finding)];

    /// <summary>Under a ban nothing is filed, so what was filed by its first day was filed before it.</summary>
    private bool FiledBefore(Ban ban) => FiledOn is { } day && day <= ban.FirstDay;
}
