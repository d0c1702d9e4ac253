using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Recommendation;
using Registry.Tests.Files;

namespace Registry.Tests.Applications;

/// <summary>四(二): the frozen form is printed with its hash, sealed, and comes back as a scan.</summary>
public sealed class SealedCopyTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_scan_of_the_last_submission_s_form_is_filed_and_read_by_those_who_may_see_the_application()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        using var owner = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        var hash = (await ApplicationAsync(owner, id)).GetProperty("submissions")[0].GetProperty("formHash").GetString()!;

        Assert.Equal("sealed-copy.kind", await RefusedAsync(await UploadAsync(owner, id, hash, 1, "<html>"u8.ToArray())));
        Assert.Equal("sealed-copy.other-submission", await RefusedAsync(await UploadAsync(owner, id, new string('0', 64), 1, MadeFiles.Pdf("sealed"))));
        Assert.Equal("command.stale", await RefusedAsync(await UploadAsync(owner, id, hash, 0, MadeFiles.Pdf("sealed"))));
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync(owner, id, hash, 1, MadeFiles.Pdf("sealed"))).StatusCode);

        var filed = (await ApplicationAsync(owner, id)).GetProperty("sealedCopies")[0];
        Assert.Equal((1, hash), (filed.GetProperty("round").GetInt32(), filed.GetProperty("formHash").GetString()!));
        var path = $"/api/v1/applications/{id.Value}/sealed-copies/{filed.GetProperty("sha256").GetString()}";
        using var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        Assert.Equal(MadeFiles.Pdf("sealed"), await officer.GetByteArrayAsync(path, Ct));
        using var elsewhere = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Zibo);
        Assert.Equal(HttpStatusCode.NotFound, (await elsewhere.GetAsync(path, Ct)).StatusCode);
        Assert.Equal(Stage.Submitted, await scenario.StageAsync(id));
    }

    [Fact]
    public async Task Nothing_is_filed_while_the_form_is_with_the_applicant_and_an_old_form_is_none_after_a_correction()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        using var owner = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        var hash = (await ApplicationAsync(owner, id)).GetProperty("submissions")[0].GetProperty("formHash").GetString()!;
        await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan), new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请补充" }, 1), id.Value, Scenario.Open);
        Assert.Equal("application.wrong-stage", await RefusedAsync(await UploadAsync(owner, id, hash, 2, MadeFiles.Pdf("sealed"))));
        await registry.Accepted(clerk, new SubmitApplication(2), id.Value, Scenario.Open);
        Assert.Equal("sealed-copy.other-submission", await RefusedAsync(await UploadAsync(owner, id, hash, 3, MadeFiles.Pdf("sealed"))));
        var second = (await ApplicationAsync(owner, id)).GetProperty("submissions")[1].GetProperty("formHash").GetString()!;
        Assert.Equal("sealed-copy.missing", await registry.Refused(clerk, new FileSealedCopy(second, new string('a', 64), 3, "application/pdf", "扫描.pdf", 3), id.Value, Scenario.Open));
    }

    [Fact]
    public void A_scan_counts_like_any_file_and_one_that_is_withheld_or_destroyed_does_not_come_in_again()
    {
        var limits = new FileLimits { FilesOfApplication = 2, OfApplication = 1000, FilesOfAccount = 3, OfAccount = 2000 };
        var command = new FileSealedCopy("hash", new string('a', 64), 400, "application/pdf", "扫描.pdf", 1);
        string? Refused(UploadDay? today = null, FileState scan = FileState.Kept, int filed = 0, long size = 100)
        {
            var file = Recommendation.Given.Submitted();
            var scans = Enumerable.Range(0, filed).Select(n => new JasperFx.Events.Event<SealedCopyFiled>(
                new SealedCopyFiled(1, "hash", new EvidenceFile(FileSealedCopy.Indicator, $"{n}", size, "application/pdf", Sealed.Of("a.pdf"))))).ToList<JasperFx.Events.IEvent>();
            return Recommendation.Given.Code(FileSealedCopy.Decide(command, file with { Timeline = new Timeline("application/one", scans) }, limits, today ?? new UploadDay { Id = "one" }, scan));
        }
        Assert.Null(Refused(filed: 1, size: 600));
        Assert.Equal("evidence.application-full", Refused(filed: 1, size: 601));
        Assert.Equal("evidence.application-full", Refused(filed: 2));
        Assert.Equal("evidence.account-full", Refused(new UploadDay { Id = "one", Files = 3 }));
        Assert.Equal("evidence.account-full", Refused(new UploadDay { Id = "one", Bytes = 1601 }));
        Assert.Equal("evidence.quarantined", Refused(scan: FileState.Withheld));
        Assert.Equal("evidence.destroyed", Refused(scan: FileState.Destroyed));
        Assert.Equal("sealed-copy.missing", Refused(scan: FileState.Missing));
    }

    [Fact]
    public async Task Scans_are_counted_with_the_account_s_other_files_of_the_day()
    {
        var (id, clerk) = await scenario.SubmittedAsync(await registry.Announce());
        using var owner = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        var hash = (await ApplicationAsync(owner, id)).GetProperty("submissions")[0].GetProperty("formHash").GetString()!;
        await UploadAsync(owner, id, hash, 1, MadeFiles.Pdf("counted"));
        await using var session = registry.Store.QuerySession();
        var filed = (await session.Events.FetchStreamAsync(id.Stream, token: Ct)).Last(e => e.Data is SealedCopyFiled);
        Assert.Equal(1, (await session.LoadAsync<UploadDay>($"{filed.UserName}|2025-05-20", Ct))!.Files);
    }

    private static async Task<JsonElement> ApplicationAsync(HttpClient client, ApplicationId id) =>
        JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync($"/api/v1/applications/{id.Value}", Ct));

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, ApplicationId id, string hash, long version, byte[] content)
    {
        using var moved = RegistryClock.At(Scenario.Open);
        using var body = new MultipartFormDataContent { { new StringContent(hash), "formHash" }, { new StringContent($"{version}"), "version" }, { new ByteArrayContent(content), "file", "扫描.pdf" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/applications/{id.Value}/sealed-copies") { Content = body };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await client.SendAsync(request, Ct);
    }

    private static async Task<string> RefusedAsync(HttpResponseMessage response) =>
        JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(Ct)).GetProperty("code").GetString()!;
}
