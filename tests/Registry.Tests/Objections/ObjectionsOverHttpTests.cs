using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform;

namespace Registry.Tests.Objections;

public sealed class ObjectionsOverHttpTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Name = "诸葛不具名";
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_citizen_uploads_and_files_an_officer_opens_and_reads_and_the_city_sees_only_the_officers_wording()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        using var moved = RegistryClock.At(Scenario.InWindow);
        using var citizen = registry.Host.Server.CreateClient();
        var form = Scenario.Form(notice) with { Name = Name };

        using var upload = new MultipartFormDataContent { { new ByteArrayContent(Files.MadeFiles.Pdf("proof")), "file", "证据.pdf" } };
        using var sending = new HttpRequestMessage(HttpMethod.Post, "/api/v1/objections/files") { Content = upload };
        sending.Headers.Add("Receipt-Code", form.ReceiptCode);
        using var answer = await citizen.SendAsync(sending, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        var uploaded = (await answer.Content.ReadFromJsonAsync<UploadedFile>(Json.Api, Ct))!;
        Assert.Equal("证据.pdf", uploaded.Name);
        var receipt = await PostAsync(citizen, "/api/v1/objections", new FileObjection(form with { Evidence = null, Files = [uploaded] }));
        Assert.Equal(HttpStatusCode.OK, receipt.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await citizen.GetAsync("/api/v1/objections", Ct)).StatusCode);

        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        var list = await TextAsync(officer, $"/api/v1/objections?batch={batch.Value}");
        Assert.DoesNotContain(Name, list, StringComparison.Ordinal);
        var id = JsonDocument.Parse(list).RootElement[0].GetProperty("objection").GetString()!;
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/api/v1/objections/{id}/file", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/api/v1/objections/{id}/files/{uploaded.Sha256}", Ct)).StatusCode);
        await PostAsync(officer, $"/api/v1/objections/{id}/assignment", new AssignObjection(1));
        await PostAsync(officer, $"/api/v1/objections/{id}/openings", new OpenIdentity("核实", 2));
        Assert.Contains(Name, await TextAsync(officer, $"/api/v1/objections/{id}/file"), StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(Files.MadeFiles.Pdf("proof")), await TextAsync(officer, $"/api/v1/objections/{id}/files/{uploaded.Sha256}"));
        await PostAsync(officer, $"/api/v1/objections/{id}/acceptance", new AcceptObjection(3));
        await PostAsync(officer, $"/api/v1/objections/{id}/statement-requests", new AskStatement(StatementBy.City, "有人反映企业数量不实，请说明。", new DateOnly(2025, 7, 20), 4));
        await PostAsync(officer, $"/api/v1/objections/{id}/statement-requests", new AskStatement(StatementBy.Applicant, "有人反映企业数量不实，请说明。", new DateOnly(2025, 7, 20), 5));
        Assert.DoesNotContain(Name, await TextAsync(officer, $"/api/v1/objections/{id}"), StringComparison.Ordinal);

        using var city = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        Assert.Equal(HttpStatusCode.Forbidden, (await city.GetAsync($"/api/v1/objections/{id}/file", Ct)).StatusCode);
        var asked = await TextAsync(city, "/api/v1/objections/statement-requests");
        Assert.Contains("企业数量不实", asked, StringComparison.Ordinal);
        Assert.DoesNotContain(Name, asked, StringComparison.Ordinal);
        using var elsewhere = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Zibo);
        Assert.DoesNotContain(id, await TextAsync(elsewhere, "/api/v1/objections/statement-requests"), StringComparison.Ordinal);

        await using var session = registry.Store.QuerySession();
        var organisation = (await session.LoadAsync<Draft>(applications[0].Stream, Ct))!.Organisation.Value;
        using var applicant = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, organisation);
        Assert.Contains(id, await TextAsync(applicant, "/api/v1/objections/statement-requests"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.PostAsync($"/api/v1/objections/{id}/statement-files", Upload("foreign"), Ct)).StatusCode);
        var proof = (await (await applicant.PostAsync($"/api/v1/objections/{id}/statement-files", Upload("statement"), Ct)).Content.ReadFromJsonAsync<UploadedFile>(Json.Api, Ct))!;
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(applicant, $"/api/v1/objections/{id}/statements", new GiveStatement("企业数量属实。", 6, [new UploadedFile(new string('a', 64), "名录.pdf")]))).StatusCode);
        var given = await PostAsync(applicant, $"/api/v1/objections/{id}/statements", new GiveStatement("企业数量属实。", 6, [proof]));
        Assert.Equal(HttpStatusCode.OK, given.StatusCode);
        Assert.Equal(Encoding.UTF8.GetString(Files.MadeFiles.Pdf("statement")), await TextAsync(officer, $"/api/v1/objections/{id}/files/{proof.Sha256}"));
        Assert.Contains(proof.Sha256, await TextAsync(officer, $"/api/v1/objections/{id}"), StringComparison.Ordinal);
        Assert.Contains("企业数量属实", await TextAsync(officer, $"/api/v1/objections/{id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_read_page_by_page_and_nothing_is_on_two_pages_or_on_none()
    {
        using var moved = RegistryClock.At(Scenario.InWindow);
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var filed = new List<string>();
        for (var i = 0; i < 5; i++)
            filed.Add((await scenario.ObjectedAsync(notice)).Objection.Value);
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        var read = new List<string>();
        for (var offset = 0; offset < 6; offset += 2)
            read.AddRange(JsonDocument.Parse(await TextAsync(officer, $"/api/v1/objections?publicity={notice.Value}&size=2&offset={offset}")).RootElement
                .EnumerateArray().Select(o => o.GetProperty("objection").GetString()!));
        Assert.Equal(filed.Order(), read.Order());
        Assert.Equal("[]", await TextAsync(officer, $"/api/v1/objections?publicity={notice.Value}&offset=5"));
        foreach (var wrong in new[] { "offset=-1", "offset=x", "size=0", "size=501", "size=-2" })
            Assert.Equal(HttpStatusCode.BadRequest, (await officer.GetAsync($"/api/v1/objections?{wrong}", Ct)).StatusCode);
    }

    [Fact]
    public async Task What_waits_is_what_has_not_ended_and_whose_objector_has_no_answer_yet()
    {
        using var moved = RegistryClock.At(Scenario.InWindow);
        var batch = await registry.Announce();
        var (notice, _) = await scenario.PublicisedAsync(batch, 2);
        var open = (await scenario.ObjectedAsync(notice, 2)).Objection.Value;
        var concluded = await scenario.ObjectionConcludedAsync(notice, conditionsMet: true);
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        Assert.Equal(new[] { open, concluded.Objection.Value }.Order(), await WaitingAsync());
        await registry.Accepted(Scenario.Province(), new AnswerObjector("经核实，条件符合。", 6), concluded.Objection.Value, Scenario.InWindow.AddDays(1));
        Assert.Equal([open], await WaitingAsync());

        async Task<IEnumerable<string>> WaitingAsync() =>
            JsonDocument.Parse(await TextAsync(officer, $"/api/v1/objections?batch={batch.Value}&waiting=true")).RootElement.EnumerateArray().Select(o => o.GetProperty("objection").GetString()!).Order();
    }

    [Fact]
    public async Task Files_of_the_findings_go_up_from_the_assigned_officer_alone_and_use_up_nobodys_share()
    {
        using var moved = RegistryClock.At(Scenario.InWindow);
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var objection = (await scenario.ObjectedAsync(notice)).Objection;
        var address = $"/api/v1/objections/{objection.Value}/findings-files";
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        using var other = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        using var city = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        Assert.Equal(HttpStatusCode.Forbidden, (await city.PostAsync(address, Upload("findings"), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.PostAsync(address, Upload("findings"), Ct)).StatusCode);
        await PostAsync(officer, $"/api/v1/objections/{objection.Value}/acceptance", new AcceptObjection(1));
        await PostAsync(officer, $"/api/v1/objections/{objection.Value}/assignment", new AssignObjection(2));
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync(address, Upload("findings"), Ct)).StatusCode);

        var uploaded = (await (await officer.PostAsync(address, Upload("findings"), Ct)).Content.ReadFromJsonAsync<UploadedFile>(Json.Api, Ct))!;
        await using var session = registry.Store.QuerySession();
        Assert.Null(await session.LoadAsync<UploadCount>(objection.Value, Ct));
        Assert.Equal(1, (await session.LoadAsync<UploadCount>($"{objection.Value}/findings", Ct))!.Files);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(officer, $"/api/v1/objections/{objection.Value}/findings", new RecordFindings("查阅统计数据。", 3, [uploaded]))).StatusCode);
        Assert.Contains(uploaded.Sha256, await TextAsync(officer, $"/api/v1/objections/{objection.Value}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>", 0, 415, "objection.file-kind")]
    [InlineData("%PDF-1.7", 10 * 1024 * 1024 + 1, 413, "objection.file-too-large")]
    [InlineData("%PDF-1.7", 11 * 1024 * 1024, 413, "objection.file-too-large")]
    public async Task Abuse_27_and_28_a_file_is_known_by_its_content_and_not_too_large(string head, int size, int status, string code)
    {
        var content = Encoding.ASCII.GetBytes(head);
        Array.Resize(ref content, Math.Max(size, content.Length));
        using var citizen = registry.Host.Server.CreateClient();
        using var upload = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "证据.pdf" } };
        using var sending = new HttpRequestMessage(HttpMethod.Post, "/api/v1/objections/files") { Content = upload };
        sending.Headers.Add("Receipt-Code", ReceiptCode.New());
        var answer = await citizen.SendAsync(sending, Ct);
        Assert.Equal((status, code), ((int)answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Abuse_31_markup_in_a_filing_is_inert_and_a_late_filing_is_told_the_way_to_report()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        using var citizen = registry.Host.Server.CreateClient();
        using (RegistryClock.At(Scenario.InWindow))
        {
            var form = Scenario.Form(notice) with { Facts = "<img src=x onerror=alert(1)> {{7*7}} </script>" };
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(citizen, "/api/v1/objections", new FileObjection(form))).StatusCode);
        }
        using var after = RegistryClock.At(Scenario.InWindow.AddDays(10));
        var late = await PostAsync(citizen, "/api/v1/objections", new FileObjection(Scenario.Form(notice)));
        var problem = JsonDocument.Parse(await late.Content.ReadAsStringAsync(Ct)).RootElement;
        Assert.Equal("objection.too-late", problem.GetProperty("code").GetString());
        Assert.Contains("举报", problem.GetProperty("title").GetString(), StringComparison.Ordinal);
    }

    private static MultipartFormDataContent Upload(string content) => new() { { new ByteArrayContent(Files.MadeFiles.Pdf(content)), "file", "名录.pdf" } };

    private static async Task<HttpResponseMessage> PostAsync<T>(HttpClient client, string address, T command)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(JsonSerializer.Serialize(command, Json.Api), Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        return await client.SendAsync(request, Ct);
    }

    private static async Task<string> TextAsync(HttpClient client, string address)
    {
        var response = await client.GetAsync(address, Ct);
        Assert.True(response.IsSuccessStatusCode, $"{address}: {(int)response.StatusCode}");
        return await response.Content.ReadAsStringAsync(Ct);
    }
}
