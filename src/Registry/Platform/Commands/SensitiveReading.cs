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
    public static Task RecordAsync(QuerySpec spec, Reading reading) =>
        RecordAsync(spec.Name, reading.Actor, reading.Now, reading.Services, reading.Opened, reading.Cancelled);

    /// <summary>The same for what is no query, for example a download: <paramref name="subjects"/> are the keys of what was opened, and the stream it is of.</summary>
    public static async Task RecordAsync(string query, Actor actor, DateTimeOffset now, IServiceProvider services, IEnumerable<string> subjects, CancellationToken ct)
    {
        string[] opened = [.. subjects.SelectMany(WithStream).Distinct().Order(StringComparer.Ordinal).Take(MostSubjects)];
        if (opened.Length == 0 || actor.Role is Roles.Applicant or Roles.Public)
            return;
        await using var session = services.GetRequiredService<IDocumentStore>().LightweightSession();
        session.Insert(new SensitiveReading
        {
            Id = Guid.NewGuid(),
            At = now,
            Actor = actor.Id,
            Role = actor.Role,
            Query = query,
            Subjects = opened,
            Request = System.Diagnostics.Activity.Current?.TraceId.ToString(),
        });
        await session.SaveChangesAsync(ct);
    }

    /// <summary>
    /// A key may be of a part of a stream, whose name has two steps or more; the record is found by the stream too. A file's key does not say which stream
    /// the file is of: whoever sends it names the stream besides.
    /// </summary>
    private static IEnumerable<string> WithStream(string key)
    {
        var steps = key.Split('/');
        return steps.Length <= 2 || steps[0] == "evidence" ? [key] : Enumerable.Range(2, steps.Length - 1).Select(length => string.Join('/', steps.Take(length)));
    }
}
