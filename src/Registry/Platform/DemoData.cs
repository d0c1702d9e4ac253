using Marten;

namespace Registry.Platform;

/// <summary>That this store holds the demo. Set before its first step and never taken away.</summary>
public sealed record DemoMark
{
    /// <summary>Always the same: there is one demo.</summary>
    public const string Key = "demo";

    /// <summary>The key.</summary>
    public string Id { get; init; } = Key;

    /// <summary>When it was played to its end, UTC; null until then.</summary>
    public DateTimeOffset? PlayedAt { get; init; }
}

/// <summary>
/// Whether what is shown is the demo's. The store answers, not the way the program was started: a site built beside the server, or a later start
/// without the demo, shows the same invented clusters and has to say so as well.
/// </summary>
public sealed class DemoData(IDocumentStore store, RegistrySettings settings)
{
    private volatile bool present = settings.Demo;

    /// <summary>Whether every page has to say 演示数据.</summary>
    public async ValueTask<bool> IsPresentAsync(CancellationToken ct)
    {
        if (present)
            return true;
        await using var session = store.QuerySession();
        return present = await session.LoadAsync<DemoMark>(DemoMark.Key, ct) is not null;
    }
}
