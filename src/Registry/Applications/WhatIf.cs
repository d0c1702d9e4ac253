using System.Runtime.CompilerServices;
using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>One condition that would be judged otherwise.</summary>
/// <param name="Was">The verdict at submission; null where the definition then had no such condition.</param>
/// <param name="WouldBe">The verdict under the other definition.</param>
public sealed record VerdictChange(string Condition, string Clause, Words Title, Verdict? Was, Verdict WouldBe, Words Explanation);

/// <summary>One application judged again.</summary>
/// <param name="Changes">The conditions that would be judged otherwise; none if all stay.</param>
/// <param name="Check">Every verdict under the other definition.</param>
public sealed record WhatIfLine(
    string Application, string Batch, string Cluster, string City, string Industry, IReadOnlyList<VerdictChange> Changes, IReadOnlyList<ConditionVerdict> Check);

/// <summary>How often a condition gets each verdict.</summary>
/// <param name="Was">At submission, by verdict.</param>
/// <param name="WouldBe">Under the other definition, by verdict.</param>
public sealed record VerdictCounts(string Condition, string Clause, Words Title, IReadOnlyDictionary<Verdict, int> Was, IReadOnlyDictionary<Verdict, int> WouldBe);

/// <summary>What another definition would say of the past applications. Nothing is recorded.</summary>
/// <param name="DefinitionVersion">Number of the other definition.</param>
/// <param name="DefinitionHash">Its hash.</param>
/// <param name="Applications">How many were judged: each by its last submission.</param>
/// <param name="Differing">How many of them would be judged otherwise in at least one condition.</param>
/// <param name="Differences">Those, at most <see cref="WhatIf.MostLines"/>, in the order of their submission.</param>
public sealed record WhatIfAnswer(
    string Programme, string Batch, int DefinitionVersion, string DefinitionHash, int Applications, int Differing,
    IReadOnlyList<VerdictCounts> Conditions, IReadOnlyList<WhatIfLine> Differences);

/// <summary>A definition that was ever in force.</summary>
public sealed record DefinitionLine(string Hash, string Programme, string Batch, string Title, int Version);

/// <summary>
/// 三: the same check over all past applications under another definition ("what if"), read-only. Every submission is judged as of its own day, so only the
/// definition differs. Submissions are streamed from the store: two queries, however many there are.
/// </summary>
public static class WhatIf
{
    /// <summary>Most applications that an answer names one by one.</summary>
    public const int MostLines = 1000;

    private const Roles Readers = Roles.ProvincialOfficer | Roles.Auditor;

    private static readonly string Submitted = EventBook.All.Single(e => e.Type == typeof(ApplicationSubmitted)).Mark.Name;

    private static readonly QuerySpec ListDefinitions = new("list-definitions", "/definitions", Readers | Roles.Administrator, "Every definition that was ever in force, by its hash.");

    private static readonly QuerySpec GetWhatIf = new(
        "get-what-if", "/definitions/{id}/what-if", Readers, "The condition check over all past applications under this definition, beside what was judged at submission. Nothing is recorded.")
    {
        Inputs = [new("batch", "Id of the batch whose applications are judged; all batches if left out.")],
    };

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(ListDefinitions, ListAsync).WithTags("Applications");
        api.MapQuery(GetWhatIf, async (http, reading) =>
            await reading.Session.LoadAsync<StoredDefinition>(http.Request.RouteValues["id"]!.ToString()!, reading.Cancelled) is { Id: var hash }
                ? await AnswerAsync(
                    reading.Session, await reading.Services.GetRequiredService<Calls>().DefinitionAsync(reading.Session, hash, reading.Cancelled),
                    http.Request.Query["batch"].ToString() is { Length: > 0 } batch ? batch : null, reading.Cancelled)
                : null).WithTags("Applications");
    }

    /// <summary>The last submission of every application, judged under the definition, one after the other as the store gives them.</summary>
    /// <param name="batch">Only this batch's; null for all.</param>
    public static async IAsyncEnumerable<(WhatIfLine Line, ApplicationSubmitted Submission)> RunAsync(
        IQuerySession session, CallDefinition definition, string? batch, [EnumeratorCancellation] CancellationToken ct)
    {
        // Every round is an event; which one is the last is known from the cards, so that no round has to be kept until the next one is seen.
        var lastRounds = (await session.Query<ApplicationCard>().Where(c => batch == null || c.Batch == batch).Select(c => new { c.Id, c.Round }).ToListAsync(ct))
            .ToDictionary(c => c.Id, c => c.Round);
        await foreach (var e in session.Events.QueryAllRawEvents().Where(e => e.EventTypeName == Submitted).OrderBy(e => e.Sequence).ToAsyncEnumerable(ct))
            if (e.Data is ApplicationSubmitted submission && lastRounds.TryGetValue(e.StreamKey!, out var round) && round == submission.Round)
                yield return (Judge(e, submission, definition), submission);
    }

    /// <summary>The whole answer: counts of all, and the applications that would be judged otherwise.</summary>
    public static async Task<WhatIfAnswer> AnswerAsync(IQuerySession session, CallDefinition definition, string? batch, CancellationToken ct)
    {
        var (was, wouldBe) = (new Dictionary<(string, Verdict), int>(), new Dictionary<(string, Verdict), int>());
        var differences = new List<WhatIfLine>();
        var (applications, differing) = (0, 0);
        await foreach (var (line, submission) in RunAsync(session, definition, batch, ct))
        {
            applications++;
            foreach (var verdict in submission.Check)
                was[(verdict.Condition, verdict.Verdict)] = was.GetValueOrDefault((verdict.Condition, verdict.Verdict)) + 1;
            foreach (var verdict in line.Check)
                wouldBe[(verdict.Condition, verdict.Verdict)] = wouldBe.GetValueOrDefault((verdict.Condition, verdict.Verdict)) + 1;
            if (line.Changes.Count > 0 && ++differing <= MostLines)
                differences.Add(line);
        }
        Dictionary<Verdict, int> Of(Dictionary<(string, Verdict), int> counts, Condition condition) =>
            Enum.GetValues<Verdict>().Where(v => counts.ContainsKey((condition.Id, v))).ToDictionary(v => v, v => counts[(condition.Id, v)]);
        return new WhatIfAnswer(
            definition.Programme.Key, definition.Batch.Key, definition.Version, definition.Hash, applications, differing,
            [.. definition.Applicants.Tests.Concat(definition.Conditions).Select(c => new VerdictCounts(c.Id, c.Clause, c.Title, Of(was, c), Of(wouldBe, c)))], differences);
    }

    private static WhatIfLine Judge(IEvent e, ApplicationSubmitted submission, CallDefinition definition)
    {
        var check = DecisionCheck.Judge(submission, definition, ChinaTime.ToDay(e.Timestamp));
        return new WhatIfLine(
            e.StreamKey!["application/".Length..], submission.Batch.Value, submission.ClusterName, submission.City, submission.Industry,
            [.. check.Select(now => (Now: now, Was: submission.Check.FirstOrDefault(v => v.Condition == now.Condition)?.Verdict)).Where(v => v.Was != v.Now.Verdict)
                .Select(v => new VerdictChange(v.Now.Condition, v.Now.Clause, v.Now.Title, v.Was, v.Now.Verdict, v.Now.Explanation))],
            check);
    }

    private static async Task<IReadOnlyList<DefinitionLine>?> ListAsync(HttpContext http, Reading reading)
    {
        var calls = reading.Services.GetRequiredService<Calls>();
        var lines = new List<DefinitionLine>();
        foreach (var hash in await reading.Session.Query<StoredDefinition>().Select(d => d.Id).ToListAsync(reading.Cancelled))
        {
            var definition = await calls.DefinitionAsync(reading.Session, hash, reading.Cancelled);
            lines.Add(new DefinitionLine(hash, definition.Programme.Key, definition.Batch.Key, definition.Batch.Title.Zh, definition.Version));
        }
        return [.. lines.OrderBy(l => l.Programme, StringComparer.Ordinal).ThenBy(l => l.Batch, StringComparer.Ordinal).ThenBy(l => l.Version)];
    }
}
