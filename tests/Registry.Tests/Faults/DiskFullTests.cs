using System.Net;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Tests.Objections;

namespace Registry.Tests.Faults;

/// <summary>The disk of keys and evidence is full, or the database's is: nothing is acknowledged, nothing half-written stays, and what is sent again is done once.</summary>
public sealed class DiskFullTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_full_disk_nothing_is_acknowledged_nothing_half_written_stays_and_the_same_request_is_done_once_when_there_is_room()
    {
        await using var disk = await SmallDisk.MakeAsync(megabytes: 16);
        await using var host = await RegistryHost.StartAsync(
            await postgres.CreateRegistryAsync(),
            s => RegistrySettings.For(disk.Folder, s.ConnectionString) with { Alone = true, Jobs = false, Files = s.Files with { Limits = s.Files.Limits with { LeastFree = 0 } } });
        var registry = RegistryFixture.On(postgres, host);
        var (notice, _) = await new Scenario(registry).PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice);
        using var client = host.Host.Server.CreateClient();
        using var moved = RegistryClock.At(Scenario.InWindow);

        disk.Fill();
        var (files, events) = (disk.Files(), await EventsAsync(host));
        await RefusedAsync(client, form);
        var evidence = host.Host.Services.GetRequiredService<EvidenceStore>();
        Assert.Equal(FileRules.NoRoom, (await evidence.KeepAsync("owner", [1, 2, 3], NullLogger.Instance, Ct)).Refusal?.Rule);
        Assert.Equal(files, disk.Files());
        Assert.Equal(events, await EventsAsync(host));

        // Room for a key and not for the file: the key may stay, since it opens nothing.
        disk.Free();
        host.Host.Services.GetRequiredService<Registry.Platform.Sealing.KeyStore>().Obtain(EvidenceStore.SubjectOf("owner", EvidenceStore.DigestOf([1, 2, 3])));
        disk.Fill();
        files = disk.Files();
        Assert.Equal(FileRules.NoRoom, (await evidence.KeepAsync("owner", [1, 2, 3], NullLogger.Instance, Ct)).Refusal?.Rule);
        Assert.Equal(files, disk.Files());

        disk.Free();
        var number = await LostReceiptTests.NumberAsync(await SendAsync(client, form));
        Assert.Equal(number, await LostReceiptTests.NumberAsync(await SendAsync(client, form)));
        Assert.Equal(events + 1, await EventsAsync(host));
        Assert.Null((await evidence.KeepAsync("owner", [1, 2, 3], NullLogger.Instance, Ct)).Refusal);

        // The database's own disk: it says so in the middle of the transaction.
        await RunAsync(host, """
            create function public.full() returns trigger language plpgsql as $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
            create trigger disk_full before insert on registry.commitments for each statement execute function public.full();
            """);
        var second = Scenario.Form(notice) with { Facts = "第二件：申报书所列规上企业数量与实际不符。" };
        await RefusedAsync(client, second);
        Assert.Equal(events + 1, await EventsAsync(host));
        await RunAsync(host, "drop trigger disk_full on registry.commitments");
        await LostReceiptTests.NumberAsync(await SendAsync(client, second));
        Assert.Equal(events + 2, await EventsAsync(host));
    }

    private static async Task RefusedAsync(HttpClient client, ObjectionForm form)
    {
        using var answer = await SendAsync(client, form);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (answer.StatusCode, answer.Headers.RetryAfter?.ToString()));
        Assert.Contains("server.unavailable", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, ObjectionForm form)
    {
        using var request = LostReceiptTests.Request(form, form.ReceiptCode);
        return await client.SendAsync(request, Ct);
    }

    private static async Task<long> EventsAsync(RegistryHost host)
    {
        await using var connection = new NpgsqlConnection(host.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand("select count(*) from registry.mt_events where type = 'objection-filed'", connection);
        return (long)(await command.ExecuteScalarAsync(Ct))!;
    }

    private static async Task RunAsync(RegistryHost host, string sql)
    {
        await using var connection = new NpgsqlConnection(host.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }
}
