using System.Text;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Accounts;
using Registry.Applications;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;
using Registry.Tests.Files;

namespace Registry.Tests.Applications;

public sealed class QuarantineTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);
    private static readonly Actor City1 = Scenario.CityOfficer(Scenario.Jinan), City2 = Scenario.CityOfficer(Scenario.Jinan, 2), Province = Scenario.Province();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private T Service<T>() where T : notnull => registry.Host.Services.GetRequiredService<T>();

    private static QuarantineCard Card(QuarantineStatus status, string by = "one", string? confirmed = null) => new()
    {
        Id = "quarantine/q", Application = "a", City = Scenario.Jinan, Organisation = "o", Place = "positioning", Digest = "d", By = by, ConfirmedBy = confirmed, Status = status,
    };

    private static string? Refused(Decision decision) => decision is Decision.Refused r ? r.Refusal.Rule.Code : null;

    [Fact]
    public void Every_step_needs_another_person_than_the_one_before_and_follows_on_the_right_one()
    {
        Assert.Equal("quarantine.same-person", Refused(ConfirmQuarantine.Decide(Card(QuarantineStatus.Withheld), "one")));
        Assert.Null(Refused(ConfirmQuarantine.Decide(Card(QuarantineStatus.Withheld), "two")));
        Assert.Equal("quarantine.same-person", Refused(LiftQuarantine.Decide(new LiftQuarantine("误报", 1), Card(QuarantineStatus.Withheld), "one")));
        Assert.Equal("quarantine.same-person", Refused(LiftQuarantine.Decide(new LiftQuarantine("误报", 1), Card(QuarantineStatus.Confirmed, confirmed: "two"), "two")));
        Assert.Equal("reason.missing", Refused(LiftQuarantine.Decide(new LiftQuarantine(" ", 1), Card(QuarantineStatus.Withheld), "two")));
        Assert.Equal("quarantine.same-person", Refused(DestroyMaterial.Decide(Card(QuarantineStatus.Confirmed, confirmed: "two"), "two")));
        Assert.Null(Refused(DestroyMaterial.Decide(Card(QuarantineStatus.Confirmed, confirmed: "two"), "one")));
        foreach (var status in new[] { QuarantineStatus.Withheld, QuarantineStatus.Lifted, QuarantineStatus.Ordered, QuarantineStatus.Destroyed })
            Assert.Equal("quarantine.wrong-step", Refused(DestroyMaterial.Decide(Card(status), "three")));
        foreach (var status in new[] { QuarantineStatus.Lifted, QuarantineStatus.Ordered, QuarantineStatus.Destroyed })
            Assert.Equal("quarantine.wrong-step", Refused(LiftQuarantine.Decide(new LiftQuarantine("误报", 1), Card(status), "three")));
        Assert.Equal("quarantine.wrong-step", Refused(RecordDestruction.Decide(Card(QuarantineStatus.Confirmed))));
    }

    [Fact]
    public async Task Only_what_is_in_the_application_can_be_withheld_by_those_who_reach_it_and_only_once()
    {
        var (id, _) = await scenario.SubmittedAsync(await registry.Announce());
        Assert.Equal("access.not-found", await registry.Refused(Scenario.CityOfficer(Scenario.Zibo), new QuarantineMaterial(null, "positioning", null, "涉敏"), id.Value));
        foreach (var nothing in new[] { new QuarantineMaterial(null, null, null, "涉敏"), new("a", "positioning", null, "涉敏"), new(new string('f', 64), null, null, "涉敏"), new(null, "revenue_digital_above_size", null, "涉敏"), new(null, "contact_name", null, "涉敏"), new(null, null, 1, "涉敏"), new(null, null, 9, "涉敏") })
            Assert.Equal("quarantine.no-such-material", await registry.Refused(City1, nothing, id.Value));
        Assert.Equal("reason.missing", await registry.Refused(City1, new QuarantineMaterial(null, "positioning", null, ""), id.Value));
        await registry.Accepted(City1, new QuarantineMaterial(null, "positioning", null, "涉敏"), id.Value);
        Assert.Equal("quarantine.already", await registry.Refused(City2, new QuarantineMaterial(null, "positioning", null, "涉敏"), id.Value));
    }

    [Fact]
    public async Task A_withheld_text_and_file_are_read_by_nobody_at_once_and_by_everybody_again_once_another_person_lifts_it()
    {
        var (id, digest) = await WithSecretsAsync("先封存", "file to be lifted");
        var text = await registry.Accepted(City1, new QuarantineMaterial(null, "positioning", null, "涉敏"), id.Value);
        var file = await registry.Accepted(City1, new QuarantineMaterial(digest, null, null, "涉敏"), id.Value);
        foreach (var reader in new[] { City1, City2, Province, Scenario.Integrity(), new Actor("auditor", Roles.Auditor) })
        {
            var seen = await ReadAsync(id, reader, digest);
            Assert.DoesNotContain("先封存", seen.Application, StringComparison.Ordinal);
            Assert.Contains("\"withheld\":{\"positioning\":{\"destroyed\":false}}", seen.Application, StringComparison.Ordinal);
            Assert.Equal((423, "evidence.quarantined"), (seen.Status, seen.Code));
        }
        Assert.Equal("quarantine.same-person", await registry.Refused(City1, new LiftQuarantine("误报", 1), text.Id!));
        await registry.Accepted(City2, new LiftQuarantine("误报", 1), text.Id!);
        await registry.Accepted(Province, new LiftQuarantine("误报", 1), file.Id!);
        await Service<QuarantineUpkeep>().AlignAsync(text.Id!, Ct);
        await Service<QuarantineUpkeep>().AlignAsync(file.Id!, Ct);
        var again = await ReadAsync(id, City2, digest);
        Assert.Contains("先封存", again.Application, StringComparison.Ordinal);
        Assert.Equal(200, again.Status);
    }

    [Fact]
    public async Task Two_persons_destroy_a_text_and_a_file_everywhere_and_reason_time_and_digest_remain()
    {
        const string text = "绝密项目代号甲乙丙丁", file = "planted bytes of a sensitive file";
        var (id, digest) = await WithSecretsAsync(text, file);
        Assert.NotEmpty(await TablesHoldingAsync(await ClusterAsync(id)));
        var clerk = await ClerkAsync(id);
        await registry.Accepted(City1, new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请改写" }, 1), id.Value, Scenario.Open);
        var quarantines = new[]
        {
            (await registry.Accepted(City1, new QuarantineMaterial(null, "positioning", null, "含涉密内容"), id.Value)).Id!,
            (await registry.Accepted(City1, new QuarantineMaterial(digest, null, null, "含涉密内容"), id.Value)).Id!,
            (await registry.Accepted(City1, new QuarantineMaterial(null, null, 2, "退回意见复述了内容"), id.Value)).Id!,
        };

        // Withheld, but still in the draft: it cannot be handed in again, however it is written.
        await using (var drafts = registry.Store.QuerySession())
        {
            var typed = (await drafts.LoadAsync<Draft>(id.Stream, Ct))!;
            var relaxed = JsonNode.Parse(Service<Vault>().Open(typed.Form!)!)!.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            await registry.Accepted(clerk, new SaveDraft(System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(relaxed), typed.Saves), id.Value, Scenario.Open);
        }
        var held = await registry.Give(clerk, new SubmitApplication(2), id.Value, Scenario.Open);
        Assert.Equal(["quarantine.text-again", "quarantine.file-again"], held.Refusal!.Errors.Select(e => e.Code).Distinct());
        var backup = Copy(Path.Combine(registry.Folder, "keys"));
        foreach (var quarantine in quarantines)
        {
            await registry.Accepted(City2, new ConfirmQuarantine(1), quarantine);
            Assert.Equal("quarantine.same-person", await registry.Refused(City2, new DestroyMaterial(2), quarantine));
            await registry.Accepted(City1, new DestroyMaterial(2), quarantine);
            await Service<QuarantineUpkeep>().AlignAsync(quarantine, Ct);
        }

        await using var session = registry.Store.QuerySession();
        foreach (var quarantine in quarantines)
        {
            var card = (await session.LoadAsync<QuarantineCard>(new QuarantineId(quarantine).Stream, Ct))!;
            Assert.Equal(QuarantineStatus.Destroyed, card.Status);
            Assert.Contains("内容", Service<Vault>().Open(card.Reason!), StringComparison.Ordinal);
            Assert.NotEqual(default, card.At);
            Assert.NotEmpty(card.Digest);
            var events = await session.Events.FetchStreamAsync(card.Id, token: Ct);
            var fold = new QuarantineCardProjection();
            Assert.Equal(Text(card), Text(events.Aggregate((QuarantineCard?)null, (c, e) => fold.Evolve(c, card.Id, e))!));
        }
        var seen = await ReadAsync(id, Province, digest);
        Assert.Equal((410, "evidence.destroyed"), (seen.Status, seen.Code));
        Assert.Contains("\"positioning\":{\"destroyed\":true}", seen.Application, StringComparison.Ordinal);
        await AssertViewsAsync(session, id);

        // Nowhere on the disk in plain, and sealed under no key that is left: neither in the store, nor with a copy of the keys from before.
        var planted = Path.Combine(registry.Folder, "planted");
        await File.WriteAllTextAsync(planted, file, Ct);
        Assert.Equal([planted], FilesHolding(registry.Folder, file));
        File.Delete(planted);
        Assert.Empty(FilesHolding(registry.Folder, file));
        Assert.Empty(FilesHolding(registry.Folder, text));
        Assert.Empty(await TablesHoldingAsync(text));
        Assert.False(await Service<EvidenceStore>().HasAsync(id.Value, digest, Ct));
        var events2 = await session.Events.FetchStreamAsync(id.Stream, token: Ct);
        var box = events2.Select(e => e.Data).OfType<ApplicationSubmitted>().Single().Prose["positioning"];
        Assert.Null(Service<Vault>().Open(box));
        Assert.Null(new Vault(new KeyStore(backup, Path.Combine(registry.Folder, "secrets", "master.key"), Path.Combine(registry.Folder, "keys-destroyed"))).Open(box));
        var withoutLedger = new KeyStore(Copy(backup), Path.Combine(registry.Folder, "secrets", "master.key"), Path.Combine(backup, "no-ledger"));
        Assert.Null(new Vault(withoutLedger).Open(box));

        // The other texts, the draft and the application go on.
        Assert.NotNull(Service<Vault>().Open(events2.Select(e => e.Data).OfType<ApplicationSubmitted>().Single().Prose["spatial_layout"]));
        var draft = (await session.LoadAsync<Draft>(id.Stream, Ct))!;
        var form = JsonNode.Parse(Service<Vault>().Open(draft.Form!)!)!.AsObject();
        Assert.False(form.ContainsKey("positioning"));
        Assert.DoesNotContain(draft.Evidence, e => e.Sha256 == digest);
        form["positioning"] = "改写后的定位";
        await registry.Accepted(clerk, new SaveDraft(System.Text.Json.JsonSerializer.SerializeToElement(form), draft.Saves), id.Value, Scenario.Open);
        await registry.Accepted(clerk, new SubmitApplication(2), id.Value, Scenario.Open);
        Assert.Contains("改写后的定位", (await ReadAsync(id, City2, digest)).Application, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restore_of_older_keys_what_history_says_is_withheld_or_destroyed_is_so_again_and_a_mark_without_a_history_is_lifted()
    {
        var (id, digest) = await WithSecretsAsync("恢复演练", "restored");
        var quarantine = (await registry.Accepted(City1, new QuarantineMaterial(digest, null, null, "涉敏"), id.Value)).Id!;
        var keys = Service<KeyStore>();
        keys.Release(EvidenceStore.SubjectOf(id.Value, digest));
        keys.Withhold("test/half-done", "no-such-quarantine");
        Assert.Equal(200, (await ReadAsync(id, City2, digest)).Status);
        await Service<QuarantineUpkeep>().RunAsync(Ct);
        Assert.Equal(423, (await ReadAsync(id, City2, digest)).Status);
        Assert.True(keys.IsWithheld("test/half-done"));
        using (RegistryClock.At(DateTimeOffset.UtcNow.AddHours(2)))
            await Service<QuarantineUpkeep>().RunAsync(Ct);
        Assert.False(keys.IsWithheld("test/half-done"));
        Assert.True(keys.IsWithheld(EvidenceStore.SubjectOf(id.Value, digest)));
        Assert.NotEmpty(quarantine);
    }

    [Fact]
    public async Task Lifting_one_quarantine_releases_nothing_that_a_later_one_of_the_same_file_holds()
    {
        var (id, digest) = await WithSecretsAsync("封存两次", "withheld twice");
        var first = (await registry.Accepted(City1, new QuarantineMaterial(digest, null, null, "涉敏"), id.Value)).Id!;
        await registry.Accepted(City2, new LiftQuarantine("误报", 1), first);
        var second = (await registry.Accepted(City1, new QuarantineMaterial(digest, null, null, "仍涉敏"), id.Value)).Id!;
        await Service<QuarantineUpkeep>().AlignAsync(first, Ct);
        Assert.Equal(423, (await ReadAsync(id, City2, digest)).Status);
        await Service<QuarantineUpkeep>().RunAsync(Ct);
        Assert.Equal(423, (await ReadAsync(id, City2, digest)).Status);
        await registry.Accepted(City2, new LiftQuarantine("误报", 1), second);
        await Service<QuarantineUpkeep>().AlignAsync(second, Ct);
        Assert.Equal(200, (await ReadAsync(id, City2, digest)).Status);
    }

    [Fact]
    public async Task A_text_withheld_in_two_rounds_is_read_again_only_when_both_are_lifted()
    {
        var (id, digest) = await WithSecretsAsync("第一轮文字", "two rounds");
        var first = (await registry.Accepted(City1, new QuarantineMaterial(null, "positioning", null, "涉敏"), id.Value)).Id!;
        await registry.Accepted(City1, new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请改写" }, 1), id.Value, Scenario.Open);
        var clerk = await ClerkAsync(id);
        await using var session = registry.Store.QuerySession();
        var draft = (await session.LoadAsync<Draft>(id.Stream, Ct))!;
        var form = JsonNode.Parse(Service<Vault>().Open(draft.Form!)!)!.AsObject();
        form["positioning"] = "第二轮文字";
        await registry.Accepted(clerk, new SaveDraft(System.Text.Json.JsonSerializer.SerializeToElement(form), draft.Saves), id.Value, Scenario.Open);
        await registry.Accepted(clerk, new SubmitApplication(2), id.Value, Scenario.Open);
        var second = (await registry.Accepted(City1, new QuarantineMaterial(null, "positioning", null, "仍涉敏"), id.Value)).Id!;
        Assert.Equal("quarantine.already", await registry.Refused(City2, new QuarantineMaterial(null, "positioning", null, "涉敏"), id.Value));
        var digests = (await session.LoadAsync<QuarantineCard>(new QuarantineId(first).Stream, Ct))!.Digest;
        Assert.Contains(digests, (await session.LoadAsync<QuarantineCard>(new QuarantineId(second).Stream, Ct))!.Digest, StringComparison.Ordinal);

        await registry.Accepted(City2, new LiftQuarantine("误报", 1), first);
        await Service<QuarantineUpkeep>().AlignAsync(first, Ct);
        await Service<QuarantineUpkeep>().RunAsync(Ct);
        var shown = (await ReadAsync(id, City2, digest)).Application;
        Assert.DoesNotContain("第一轮文字", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("第二轮文字", shown, StringComparison.Ordinal);
        await registry.Accepted(City2, new LiftQuarantine("误报", 1), second);
        await Service<QuarantineUpkeep>().AlignAsync(second, Ct);
        shown = (await ReadAsync(id, City2, digest)).Application;
        Assert.Contains("第一轮文字", shown, StringComparison.Ordinal);
        Assert.Contains("第二轮文字", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mark_of_a_quarantine_that_did_not_come_about_does_not_release_what_an_earlier_one_holds()
    {
        var (id, digest) = await WithSecretsAsync("标记被覆盖", "overwritten mark");
        await registry.Accepted(City1, new QuarantineMaterial(digest, null, null, "涉敏"), id.Value);
        Service<KeyStore>().Withhold(EvidenceStore.SubjectOf(id.Value, digest), "failed-at-its-commit");
        using (RegistryClock.At(DateTimeOffset.UtcNow.AddHours(2)))
            await Service<QuarantineUpkeep>().RunAsync(Ct);
        Assert.Equal(423, (await ReadAsync(id, City2, digest)).Status);
    }

    [Fact]
    public async Task A_draft_s_key_that_a_crash_left_behind_is_destroyed_by_the_next_run()
    {
        var (id, _) = await WithSecretsAsync("崩溃前的草稿", "crash");
        await using var session = registry.Store.LightweightSession();
        var draft = (await session.LoadAsync<Draft>(id.Stream, Ct))!;
        var (vault, old) = (Service<Vault>(), draft.Form!);
        var next = draft with { Generation = draft.Generation + 1 };
        session.Store(next with { Form = vault.Seal(vault.Open(old)!, OwnKeys.OfDraft(next), $"{draft.Id}|draft") });
        await session.SaveChangesAsync(Ct);
        Assert.NotNull(vault.Open(old));
        await Service<QuarantineUpkeep>().RunAsync(Ct);
        Assert.Null(vault.Open(old));
        Assert.NotNull(vault.Open((await session.LoadAsync<Draft>(id.Stream, Ct))!.Form!));
    }

    [Fact]
    public async Task A_quarantine_that_cannot_be_carried_out_holds_up_no_other_and_a_draft_under_the_application_s_key_is_sealed_anew()
    {
        var (damaged, old) = (await OrderedAsync("表单已损坏"), await OrderedAsync("草稿在申报的密钥之下"));
        await using var session = registry.Store.LightweightSession();
        var (broken, early, vault) = ((await session.LoadAsync<Draft>(damaged.Id.Stream, Ct))!, (await session.LoadAsync<Draft>(old.Id.Stream, Ct))!, Service<Vault>());
        session.Store(
            broken with { Form = Sealed.From(broken.Form!.Box! with { At = "elsewhere" }) },
            early with { Form = vault.Seal(vault.Open(early.Form!)!, early.Id, $"{early.Id}|draft") });
        await session.SaveChangesAsync(Ct);

        await Service<QuarantineUpkeep>().RunAsync(Ct);
        Assert.Equal(QuarantineStatus.Ordered, (await session.LoadAsync<QuarantineCard>(damaged.Quarantine.Stream, Ct))!.Status);
        Assert.Equal(QuarantineStatus.Destroyed, (await session.LoadAsync<QuarantineCard>(old.Quarantine.Stream, Ct))!.Status);
        Assert.DoesNotContain("草稿在申报的密钥之下", vault.Open((await session.LoadAsync<Draft>(old.Id.Stream, Ct))!.Form!)!, StringComparison.Ordinal);

        session.Store(broken);
        await session.SaveChangesAsync(Ct);
        await Service<QuarantineUpkeep>().RunAsync(Ct);
        Assert.Equal(QuarantineStatus.Destroyed, (await session.LoadAsync<QuarantineCard>(damaged.Quarantine.Stream, Ct))!.Status);
    }

    /// <summary>A text whose destruction is ordered and not begun: its message never left.</summary>
    private async Task<(ApplicationId Id, QuarantineId Quarantine)> OrderedAsync(string text)
    {
        var (id, _) = await WithSecretsAsync(text, text);
        var quarantine = new QuarantineId((await registry.Accepted(City1, new QuarantineMaterial(null, "positioning", null, "涉敏"), id.Value)).Id!);
        await using var session = registry.Store.LightweightSession();
        session.Events.Append(quarantine.Stream, 3L, new QuarantineConfirmed("two"), new DestructionOrdered("three"));
        await session.SaveChangesAsync(Ct);
        return (id, quarantine);
    }

    /// <summary>A submitted application with a text and a file of its own.</summary>
    private async Task<(ApplicationId Id, string Digest)> WithSecretsAsync(string text, string file)
    {
        var (id, clerk) = await scenario.DraftedAsync(await registry.Announce(), change: f => f["positioning"] = text);
        var stored = await Service<EvidenceStore>().PutAsync(id.Value, Encoding.UTF8.GetBytes(file), Ct);
        await registry.Accepted(clerk, new AttachEvidence("positioning", stored.Sha256, stored.Size, "application/pdf", "涉密规划.pdf"), id.Value, Scenario.Open);
        await registry.Accepted(clerk, new SubmitApplication(0), id.Value, Scenario.Open);
        return (id, stored.Sha256);
    }

    private async Task<(string Application, int Status, string? Code)> ReadAsync(ApplicationId id, Actor reader, string digest)
    {
        var token = await Uploader.TokenAsync(registry, reader);
        var uploader = new Uploader(registry, id, token);
        using var file = await uploader.DownloadAsync(digest);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/applications/{id.Value}");
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        using var answer = await registry.Host.Server.CreateClient().SendAsync(request, Ct);
        return (await answer.Content.ReadAsStringAsync(Ct), (int)file.StatusCode, file.IsSuccessStatusCode ? null : JsonNode.Parse(await file.Content.ReadAsStringAsync(Ct))!["code"]!.GetValue<string>());
    }

    private static async Task AssertViewsAsync(IQuerySession session, ApplicationId id)
    {
        var events = await session.Events.FetchStreamAsync(id.Stream, token: Ct);
        var (cards, files) = (new ApplicationCardProjection(), new SubmittedFilesProjection());
        Assert.Equal(Text((await session.LoadAsync<ApplicationCard>(id.Stream, Ct))!), Text(events.Aggregate((ApplicationCard?)null, (c, e) => cards.Evolve(c, id.Stream, e))!));
        Assert.Equal(Text((await session.LoadAsync<SubmittedFiles>(id.Stream, Ct))!), Text(events.Aggregate((SubmittedFiles?)null, (c, e) => files.Evolve(c, id.Stream, e))!));
    }

    private static string Text<T>(T view) => System.Text.Json.JsonSerializer.Serialize(view, Json.Store);

    private async Task<Actor> ClerkAsync(ApplicationId id)
    {
        await using var session = registry.Store.QuerySession();
        return Scenario.Clerk((await session.LoadAsync<Draft>(id.Stream, Ct))!.Organisation, Scenario.Jinan);
    }

    private async Task<string> ClusterAsync(ApplicationId id)
    {
        await using var session = registry.Store.QuerySession();
        return (await session.LoadAsync<ApplicationCard>(id.Stream, Ct))!.Cluster;
    }

    private static string Copy(string folder)
    {
        var copy = Directory.CreateTempSubdirectory("registry-test-").FullName;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return copy;
    }

    private static List<string> FilesHolding(string folder, string text)
    {
        var sought = Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(f => File.ReadAllBytes(f).AsSpan().IndexOf(sought) >= 0)];
    }

    private async Task<IReadOnlyList<string>> TablesHoldingAsync(string text)
    {
        await using var connection = (NpgsqlConnection)registry.Store.Storage.Database.CreateConnection();
        await connection.OpenAsync(Ct);
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand("select format('%I.%I', table_schema, table_name) from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')", connection))
        await using (var reader = await list.ExecuteReaderAsync(Ct))
            while (await reader.ReadAsync(Ct))
                tables.Add(reader.GetString(0));
        var holding = new List<string>();
        foreach (var table in tables)
        {
            await using var search = new NpgsqlCommand($"select exists(select 1 from {table} t where strpos(t::text, @text) > 0)", connection) { Parameters = { new("text", text) } };
            if ((bool)(await search.ExecuteScalarAsync(Ct))!)
                holding.Add(table);
        }
        return holding;
    }
}
