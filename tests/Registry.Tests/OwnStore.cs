namespace Registry.Tests;

/// <summary>
/// A program on a database of its own for one class: for tests that write half histories straight into the store, which no page of others could show, and for tests that
/// compare every answer, which must not change because somebody else files something.
/// </summary>
public sealed class OwnStore(PostgresFixture postgres) : IAsyncLifetime
{
    private RegistryHost _host = null!;

    /// <summary>The program.</summary>
    public RegistryFixture Registry { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        Registry = RegistryFixture.On(postgres, _host);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
