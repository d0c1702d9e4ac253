using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Alba;
using JasperFx.Events;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Tests.Objections;

public sealed class PrivacyTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Name = "欧阳隐逸", Contact = "山东某市某路九十九号转交", Facts = "该集群所称国家级平台已经注销";
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateTimeOffset Then = Scenario.InWindow.AddHours(1);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Abuse_41_a_planted_name_stands_nowhere_in_the_database_while_the_clusters_name_is_found()
    {
        var objected = await PlantedAsync();
        var filed = await scenario.LastAsync<ApplicationSubmitted>(objected.Application.Stream);
        Assert.NotEmpty(await TablesHoldingAsync(filed.ClusterName));
        foreach (var secret in new[] { Name, Contact, Facts, objected.Code, ReceiptCode.Normal(objected.Code)! })
            Assert.Empty(await TablesHoldingAsync(secret));
    }

    [Fact]
    public async Task Abuse_39_a_wrong_an_unknown_and_a_malformed_code_read_alike()
    {
        var objected = await PlantedAsync();
        var wrong = objected.Code[..^1] + (objected.Code[^1] == 'A' ? 'B' : 'A');
        var answers = new List<string>();
        foreach (var code in new[] { wrong, ReceiptCode.New(), "x", "" })
        {
            var result = await registry.Host.Scenario(s =>
            {
                s.Get.Url("/api/v1/objections/status");
                s.WithRequestHeader("Receipt-Code", code);
                s.StatusCodeShouldBe(404);
            });
            answers.Add(await result.ReadAsTextAsync());
        }
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task The_code_shows_the_state_and_the_answer_in_any_spelling_and_never_a_proposal()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var concluded = await scenario.ObjectionConcludedAsync(notice, true);
        await registry.Accepted(Officer, new AnswerObjector("经核实，条件符合。", 6), concluded.Objection.Value, Then);
        var status = await StatusAsync(concluded.Code.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant());
        Assert.Equal("Concluded", status.GetProperty("state").GetString());
        Assert.Equal("经核实，条件符合。", status.GetProperty("reply").GetString());
        Assert.DoesNotContain(concluded.Objection.Value, status.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_sealed_is_shown_only_to_the_officer_who_opened_it_and_for_eight_hours()
    {
        var objected = await PlantedAsync();
        Assert.Null(await FileAsync(objected.Objection, Officer, Then));
        Assert.Equal("objection.not-handling", await registry.Refused(Officer, new OpenIdentity("核实事实", 1), objected.Objection.Value, Then));
        await registry.Accepted(Officer, new AssignObjection(1), objected.Objection.Value, Then);
        Assert.Equal("objection.not-handling", await registry.Refused(Scenario.Province(2), new OpenIdentity("核实事实", 2), objected.Objection.Value, Then));
        var answer = await registry.Accepted(Officer, new OpenIdentity("核实事实", 2), objected.Objection.Value, Then);
        Assert.DoesNotContain(Name, JsonSerializer.Serialize(answer, Json.Api), StringComparison.Ordinal);
        var file = await FileAsync(objected.Objection, Officer, Then.AddHours(8).AddMilliseconds(-1));
        Assert.Equal((Name, Contact, Facts), (file!.Name, file.Contact, file.Facts));
        Assert.Null(await FileAsync(objected.Objection, Officer, Then.AddHours(8)));
        Assert.Null(await FileAsync(objected.Objection, Scenario.Province(2), Then));
        Assert.Equal("access.not-this-role", await registry.Refused(Scenario.CityOfficer(Scenario.Jinan), new OpenIdentity("看看", 3), objected.Objection.Value, Then));
    }

    [Fact]
    public async Task An_officer_who_no_longer_handles_it_reads_it_no_longer_and_every_opening_stays_on_record()
    {
        var objected = await PlantedAsync();
        var id = objected.Objection.Value;
        await registry.Accepted(Officer, new AssignObjection(1), id, Then);
        await registry.Accepted(Officer, new OpenIdentity("核实事实", 2), id, Then);
        var colleague = await scenario.OfficerAccountAsync();
        await registry.Accepted(Officer, new AssignObjection(3, colleague.Id), id, Then);
        Assert.Null(await FileAsync(objected.Objection, Officer, Then));
        await registry.Accepted(colleague, new OpenIdentity("接手承办", 4), id, Then);
        Assert.Equal(Name, (await FileAsync(objected.Objection, colleague, Then))!.Name);

        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        var openings = JsonDocument.Parse(await auditor.GetStringAsync("/api/v1/objections/openings", Ct)).RootElement.EnumerateArray()
            .Where(o => o.GetProperty("objection").GetString() == id).Select(o => (o.GetProperty("openedBy").GetString(), o.GetProperty("openedAt").GetDateTimeOffset())).ToList();
        Assert.Equal([(colleague.Id, Then), (Officer.Id, Then)], openings);
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await officer.GetAsync("/api/v1/objections/openings", Ct)).StatusCode);
    }

    [Fact]
    public async Task After_the_term_erasure_leaves_history_and_view_valid_and_nothing_opens_any_more()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice) with { Name = Name };
        var files = registry.Host.Services.GetRequiredService<EvidenceStore>();
        var owner = scenario.Receipts.IdOf(form.ReceiptCode);
        var stored = await files.PutAsync(owner.Value, "%PDF-1.7 evidence"u8.ToArray(), Ct);
        var objected = await scenario.ObjectedAsync(notice, form: form with { Files = [new UploadedFile(stored.Sha256, "证据.pdf")] });
        await registry.Accepted(Officer, new RecordWithdrawal("本人到场确认。", 1), owner.Value, Then);
        await registry.Accepted(Actor.Job("retention"), new EraseObjector(2), owner.Value, ChinaTime.EndOf(new DateOnly(2035, 7, 14)));

        var services = registry.Host.Services;
        await FilerWasErasedHandler.Handle(
                new FilerWasErased(owner.Stream), registry.Store, services.GetRequiredService<Vault>(), services.GetRequiredService<KeyStore>(), files,
                services.GetRequiredService<Registry.Platform.Mail.IMailDoor>(), Ct);
        await using var reading = registry.Store.QuerySession();
        var events = await reading.Events.FetchStreamAsync(owner.Stream, token: Ct);
        Assert.Null(services.GetRequiredService<Vault>().Open(((ObjectionFiled)events[0].Data).Name));
        Assert.Null(await files.ReadAsync(owner.Value, stored.Sha256, Ct));
        Assert.Equal(3, new Timeline(owner.Stream, events).Version);
        Assert.Equal(ObjectionStage.Withdrawn, (await reading.LoadAsync<ObjectionCard>(owner.Stream, Ct))!.Stage);
        Assert.Equal("access.not-found", await registry.Refused(Officer, new OpenIdentity("再看", 3), owner.Value, Then));
        Assert.Equal("Withdrawn", (await StatusAsync(objected.Code)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_complaint_about_an_officer_is_read_by_supervision_only_and_a_report_needs_no_name()
    {
        var (complaint, report) = (ReceiptCode.New(), ReceiptCode.New());
        await registry.Accepted(Actor.Citizen, new FileComplaint(complaint, ComplaintAbout.Officer, "承办人与申报主体有利害关系"), at: Then);
        var first = await registry.Accepted(Actor.Citizen, new FileReport(report, "演示集群", "公示期满后发现材料不实"), at: Then);
        var again = await registry.Accepted(Actor.Citizen, new FileReport(report, "演示集群", "公示期满后发现材料不实"), at: Then.AddHours(1));
        Assert.Equal(first.Details["number"], again.Details["number"]);
        Assert.Equal("objection.code-used", await registry.Refused(Actor.Citizen, new FileReport(report, "演示集群", "另一件事"), at: Then));
        Assert.Equal("objection.code-used", await registry.Refused(Actor.Citizen, new FileReport(report, "演示集群", "公示期满后发现材料不实", "演示举报人"), at: Then));
        Assert.Equal("objection.code-used", await registry.Refused(Actor.Citizen, new FileComplaint(complaint, ComplaintAbout.Expert, "承办人与申报主体有利害关系"), at: Then));
        Assert.Empty(await TablesHoldingAsync("承办人与申报主体有利害关系"));
        var id = scenario.Receipts.Keyed("complaint", ReceiptCode.Normal(complaint)!);
        Assert.Equal("access.not-this-role", await registry.Refused(Officer, new SettleComplaint("已处理", 1), id, Then));
        await registry.Accepted(new Actor("supervisor", Roles.Supervision), new SettleComplaint("已核查，另行安排承办人。", 1), id, Then);
        Assert.Equal("report.settled", await registry.Refused(new Actor("supervisor", Roles.Supervision), new SettleComplaint("再处理", 2), id, Then));
        var status = await registry.Host.Scenario(s =>
        {
            s.Get.Url("/api/v1/reports/status");
            s.WithRequestHeader("Receipt-Code", complaint);
        });
        Assert.Contains("另行安排承办人", await status.ReadAsTextAsync(), StringComparison.Ordinal);
    }

    private async Task<(ObjectionId Objection, ApplicationId Application, string Code)> PlantedAsync()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        return await scenario.ObjectedAsync(notice, form: Scenario.Form(notice) with { Name = Name, Contact = Contact, Facts = Facts });
    }

    private async Task<JsonElement> StatusAsync(string code)
    {
        var result = await registry.Host.Scenario(s =>
        {
            s.Get.Url("/api/v1/objections/status");
            s.WithRequestHeader("Receipt-Code", code);
        });
        return JsonDocument.Parse(await result.ReadAsTextAsync()).RootElement;
    }

    private async Task<ObjectionFileAnswer?> FileAsync(ObjectionId id, Actor actor, DateTimeOffset now)
    {
        await using var session = registry.Store.QuerySession();
        return await ObjectionsRoom.FileAsync(id, new Reading(actor, now, session, registry.Host.Services.GetRequiredService<Vault>(), registry.Host.Services, Ct));
    }

    /// <summary>Every table whose rows hold the text, plain, as a JSON escape or in bytes.</summary>
    private async Task<IReadOnlyList<string>> TablesHoldingAsync(string text)
    {
        await using var connection = (NpgsqlConnection)registry.Store.Storage.Database.CreateConnection();
        await connection.OpenAsync(Ct);
        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')", connection))
        await using (var reader = await list.ExecuteReaderAsync(Ct))
            while (await reader.ReadAsync(Ct))
                tables.Add(reader.GetString(0));
        var escaped = string.Concat(text.Select(c => c < 128 ? c.ToString() : $"\\u{(int)c:x4}"));
        var bytes = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
        var holding = new List<string>();
        foreach (var table in tables)
        {
            await using var search = new NpgsqlCommand(
                $"select count(*) from {table} t where strpos(t::text, @text) > 0 or strpos(lower(t::text), @escaped) > 0 or strpos(t::text, @bytes) > 0", connection)
            {
                Parameters = { new("text", text), new("escaped", escaped.ToLowerInvariant()), new("bytes", bytes) },
            };
            if ((long)(await search.ExecuteScalarAsync(Ct))! > 0)
                holding.Add(table);
        }
        return holding;
    }
}
