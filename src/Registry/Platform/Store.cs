using JasperFx;
using JasperFx.Events;
using JasperFx.Events.Daemon;
using Marten;
using Marten.Events;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Weasel.Core;
using Weasel.Postgresql.Tables;
using Wolverine.Marten;

namespace Registry.Platform;

/// <summary>Marten, set so that nothing is skipped and nothing is lost. A test reads these options back at run time.</summary>
public static class Store
{
    /// <summary>The schema of events and views.</summary>
    public const string Schema = "registry";

    /// <summary>The schema of messages.</summary>
    public const string MessageSchema = "messages";

    /// <summary>Registers the store, its sealing and the key store.</summary>
    /// <param name="services">The program's services.</param>
    /// <param name="settings">Where the database, the keys and the files are.</param>
    /// <param name="views">Each room adds its views.</param>
    public static void AddStore(this IServiceCollection services, RegistrySettings settings, Action<StoreOptions> views)
    {
        var keys = new KeyStore(settings.KeyFolder, settings.MasterKeyFile, settings.LedgerFolder);
        var vault = new Vault(keys);
        services.AddSingleton(keys);
        services.AddSingleton(vault);
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<RegistryClock>();
        services.AddSingleton<TimeProvider>(p => p.GetRequiredService<RegistryClock>());

        services.AddMarten(options =>
        {
            options.Connection(settings.ConnectionString);
            options.DatabaseSchemaName = Schema;
            options.AutoCreateSchemaObjects = settings.OwnsSchema ? AutoCreate.CreateOrUpdate : AutoCreate.None;
            options.DisableNpgsqlLogging = true;
            options.UseSystemTextJsonForSerialization(EnumStorage.AsString, configure: json => Json.Strict(json));
            Configure(options.Events);
            options.Projections.Errors.SkipApplyErrors = false;
            options.Projections.Errors.SkipSerializationErrors = false;
            options.Projections.Errors.SkipUnknownEvents = false;
            options.Storage.ExtendedSchemaObjects.Add(CommitmentTable());
            options.Listeners.Add(new Commitments(vault, Json.Store));
            foreach (var (type, mark) in EventBook.All)
                options.Events.MapEventType(type, mark.Name);
            options.Schema.For<GivenAnswer>().Identity(a => a.Id);
            options.Schema.For<DemoMark>();
            views(options);
        })
        .UseLightweightSessions()
        .AddAsyncDaemon(DaemonMode.HotCold)
        .IntegrateWithWolverine(w => w.MessageStorageSchemaName = MessageSchema);
    }

    private static void Configure(Marten.Events.IEventStoreOptions events)
    {
        events.StreamIdentity = StreamIdentity.AsString;
        events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        events.UseExclusiveLockOnConcurrentAppends = true;
        events.UseMandatoryStreamTypeDeclaration = true;
        events.UseListenNotifyForEventAppends = true;
        events.UseAdvisoryLockTransaction = true;
        events.AutoDiscoverTagTypes = false;
        events.MetadataConfig.EnableAll();
        events.MetadataConfig.UserNameEnabled = true;
    }

    private static Table CommitmentTable()
    {
        var table = new Table($"{Schema}.{Commitments.Table}");
        table.AddColumn<Guid>("event_id").AsPrimaryKey();
        table.AddColumn("subject_salt", "bytea").NotNull();
        table.AddColumn("digests", "bytea").NotNull();
        table.AddColumn("openings", "jsonb").NotNull();
        return table;
    }
}
