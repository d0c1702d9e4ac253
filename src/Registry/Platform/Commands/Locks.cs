using System.Security.Cryptography;
using System.Text;
using Marten;

namespace Registry.Platform.Commands;

/// <summary>One thing that a command must hold while it decides: exclusively when it may change it, shared when it only relies on it.</summary>
/// <param name="Name">The name of a stream (<c>application/…</c>) or of a rule's resource (<c>quota/batch/city</c>).</param>
/// <param name="Shared">Others that only rely on it may hold it at the same time.</param>
public readonly record struct Hold(string Name, bool Shared = false)
{
    /// <summary>Relies on it: nobody changes it until the command is done.</summary>
    public static Hold Relying(string name) => new(name, true);

    /// <summary>May change it: alone.</summary>
    public static Hold Changing(string name) => new(name);
}

/// <summary>
/// Rules across streams (a city's quota, one live application per cluster, no step while banned) hold because each command takes
/// PostgreSQL advisory locks, released by its transaction's end, before it reads what it decides on. They are taken in one order, so two commands
/// never wait for each other; a waiting command then reads what the winner has committed. Stream versions guard the append all the same.
/// </summary>
internal static class Locks
{
    public static async Task TakeAsync(IDocumentSession session, IEnumerable<Hold> holds, CancellationToken ct)
    {
        var ordered = holds
            .GroupBy(h => Number(h.Name))
            .Select(g => (Number: g.Key, Shared: g.All(h => h.Shared)))
            .OrderBy(h => h.Number)
            .ToArray();
        if (ordered.Length == 0)
            return;
        await session.QueryAsync<int>(
            "select 1 from (select case when shared then pg_advisory_xact_lock_shared(number) else pg_advisory_xact_lock(number) end from unnest(?, ?) as held(number, shared)) as taken",
            ct, ordered.Select(h => h.Number).ToArray(), ordered.Select(h => h.Shared).ToArray());
    }

    private static long Number(string name) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
