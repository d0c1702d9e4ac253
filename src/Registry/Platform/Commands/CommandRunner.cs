using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JasperFx;
using Marten;
using Marten.Exceptions;
using Npgsql;
using Registry.Accounts;
using Registry.Platform.Mail;
using Registry.Platform.Sealing;
using Wolverine.Marten;

namespace Registry.Platform.Commands;

/// <summary>The first answer to a command, kept so that the same key and body get it again.</summary>
public sealed record GivenAnswer
{
    /// <summary>Keyed hash of actor and idempotency key.</summary>
    public required string Id { get; init; }

    /// <summary>Keyed hash of command, target and body.</summary>
    public required string Request { get; init; }

    /// <summary>The answer as JSON, if accepted.</summary>
    public string? Answer { get; init; }

    /// <summary>The code of the refusing rule, if refused.</summary>
    public string? RefusedBy { get; init; }

    /// <summary>The refusal's figures as JSON.</summary>
    public string? Arguments { get; init; }

    /// <summary>The refusal's wrong fields as JSON.</summary>
    public string? Errors { get; init; }

    /// <summary>When the whole request had arrived, UTC.</summary>
    public DateTimeOffset At { get; init; }
}

/// <summary>
/// Carries out every command, whoever gives it: API, page, job, demo or command line. In this order: is the role allowed; was this key answered before;
/// then the command's own locks, reads and rule; then events, commitments, the answer and outgoing messages in one commit.
/// </summary>
public sealed class CommandRunner(IDocumentStore store, KeyStore keys, IServiceProvider services, ILogger<CommandRunner> log)
{
    private static readonly ActivitySource Activities = new("Registry.Commands");
    private readonly byte[] secret = keys.Derive("sdreg/answers/v1");

    /// <summary>Runs a command.</summary>
    /// <param name="actor">Who gives it, with the rights of this moment.</param>
    /// <param name="target">The id in the route, if any.</param>
    /// <param name="command">What was said.</param>
    /// <param name="key">The giver's idempotency key.</param>
    /// <param name="now">When the whole request had arrived.</param>
    /// <param name="ct">Ends with the request.</param>
    public async Task<Outcome> RunAsync<T>(Actor actor, string? target, T command, string key, DateTimeOffset now, CancellationToken ct) where T : ICommand<T>
    {
        using var activity = Activities.StartActivity(T.Spec.Name);
        var outcome = await TryAsync(actor, target, command, key, now, ct);
        var said = outcome switch { { Refusal: { } refusal } => refusal.Rule.Code, { Repeated: true } => "repeated", _ => "accepted" };
        activity?.SetTag("outcome", said);
        Telemetry.Commands.Add(1, new("command", T.Spec.Name), new("outcome", said));
        return outcome;
    }

    private async Task<Outcome> TryAsync<T>(Actor actor, string? target, T command, string key, DateTimeOffset now, CancellationToken ct) where T : ICommand<T>
    {
        if (actor.Barred(T.Spec.Roles) is { } barred)
        {
            log.LogWarning("command {Command} is not for {Role}: refused to {Actor}", T.Spec.Name, actor.Role, actor.Id);
            return Refused(barred);
        }

        var id = Hash($"{actor.Id}\n{key}");
        if (Said(command) is not { } said)
            return Refused(CommandRules.Malformed.Refuse(("what", "Unicode")));
        var request = Hash($"{T.Spec.Name}\n{target}\n{said}");
        try
        {
            return await AttemptAsync(actor, target, command, id, request, now, ct);
        }
        catch (Exception e) when (IsConflict(e))
        {
            log.LogInformation("command {Command} met another one in the store: {Kind}", T.Spec.Name, e.GetType().Name);
            return Refused(CommandRules.Conflict.Refuse());
        }
        catch (EventTooLargeException)
        {
            return Refused(CommandRules.TooLarge.Refuse(("most", Commitments.MostFields)));
        }
        catch (Exception e) when (UnhandledErrors.IsUnstorableText(e))
        {
            return Refused(CommandRules.Malformed.Refuse(("what", "U+0000")));
        }
    }

    /// <summary>The answer that was given to this key before, whatever the body was; null if none. For a script that goes on after an interruption.</summary>
    public async Task<Outcome?> RecallAsync(Actor actor, string key, CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<GivenAnswer>(Hash($"{actor.Id}\n{key}"), ct) is { } given ? Again(given, given.Request) : null;
    }

    private async Task<Outcome> AttemptAsync<T>(Actor actor, string? target, T command, string id, string request, DateTimeOffset now, CancellationToken ct) where T : ICommand<T>
    {
        await using var scope = services.CreateAsyncScope();
        await using var session = store.LightweightSession();
        Describe(session, actor, id);
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [Hold.Changing($"answer/{id}")], ct);
        if (await session.LoadAsync<GivenAnswer>(id, ct) is { } given)
            return Again(given, request);

        var desk = new Desk(session, actor, now, target, scope.ServiceProvider, ct);
        var decision = await T.Handle(command, desk);
        var outcome = decision switch
        {
            Decision.Accepted accepted => new Outcome(new Answer(desk.AnswerId, desk.AnswerVersion, accepted.Details), null),
            Decision.Refused refused => Refused(refused.Refusal),
            _ => throw new InvalidOperationException("A decision accepts or refuses."),
        };
        if (outcome.Answer is not null && await scope.ServiceProvider.GetRequiredService<PublicText>().FaultAsync(session, desk.DefinitionHash, ct) is { } fault)
            outcome = Refused(fault);
        if (outcome.Refusal is not null)
            session.EjectAllPendingChanges();
        else if (await Outbox.RecordAsync(session, scope.ServiceProvider.GetRequiredService<ILetters>(), now, ct))
            desk.Send(new LettersWritten());
        session.Insert(new GivenAnswer
        {
            Id = id,
            Request = request,
            Answer = ToJson(outcome.Answer),
            RefusedBy = outcome.Refusal?.Rule.Code,
            Arguments = ToJson(outcome.Refusal?.Arguments),
            Errors = ToJson(outcome.Refusal?.Errors),
            At = now,
        });
        // Messages only hurry what a serving node looks for by itself. A verb that gives a command serves nothing and has nobody to hand them to.
        if (outcome.Answer is not null && desk.Messages.Count > 0 && services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested)
        {
            var outbox = scope.ServiceProvider.GetRequiredService<IMartenOutbox>();
            outbox.Enroll(session);
            foreach (var message in desk.Messages)
                await outbox.PublishAsync(message);
        }
        await session.SaveChangesAsync(ct);
        return outcome;
    }

    /// <summary>The command as JSON; null when it holds half of a character, which JSON can carry as an escape and nothing can write.</summary>
    private string? Said<T>(T command) where T : ICommand<T>
    {
        try
        {
            return JsonSerializer.Serialize(command, Json.Api);
        }
        catch (JsonException half) when (half.InnerException is InvalidOperationException)
        {
            log.LogWarning("command {Command} cannot be written as JSON: {Kind}", T.Spec.Name, half.InnerException.GetType().Name);
            return null;
        }
    }

    private static void Describe(IDocumentSession session, Actor actor, string key)
    {
        session.LastModifiedBy = actor.Id;
        session.CorrelationId = Activity.Current?.TraceId.ToString() ?? Desk.NewId();
        session.CausationId = Activity.Current?.SpanId.ToString();
        session.SetHeader("role", actor.Role.ToString());
        session.SetHeader("key", key);
        if (actor.OnBehalfOf is { } other)
            session.SetHeader("on-behalf-of", other);
    }

    private static Outcome Again(GivenAnswer given, string request)
    {
        if (given.Request != request)
            return Refused(CommandRules.KeyReused.Refuse());
        if (given.Answer is { } answer)
            return new Outcome(JsonSerializer.Deserialize<Answer>(answer, Json.Api), null, Repeated: true);
        var refusal = new Refusal(RuleBook.Find(given.RefusedBy!), JsonSerializer.Deserialize<Dictionary<string, object?>>(given.Arguments!, Json.Api)!)
        {
            Errors = JsonSerializer.Deserialize<FieldError[]>(given.Errors!, Json.Api)!,
        };
        return new Outcome(null, refusal, Repeated: true);
    }

    private static string? ToJson<T>(T? value) where T : class => value is null ? null : JsonSerializer.Serialize(value, Json.Api);

    private static Outcome Refused(Refusal refusal) => new(null, refusal);

    /// <summary>Keyed, so that a stored hash of a short request cannot be guessed back.</summary>
    private string Hash(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(text)));

    private static bool IsConflict(Exception e) => e is ConcurrencyException or ExistingStreamIdCollisionException or StreamLockedException
        or DocumentAlreadyExistsException
        || e is MartenCommandException { InnerException: PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable } };
}
