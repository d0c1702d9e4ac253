using Marten;
using Registry.Accounts;

namespace Registry.Platform.Commands;

/// <summary>That somebody had sealed values opened: who, when, with which question, and whose. What was read is not kept.</summary>
public sealed record SensitiveReading
{
    /// <summary>Its own id.</summary>
    public Guid Id { get; init; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string Actor { get; init; }

    /// <summary>In which role.</summary>
    public Roles Role { get; init; }

    /// <summary>Name of the query.</summary>
    public required string Query { get; init; }

    /// <summary>Names of the keys under which the opened values were sealed: the streams they are about.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>The request.</summary>
    public string? Request { get; init; }
}

/// <summary>Keeps a record of every query that opened something sealed, whoever asked it and over which way: API and pages both pass here.</summary>
public static class SensitiveReadings
{
    /// <summary>Most subjects that one record names; a longer list is cut, and its length tells so.</summary>
    private const int MostSubjects = 1000;

    /// <summary>
    /// Writes the record before the answer leaves, so nobody reads without a trace. An applicant who reads what is its own, and a person who reads their own
    /// messages, is no reader of somebody else's data.
    /// </summary>
    public static async Task RecordAsync(QuerySpec spec, Reading reading)
    {
        if (reading.Opened.Count == 0 || reading.Actor.Role is Roles.Applicant or Roles.Public)
            return;
        await using var session = reading.Services.GetRequiredService<IDocumentStore>().LightweightSession();
        session.Insert(new SensitiveReading
        {
            Id = Guid.NewGuid(),
            At = reading.Now,
            Actor = reading.Actor.Id,
            Role = reading.Actor.Role,
            Query = spec.Name,
            Subjects = [.. reading.Opened.Order(StringComparer.Ordinal).Take(MostSubjects)],
            Request = System.Diagnostics.Activity.Current?.TraceId.ToString(),
        });
        await session.SaveChangesAsync(reading.Cancelled);
    }
}
