using Alba;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Registry.Accounts;
using Registry.Platform;

namespace Registry.Tests;

/// <summary>One running program with its own data folder, on the given database.</summary>
public sealed class RegistryHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly bool _owner;

    private RegistryHost(IAlbaHost host, string ownerConnectionString, DirectoryInfo folder, bool owner)
    {
        OwnerConnectionString = ownerConnectionString;
        Host = host;
        _folder = folder;
        _owner = owner;
    }

    /// <summary>The program.</summary>
    public IAlbaHost Host { get; }

    /// <summary>Its database as a role that may do anything, as somebody would who changes history by hand.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>Its data folder.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Starts the program on a database of which it is given the owner's connection; it serves as the serving role. <paramref name="adjust"/> may change settings, <paramref name="log"/> the logging; <paramref name="beside"/> is another node whose data folder it shares.</summary>
    public static async Task<RegistryHost> StartAsync(
        string connectionString, Func<RegistrySettings, RegistrySettings>? adjust = null, Action<ILoggingBuilder>? log = null, RegistryHost? beside = null, string? serving = null,
        Action<IServiceCollection>? services = null)
    {
        var folder = beside?._folder ?? Directory.CreateTempSubdirectory("registry-test-");
        var settings = RegistrySettings.For(folder.FullName, serving ?? PostgresFixture.ServingOf(connectionString)) with { Alone = true, Jobs = false, SecondFactor = SecondFactorRule.Nobody };
        settings = adjust?.Invoke(settings) ?? settings;
        if (!PostgresFixture.IsPrepared(connectionString))
            await Registry.Cli.SchemaVerb.ApplyAsync(settings, connectionString, CancellationToken.None);
        var builder = App.Builder(settings);
        builder.Services.Configure<TestServerOptions>(o => o.PreserveExecutionContext = true);
        builder.Logging.ClearProviders();
        log?.Invoke(builder.Logging);
        services?.Invoke(builder.Services);
        return new RegistryHost(await AlbaHost.For(builder, App.Map), connectionString, folder, beside is null);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        if (_owner)
            _folder.Delete(recursive: true);
    }
}
