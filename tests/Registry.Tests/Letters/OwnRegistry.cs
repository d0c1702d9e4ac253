using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Platform.Mail;
using Wolverine.Tracking;

namespace Registry.Tests.Letters;

/// <summary>A registry on a database of its own with a mail server beside it, and a second node on the same database and data folder.</summary>
public sealed class OwnRegistry(PostgresFixture postgres) : IAsyncLifetime
{
    /// <summary>Its test classes run one after the other: timers ask for everything in the store.</summary>
    public const string Name = "a registry of its own";

    private RegistryHost _first = null!, _second = null!;

    /// <summary>The mail server that both nodes speak to.</summary>
    internal TestMailServer Mail { get; } = new();

    /// <summary>The first node.</summary>
    public RegistryFixture Registry { get; private set; } = null!;

    /// <summary>Both nodes' services.</summary>
    public IServiceProvider[] Nodes => [_first.Host.Services, _second.Host.Services];

    /// <summary>Does something and waits until both nodes have handled every message that came of it.</summary>
    public Task HandledAsync(Func<Task> act) =>
        _first.Host.TrackActivity(TimeSpan.FromMinutes(1)).AlsoTrack(_second.Host).ExecuteAndWaitAsync((Func<Wolverine.IMessageContext, Task>)(_ => act()));

    public async ValueTask InitializeAsync()
    {
        var database = await postgres.CreateRegistryAsync();
        var mail = new MailSettings { Server = new Uri($"smtp://127.0.0.1:{Mail.Port}"), From = "registry@demo.example", Address = new Uri("https://registry.demo.example/") };
        _first = await RegistryHost.StartAsync(database, s => s with { Mail = mail });
        _second = await RegistryHost.StartAsync(database, s => s with { Mail = mail }, beside: _first);
        Registry = RegistryFixture.On(postgres, _first);
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        await _first.DisposeAsync();
        await Mail.DisposeAsync();
    }

    /// <summary>A service of a node.</summary>
    public T Service<T>(int node = 0) where T : notnull => Nodes[node].GetRequiredService<T>();

    /// <summary>Every letter about a stream.</summary>
    public async Task<IReadOnlyList<Letter>> LettersAboutAsync(string stream)
    {
        await using var session = Registry.Store.QuerySession();
        return await session.Query<Letter>().Where(l => l.About == stream).OrderBy(l => l.WrittenAt).ThenBy(l => l.Id).ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>One letter as it stands now.</summary>
    public async Task<Letter> LetterAsync(string id)
    {
        await using var session = Registry.Store.QuerySession();
        return (await session.LoadAsync<Letter>(id, TestContext.Current.CancellationToken))!;
    }
}

/// <summary>The classes that share it.</summary>
[CollectionDefinition(OwnRegistry.Name)]
public sealed class OwnRegistryCollection : ICollectionFixture<OwnRegistry>;
