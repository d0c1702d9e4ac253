using JasperFx.Events;
using Marten;
using Registry.Accounts;
using Registry.Platform.Sealing;

namespace Registry.Platform.Commands;

/// <summary>
/// Where one command is carried out: who gives it, when it arrived, what it is about, and the one transaction it reads and writes in.
/// </summary>
public sealed class Desk
{
    private readonly CancellationToken ct;
    private readonly List<object> messages = [];

    internal Desk(IDocumentSession session, Actor actor, DateTimeOffset now, string? target, IServiceProvider services, CancellationToken ct)
    {
        Session = session;
        Actor = actor;
        Now = now;
        Target = target;
        Services = services;
        this.ct = ct;
    }

    /// <summary>Who gives the command.</summary>
    public Actor Actor { get; }

    /// <summary>The instant at which the whole request had arrived, UTC. A second attempt keeps it.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>The id in the route, or null for a command that makes something.</summary>
    public string? Target { get; }

    /// <summary>The transaction.</summary>
    public IDocumentSession Session { get; }

    /// <summary>Services of the rooms: stored definitions, the calendar, evidence.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Ends with the request.</summary>
    public CancellationToken Cancelled => ct;

    internal string? AnswerId { get; private set; }

    internal long AnswerVersion { get; private set; }

    internal IReadOnlyList<object> Messages => messages;

    /// <summary>Takes the locks. Once in a command, with everything it needs: so all commands take them in one order.</summary>
    public Task HoldAsync(params IEnumerable<Hold> holds)
    {
        if (held)
            throw new InvalidOperationException("A command takes its locks once.");
        held = true;
        return Locks.TakeAsync(Session, holds, ct);
    }

    /// <summary>How long this command waits for a lock at most; then it ends as a conflict, and nothing was recorded.</summary>
    public Task WaitAtMostAsync(TimeSpan longest) =>
        Session.QueryAsync<string>("select set_config('lock_timeout', ?, true)", ct, $"{(int)longest.TotalMilliseconds}ms");

    private bool held;

    /// <summary>Reads whole streams in one round trip, in the order asked for. Those that do not exist are empty.</summary>
    public Task<Timeline[]> ReadAsync(params string[] streams) => Timeline.ReadAsync(Session, streams, ct);

    /// <summary>
    /// The usual course: the command is about one stream. Its version must be the one the giver saw; the decided events go to it.
    /// </summary>
    public Decision Record<TStream>(Timeline timeline, string id, Decision decision) where TStream : class
    {
        if (decision is Decision.Accepted accepted)
        {
            Append<TStream>(timeline, accepted.Events);
            Answer(id, timeline.Version + accepted.Events.Count);
        }
        return decision;
    }

    /// <summary>Appends to a stream that was read under a lock of this command. The store checks the version again.</summary>
    public void Append<TStream>(Timeline timeline, IReadOnlyList<object> events) where TStream : class
    {
        if (events.Count == 0)
            return;
        var appended = timeline.Exists
            ? Session.Events.Append(timeline.Stream, timeline.Version + events.Count, events)
            : Session.Events.StartStream<TStream>(timeline.Stream, events);
        foreach (var e in appended.Events)
        {
            e.Timestamp = Now;
            e.UserName = Actor.Id;
        }
        // The site is due after every public event, whichever room it is of; the command need not think of it.
        if (events.Any(EventBook.IsPublic) && !messages.OfType<PublicHistoryGrew>().Any())
            Send(new PublicHistoryGrew());
    }

    /// <summary>What the answer names: the thing made or changed, and its version now.</summary>
    public void Answer(string id, long version)
    {
        AnswerId = id;
        AnswerVersion = version;
    }

    /// <summary>Records under which version of the definition this command is decided: it goes into every event's metadata.</summary>
    public void UnderDefinition(string hash)
    {
        DefinitionHash = hash;
        Session.SetHeader("definition", hash);
    }

    internal string? DefinitionHash { get; private set; }

    /// <summary>A message that leaves only if the events commit.</summary>
    public void Send(object message) => messages.Add(message);

    /// <summary>A new opaque id: random, so that it tells neither when nor how many.</summary>
    public static string NewId() => Guid.NewGuid().ToString("N");
}
