using System.Net;
using System.Net.Http.Json;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Programme;
using Registry.Review;

namespace Registry.Tests.Review;

public sealed class OnSiteCheckTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly DateOnly Day = new(2025, 7, 1);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_is_ordered_with_a_reason_and_recorded_once_it_was_ordered()
    {
        var application = (await scenario.ForReviewAsync(await registry.Announce()))[0];
        Assert.Equal("review.check-not-ordered", await registry.Refused(Scenario.Province(), Record(4), application.Value, Scenario.Reviewing));
        Assert.Equal("reason.missing", await registry.Refused(Scenario.Province(), new OrderOnSiteCheck("", 4), application.Value, Scenario.Reviewing));
        await registry.Accepted(Scenario.Province(), new OrderOnSiteCheck("核实营业收入", 4), application.Value, Scenario.Reviewing);
        Assert.Equal("review.check-ordered-already", await registry.Refused(Scenario.Province(), new OrderOnSiteCheck("核实", 5), application.Value, Scenario.Reviewing));
        Assert.Equal("review.check-day", await registry.Refused(Scenario.Province(), Record(5) with { Day = Day.AddDays(1) }, application.Value, Scenario.Reviewing));
        Assert.Equal("review.check-before-order", await registry.Refused(Scenario.Province(), Record(5) with { Day = Day.AddDays(-1) }, application.Value, Scenario.Reviewing));
        Assert.Equal("review.photo-invalid", await registry.Refused(Scenario.Province(), Record(5) with { Photos = ["x"] }, application.Value, Scenario.Reviewing));
        Assert.Equal("review.photo-missing", await registry.Refused(Scenario.Province(), Record(5) with { Photos = [new string('0', 64)] }, application.Value, Scenario.Reviewing));
        var recorded = await registry.Accepted(Scenario.Province(), Record(5), application.Value, Scenario.Reviewing);
        Assert.Equal(new DateOnly(2025, 7, 4), recorded.Details["reviseBy"]);
    }

    [Fact]
    public void A_photo_counts_like_any_file_and_comes_in_only_for_a_check_that_was_ordered()
    {
        var limits = new FileLimits { FilesOfAccount = 3, OfAccount = 2000 };
        var submitted = Recommendation.Given.Submitted();
        var admitted = submitted with { Filing = submitted.Filing with { Stage = Stage.Admitted } };
        string? Refused(ApplicationFile? file = null, bool ordered = true, string type = FileKinds.Jpeg, UploadDay? today = null, FileState photo = FileState.Missing) =>
            Recommendation.Given.Code(TakeCheckPhoto.Decide(
                new TakeCheckPhoto(Scenario.Digest, 400, type), file ?? admitted, new CheckState(ordered, null, null), limits, today ?? new UploadDay { Id = "one" }, photo, Scenario.Reviewing));
        Assert.Null(Refused(today: new UploadDay { Id = "one", Files = 2, Bytes = 1600 }));
        Assert.Equal("application.wrong-stage", Refused(submitted));
        Assert.Equal("review.check-not-ordered", Refused(ordered: false));
        Assert.Equal("review.photo-kind", Refused(type: FileKinds.Workbook));
        Assert.Equal("evidence.account-full", Refused(today: new UploadDay { Id = "one", Files = 3 }));
        Assert.Equal("evidence.account-full", Refused(today: new UploadDay { Id = "one", Bytes = 1601 }));
        Assert.Equal("evidence.quarantined", Refused(photo: FileState.Withheld));
        Assert.Equal("evidence.destroyed", Refused(photo: FileState.Destroyed));
    }

    [Fact]
    public async Task Photos_go_up_before_the_record_and_come_down_to_the_panel_and_the_office_alone()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDeclaredAsync(batch);
        using var officer = await scenario.SignedInAsync(Roles.ProvincialOfficer);
        var photos = $"/api/v1/applications/{application.Value}/on-site-check/photos";
        Assert.Contains("review.check-not-ordered", await (await UploadAsync(officer, photos, Files.MadeFiles.Jpeg())).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await registry.Accepted(Scenario.Province(), new OrderOnSiteCheck("核实营业收入", 4), application.Value, Scenario.Reviewing);
        var refused = await UploadAsync(officer, photos, "MZ not a photo"u8.ToArray());
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        Assert.Contains("review.photo-kind", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        var photo = Files.MadeFiles.Jpeg();
        Assert.Contains("evidence.damaged", await (await UploadAsync(officer, photos, photo[..^2])).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Contains("evidence.polyglot", await (await UploadAsync(officer, photos, Files.MadeFiles.Jpeg(comment: "<html><body>"u8.ToArray()))).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        var stored = (await (await UploadAsync(officer, photos, photo)).Content.ReadFromJsonAsync<StoredFile>(Ct))!;
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"{photos}/{stored.Sha256}", Ct)).StatusCode);
        await registry.Accepted(Scenario.Province(), Record(5) with { Photos = [stored.Sha256] }, application.Value, Scenario.Reviewing);

        Assert.Equal(photo, await officer.GetByteArrayAsync($"{photos}/{stored.Sha256}", Ct));
        using var city = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        Assert.Equal(HttpStatusCode.Forbidden, (await city.GetAsync($"{photos}/{stored.Sha256}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await UploadAsync(city, photos, photo)).StatusCode);
        var member = (await scenario.MembersAsync(panel))[0];
        using var expert = await scenario.SignedInAsync(member.Actor);
        Assert.Equal(photo, await expert.GetByteArrayAsync($"/api/v1/sheets/{new SheetId(panel, application, member.Id).Value}/evidence/{stored.Sha256}", Ct));
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        var checks = await auditor.GetStringAsync($"/api/v1/applications/{application.Value}/on-site-checks", Ct);
        Assert.Contains("现场情况与申报材料一致", checks, StringComparison.Ordinal);
        Assert.DoesNotContain("张某", checks, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, string path, byte[] content)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "photo.jpg" } };
        return await client.PostAsync(path, form, Ct);
    }

    [Fact]
    public async Task Outside_the_review_no_check_is_ordered()
    {
        var (application, _) = await scenario.SubmittedAsync(await registry.Announce());
        Assert.Equal("application.wrong-stage", await registry.Refused(Scenario.Province(), new OrderOnSiteCheck("核实", 1), application.Value, Scenario.Reviewing));
    }

    [Fact]
    public async Task A_panel_is_not_closed_before_the_check_is_recorded_and_the_term_to_revise_is_over()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelSignedAsync(batch);
        await registry.Accepted(Scenario.Province(), new OrderOnSiteCheck("核实营业收入", 4), application.Value, Scenario.Reviewing);
        Assert.Equal("review.check-open", await CloseAsync(panel, Scenario.Reviewing));
        await registry.Accepted(Scenario.Province(), Record(5), application.Value, Scenario.Reviewing.AddHours(1));
        Assert.Equal("review.revision-open", await CloseAsync(panel, ChinaTime.EndOf(new DateOnly(2025, 7, 4)).AddTicks(-1)));
        Assert.Null(await CloseAsync(panel, ChinaTime.EndOf(new DateOnly(2025, 7, 4))));
    }

    [Fact]
    public async Task A_panel_that_has_signed_again_after_the_check_is_closed_within_the_term()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelSignedAsync(batch);
        await registry.Accepted(Scenario.Province(), new OrderOnSiteCheck("核实营业收入", 4), application.Value, Scenario.Reviewing);
        await registry.Accepted(Scenario.Province(), Record(5), application.Value, Scenario.Reviewing.AddHours(1));
        var rubric = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required().Rubric;
        foreach (var member in await scenario.MembersAsync(panel))
            await scenario.SignedAsync(member.Actor, new SheetId(panel, application, member.Id), Scenario.Lines(rubric, 0.6m), 2, Scenario.Reviewing.AddHours(2));
        Assert.Null(await CloseAsync(panel, Scenario.Reviewing.AddHours(3)));
    }

    private static RecordOnSiteCheck Record(long version) => new(Day, "张某、李某", "现场情况与申报材料一致", [], version);

    private async Task<string?> CloseAsync(PanelId panel, DateTimeOffset at) =>
        (await registry.Give(Scenario.Province(), new ClosePanel("同意。", await scenario.VersionAsync(panel.Stream)), panel.Value, at)).Refusal?.Rule.Code;
}
