using System.Text.Json.Nodes;
using Alba;
using Marten;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Tests;

/// <summary>
/// The whole program on a database of its own, started once and shared by all test classes: each announces a batch of its own, so quotas and lists
/// never meet. The clock can be moved for one test's calls without touching another's. A class that needs a store for itself starts a <see cref="RegistryHost"/>.
/// </summary>
public sealed class RegistryFixture(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly SemaphoreSlim Starting = new(1);
    private static RegistryHost? _shared;
    private RegistryHost _host = null!;
    private static int _batches;

    /// <summary>The running program.</summary>
    public IAlbaHost Host => _host.Host;

    /// <summary>Makes databases for programs of a test's own.</summary>
    public PostgresFixture Postgres => postgres;

    /// <summary>The event store.</summary>
    public IDocumentStore Store => Host.Services.GetRequiredService<IDocumentStore>();

    /// <summary>Where the program keeps its files.</summary>
    public string Folder => _host.Folder;

    public async ValueTask InitializeAsync()
    {
        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_shared is null)
            {
                _shared = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
                postgres.Dependents.Push(_shared);
            }
            _host = _shared;
        }
        finally
        {
            Starting.Release();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The same for a host that a class started for itself: timers ask for everything in the store, so they need one of their own.</summary>
    public static RegistryFixture On(PostgresFixture postgres, RegistryHost host) => new(postgres) { _host = host };

    /// <summary>Gives a command as this actor at this instant.</summary>
    public Task<Outcome> Give<T>(Actor actor, T command, string? target = null, DateTimeOffset? at = null, string? key = null) where T : ICommand<T>
    {
        var now = at ?? DateTimeOffset.UtcNow;
        using var moved = RegistryClock.At(now);
        return Host.Services.GetRequiredService<CommandRunner>()
            .RunAsync(actor, target, command, key ?? Guid.NewGuid().ToString("N"), Host.Services.GetRequiredService<RegistryClock>().GetUtcNow(), TestContext.Current.CancellationToken);
    }

    /// <summary>Gives a command that must be accepted.</summary>
    public async Task<Answer> Accepted<T>(Actor actor, T command, string? target = null, DateTimeOffset? at = null, string? key = null) where T : ICommand<T>
    {
        var outcome = await Give(actor, command, target, at, key);
        return outcome.Answer ?? throw new InvalidOperationException(
            $"{T.Spec.Name} was refused: {outcome.Refusal!.Rule.Code} {string.Join(", ", outcome.Refusal.Arguments)} {string.Join(", ", outcome.Refusal.Errors)}");
    }

    /// <summary>Gives a command that must be refused; the code of the refusing rule.</summary>
    public async Task<string> Refused<T>(Actor actor, T command, string? target = null, DateTimeOffset? at = null, string? key = null) where T : ICommand<T>
    {
        var outcome = await Give(actor, command, target, at, key);
        return outcome.Refusal?.Rule.Code ?? throw new InvalidOperationException($"{T.Spec.Name} was accepted");
    }

    /// <summary>Opens an account and sets the person's own password. The actor as the program knows it.</summary>
    public async Task<Actor> OpenAccountAsync(string login, string password, Roles role, string? city = null, string? organisation = null, DateTimeOffset? at = null)
    {
        const string first = "first of two passwords 71";
        var opened = await Accepted(Actor.Job("test"), new OpenAccount(login, first, "张三", role, city, organisation), at: at);
        var actor = new Actor(opened.Id!, role, city, organisation);
        await Accepted(actor, new SetPassword(password, opened.Version, first), opened.Id, at);
        return actor;
    }

    /// <summary>The public site was seen being served once at each of these hours after an instant.</summary>
    public async Task LooksAsync(DateTimeOffset from, params int[] hours)
    {
        foreach (var hour in hours)
            await Registry.Publicity.Availability.SeenAsync(Store, from.AddHours(hour), TestContext.Current.CancellationToken);
    }

    /// <summary>Announces a batch like the second one under a key of its own, changed as the test needs it.</summary>
    public async Task<BatchId> Announce(Action<JsonNode>? change = null, DateTimeOffset? at = null)
    {
        var definition = JsonNode.Parse(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source)!;
        definition["batch"]!["key"] = $"test-{Interlocked.Increment(ref _batches)}";
        change?.Invoke(definition);
        var answer = await Accepted(Actor.Job("test"), new AnnounceBatch(definition.ToJsonString(Json.Api)), at: at);
        return new BatchId(answer.Id!);
    }
}
