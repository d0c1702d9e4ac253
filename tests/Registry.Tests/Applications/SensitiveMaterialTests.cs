using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Tests.Files;

namespace Registry.Tests.Applications;

public sealed class SensitiveMaterialTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);
    private static readonly Actor City = Scenario.CityOfficer(Scenario.Jinan), Province = Scenario.Province();
    private static readonly DateOnly Day = new(2025, 5, 20);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_marked_indicator_takes_no_file_and_needs_none_but_the_form_must_say_that_there_is_sensitive_material()
    {
        var (id, clerk) = await scenario.DraftedAsync(await registry.Announce());
        Assert.Equal("sensitive.files-attached", await registry.Refused(clerk, new MarkSensitive("positioning", true), id.Value, Scenario.Open));
        Assert.Equal("evidence.indicator", await registry.Refused(clerk, new MarkSensitive("area", true), id.Value, Scenario.Open));
        await using (var session = registry.Store.QuerySession())
            foreach (var file in (await session.LoadAsync<Draft>(id.Stream, Ct))!.Evidence.Where(e => e.Indicator == "positioning"))
                await registry.Accepted(clerk, new DetachEvidence("positioning", file.Sha256), id.Value, Scenario.Open);
        Assert.Equal("application.evidence-missing", await registry.Refused(clerk, new SubmitApplication(0), id.Value, Scenario.Open));
        await registry.Accepted(clerk, new MarkSensitive("positioning", true), id.Value, Scenario.Open);

        var uploader = new Uploader(registry, id, await Uploader.TokenAsync(registry, clerk));
        Assert.Equal("sensitive.no-files", await uploader.SendAsync(MadeFiles.Pdf("secret"), "涉密.pdf"));
        var undeclared = await registry.Give(clerk, new SubmitApplication(0), id.Value, Scenario.Open);
        Assert.Equal(("sensitive_material", "sensitive.not-declared"), undeclared.Refusal!.Errors.Select(e => (e.Field, e.Code)).Single());
        await DeclareAsync(id, clerk);
        await registry.Accepted(clerk, new SubmitApplication(0), id.Value, Scenario.Open);
        Assert.Equal("application.wrong-stage", await registry.Refused(clerk, new MarkSensitive("positioning", false), id.Value, Scenario.Open));
        await using var reading = registry.Store.QuerySession();
        var submitted = (await reading.Events.FetchStreamAsync(id.Stream, token: Ct)).Select(e => e.Data).OfType<ApplicationSubmitted>().Single();
        Assert.Equal(["positioning"], submitted.Sensitive!);
        Assert.True(submitted.HasSensitive);
    }

    [Fact]
    public async Task Each_city_records_one_hand_over_and_the_province_receipts_the_same_disc()
    {
        var batch = await registry.Announce();
        await scenario.SubmittedAsync(batch);
        Assert.Equal("sensitive.nothing-marked", await registry.Refused(City, new RecordHandOver("鲁密盘〔2025〕3号", Day, 0), batch.Value, Scenario.Open));
        var (id, clerk) = await scenario.DraftedAsync(batch);
        await DeclareAsync(id, clerk);
        await registry.Accepted(clerk, new SubmitApplication(0), id.Value, Scenario.Open);

        Assert.Equal("sensitive.not-handed-over", await registry.Refused(Province, new ReceiveHandOver(Scenario.Jinan, "D-1", Day, 0), batch.Value, Scenario.Open));
        Assert.Equal("sensitive.disc-invalid", await registry.Refused(City, new RecordHandOver("<b>", Day, 0), batch.Value, Scenario.Open));
        Assert.Equal("sensitive.day-wrong", await registry.Refused(City, new RecordHandOver("D-1", Day.AddDays(1), 0), batch.Value, Scenario.Open));
        await registry.Accepted(City, new RecordHandOver("D-2", Day, 0), batch.Value, Scenario.Open);
        await registry.Accepted(City, new RecordHandOver("Ｄ-1", Day, 1), batch.Value, Scenario.Open);
        Assert.Equal("command.stale", await registry.Refused(City, new RecordHandOver("D-3", Day, 1), batch.Value, Scenario.Open));
        Assert.Equal("sensitive.disc-differs", await registry.Refused(Province, new ReceiveHandOver(Scenario.Jinan, "D-2", Day, 2), batch.Value, Scenario.Open));
        Assert.Equal("sensitive.day-wrong", await registry.Refused(Province, new ReceiveHandOver(Scenario.Jinan, "D-1", Day.AddDays(-1), 2), batch.Value, Scenario.Open));
        Assert.Equal("quarantine.same-person", Decided(ReceiveHandOver.Decide(new ReceiveHandOver(Scenario.Jinan, "D-1", Day, 2), batch, "same", new HandOverState(new SensitiveMaterialHandedOver(batch, Scenario.Jinan, "D-1", Day, "same"), false), Scenario.Open)));
        await registry.Accepted(Province, new ReceiveHandOver(Scenario.Jinan, "D-1", Day, 2), batch.Value, Scenario.Open);
        Assert.Equal("sensitive.receipted", await registry.Refused(City, new RecordHandOver("D-4", Day, 3), batch.Value, Scenario.Open));
        Assert.Equal("sensitive.receipted", await registry.Refused(Province, new ReceiveHandOver(Scenario.Jinan, "D-1", Day, 3), batch.Value, Scenario.Open));

        await using var session = registry.Store.QuerySession();
        var card = (await session.LoadAsync<HandOverCard>(HandOver.Stream(batch, Scenario.Jinan), Ct))!;
        var (events, fold) = (await session.Events.FetchStreamAsync(card.Id, token: Ct), new HandOverCardProjection());
        Assert.Equal(card, events.Aggregate((HandOverCard?)null, (c, e) => fold.Evolve(c, card.Id, e)));
        Assert.Equal(("D-1", Day, Day), (card.Disc, card.HandedOver, card.Received));
    }

    [Fact]
    public async Task Abuse_30_the_same_file_of_two_applicants_is_kept_for_each_and_shown_to_officers_and_blocks_nothing()
    {
        var batch = await registry.Announce();
        var (one, _) = await scenario.SubmittedAsync(batch);
        var (other, _) = await scenario.SubmittedAsync(batch);
        using var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var shown = await officer.GetStringAsync($"/api/v1/applications/{one.Value}/look-alikes", Ct);
        Assert.Contains("SameFile", shown, StringComparison.Ordinal);
        Assert.Contains(other.Value, shown, StringComparison.Ordinal);
        var files = registry.Host.Services.GetRequiredService<EvidenceStore>();
        var digest = (await files.PutAsync(one.Value, "%PDF-1.7 demo"u8.ToArray(), Ct)).Sha256;
        await files.DestroyAsync(one.Value, digest, Ct);
        Assert.NotNull(await files.ReadAsync(other.Value, digest, Ct));
    }

    private static string? Decided(Decision decision) => decision is Decision.Refused r ? r.Refusal.Rule.Code : null;

    private async Task DeclareAsync(ApplicationId id, Actor clerk)
    {
        await using var session = registry.Store.QuerySession();
        var draft = (await session.LoadAsync<Draft>(id.Stream, Ct))!;
        var form = System.Text.Json.Nodes.JsonNode.Parse(registry.Host.Services.GetRequiredService<Registry.Platform.Sealing.Vault>().Open(draft.Form!)!)!;
        form["sensitive_material"] = true;
        await registry.Accepted(clerk, new SaveDraft(System.Text.Json.JsonSerializer.SerializeToElement(form), draft.Saves), id.Value, Scenario.Open);
    }
}
