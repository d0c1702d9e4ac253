using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Recommendation;

namespace Registry.Tests.Recommendation;

public sealed class CityReportTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor First = Scenario.CityOfficer(Scenario.Jinan), Second = Scenario.CityOfficer(Scenario.Jinan, 2);
    private static readonly ApplicationId One = new("one"), Two = new("two"), Three = new("three");
    private readonly Scenario scenario = new(registry);

    private static Decision Draft(
        string number = "济工信字〔2025〕12号", string? document = null, string? table = null, ApplicationId[]? listed = null, ApplicationId[]? recommended = null,
        CityReportState? report = null, DateTimeOffset? now = null, bool stored = true) =>
        DraftCityReport.Decide(
            new DraftCityReport(number, document ?? Scenario.Digest, table ?? Scenario.Digest, listed ?? [Two, One], 0),
            Given.Call, Scenario.Jinan, "drafter", report ?? Given.NotReported, recommended ?? [One, Two], stored, now ?? Scenario.Open);

    [Fact]
    public void A_draft_is_refused_outside_the_window_and_after_the_report()
    {
        Assert.Equal("recommendation.closed", Draft(now: Given.Closing).Code());
        Assert.Equal("recommendation.not-open-yet", Draft(now: Given.Call.ReportWindow.Opens.AddTicks(-10)).Code());
        Assert.Equal("recommendation.city-reported", Draft(report: Given.Reported).Code());
        Draft(now: Given.LastInstant).Event<CityReportDrafted>();
    }

    [Theory]
    [InlineData("济工信2025年12号")]
    [InlineData("济工信〔25〕12号")]
    [InlineData("济工信〔2025〕012号")]
    [InlineData("〔2025〕12号")]
    [InlineData("济工信〔2025〕12号附件")]
    [InlineData("")]
    public void A_draft_is_refused_without_a_document_number(string number) => Assert.Equal("city-report.number-invalid", Draft(number).Code());

    [Fact]
    public void A_draft_holds_its_document_number_as_it_is_written() =>
        Assert.Equal("济工信〔2025〕12号", Draft("济工信[2025]12号 ").Event<CityReportDrafted>().DocumentNumber);

    [Fact]
    public void A_draft_is_refused_without_the_digests_of_scan_and_sealed_table()
    {
        Assert.Equal("city-report.digest-invalid", Draft(document: "").Code());
        Assert.Equal("city-report.digest-invalid", Draft(table: new string('A', 64)).Code());
        Assert.Equal("city-report.file-missing", Draft(stored: false).Code());
    }

    [Fact]
    public void A_draft_is_refused_unless_it_lists_each_recommended_cluster_once_and_keeps_the_quota()
    {
        Assert.Equal("city-report.nothing-recommended", Draft(listed: [], recommended: []).Code());
        Assert.Equal("city-report.list-differs", Draft(listed: [One]).Code());
        Assert.Equal("city-report.list-differs", Draft(listed: [One, One]).Code());
        Assert.Equal("city-report.list-differs", Draft(listed: [One, Two, Three]).Code());
        Assert.Equal("recommendation.quota-full", Draft(listed: [One, Two, Three, new("four")], recommended: [One, Two, Three, new("four")]).Code());
    }

    [Fact]
    public void The_order_of_the_list_gives_the_ranks()
    {
        var drafted = Draft().Event<CityReportDrafted>();
        Assert.Equal([(Two, 1), (One, 2)], drafted.Clusters.Select(c => (c.Application, c.Rank)));
    }

    [Fact]
    public void Abuse_07_whoever_drafted_the_report_does_not_issue_it()
    {
        var report = CityReportState.Next(CityReportState.Start, new CityReportDrafted(Given.Call.Id, Scenario.Jinan, "济工信〔2025〕12号", Scenario.Digest, Scenario.Digest, [new(One, 1)], "drafter"));
        var file = Given.Submitted(Given.Recommended());
        Decision Issue(string issuer, DateTimeOffset now, params ApplicationFile[] files) =>
            IssueCityReport.Decide(Given.Call, issuer, report, files, [file.Head.Application], now);
        Assert.Equal("city-report.same-person", Issue("drafter", Scenario.Open, file).Code());
        Assert.Equal("recommendation.closed", Issue("issuer", Given.Closing, file).Code());
        Assert.Equal("application.organisation-banned", Issue("issuer", Scenario.Open, file.Banned()).Code());
        Assert.Equal("application.wrong-stage", Issue("issuer", Scenario.Open, Given.Submitted()).Code());
        Assert.Equal("city-report.list-differs", Issue("issuer", Scenario.Open).Code());
        Assert.Equal("city-report.not-drafted", IssueCityReport.Decide(Given.Call, "issuer", CityReportState.Start, [], [], Scenario.Open).Code());
        Issue("issuer", Given.LastInstant, file).Event<CityReported>();
    }

    [Fact]
    public async Task The_report_moves_all_its_clusters_with_their_ranks_and_ends_the_city_s_recommending()
    {
        var batch = await registry.Announce();
        var (a, _) = await scenario.RecommendedAsync(batch);
        var (b, _) = await scenario.RecommendedAsync(batch);
        var (c, _) = await scenario.SubmittedAsync(batch);
        await scenario.DraftedReportAsync(batch, Scenario.Jinan, [b, a]);
        var answer = await registry.Accepted(Second, new IssueCityReport(1), batch.Value, Given.LastInstant);
        Assert.Equal(2, answer.Version);

        Assert.Equal((Stage.Reported, Stage.Reported, Stage.Submitted), (await scenario.StageAsync(a), await scenario.StageAsync(b), await scenario.StageAsync(c)));
        await using var session = registry.Store.QuerySession();
        Assert.Equal(2, (await session.LoadAsync<ApplicationCard>(a.Stream, TestContext.Current.CancellationToken))!.Rank);
        Assert.Equal(1, (await session.LoadAsync<ApplicationCard>(b.Stream, TestContext.Current.CancellationToken))!.Rank);
        Assert.Equal("recommendation.city-reported", await registry.Refused(First, await scenario.RecommendationOfAsync(c), c.Value, Scenario.Open));
        Assert.Equal("application.wrong-stage", await registry.Refused(First, new WithdrawRecommendation("撤回", 3), a.Value, Scenario.Open));
        Assert.Equal("recommendation.city-reported", await registry.Refused(Second, new IssueCityReport(2), batch.Value, Scenario.Open));
        await registry.Accepted(First, new DeclineApplication("名额已满", 1), c.Value, Given.Closing);
    }

    [Fact]
    public void A_scan_counts_like_any_file_and_comes_in_only_before_the_report_is_issued()
    {
        var limits = new FileLimits { FilesOfAccount = 3, OfAccount = 2000 };
        string? Refused(CityReportState? report = null, string type = FileKinds.Pdf, UploadDay? today = null, FileState file = FileState.Missing) =>
            TakeReportFile.Decide(new TakeReportFile(Scenario.Digest, 400, type), report ?? Given.NotReported, limits, today ?? new UploadDay { Id = "one" }, file).Code();
        Assert.Null(Refused(today: new UploadDay { Id = "one", Files = 2, Bytes = 1600 }));
        Assert.Equal("recommendation.city-reported", Refused(Given.Reported));
        Assert.Equal("city-report.scan-kind", Refused(type: FileKinds.Workbook));
        Assert.Equal("evidence.account-full", Refused(today: new UploadDay { Id = "one", Files = 3 }));
        Assert.Equal("evidence.account-full", Refused(today: new UploadDay { Id = "one", Bytes = 1601 }));
        Assert.Equal("evidence.quarantined", Refused(file: FileState.Withheld));
        Assert.Equal("evidence.destroyed", Refused(file: FileState.Destroyed));
    }

    [Fact]
    public async Task A_withheld_scan_is_not_reported_with()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.RecommendedAsync(batch);
        var stream = CityReport.Stream(batch, Scenario.Jinan);
        var scan = await registry.Host.Services.GetRequiredService<EvidenceStore>().PutAsync(stream, Files.MadeFiles.Pdf("withheld"), TestContext.Current.CancellationToken);
        registry.Host.Services.GetRequiredService<Registry.Platform.Sealing.KeyStore>().Withhold(EvidenceStore.SubjectOf(stream, scan.Sha256), "test");
        Assert.Equal("city-report.file-missing", await registry.Refused(First, new DraftCityReport("演工信〔2025〕12号", scan.Sha256, scan.Sha256, [id], 0), batch.Value, Scenario.Open));
    }

    [Fact]
    public async Task A_scan_is_a_picture_or_a_PDF_by_its_content()
    {
        var batch = await registry.Announce();
        using var client = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        async Task<HttpResponseMessage> UploadAsync(byte[] content)
        {
            using var body = new MultipartFormDataContent { { new ByteArrayContent(content), "file", "扫描.pdf" } };
            return await client.PostAsync($"/api/v1/batches/{batch.Value}/city-report/files", body, TestContext.Current.CancellationToken);
        }
        var refused = await UploadAsync("<html>"u8.ToArray());
        Assert.Equal(System.Net.HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        Assert.Contains("city-report.scan-kind", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await UploadAsync(Files.MadeFiles.Pdf("x"))).StatusCode);
    }

    [Fact]
    public async Task A_draft_that_no_longer_fits_what_is_recommended_is_not_issued()
    {
        var batch = await registry.Announce();
        var (a, _) = await scenario.RecommendedAsync(batch);
        var (b, _) = await scenario.RecommendedAsync(batch, rank: 2);
        await scenario.DraftedReportAsync(batch, Scenario.Jinan, [a, b]);
        await registry.Accepted(First, new WithdrawRecommendation("材料有误", 2), b.Value, Scenario.Open);
        Assert.Equal("city-report.list-differs", await registry.Refused(Second, new IssueCityReport(1), batch.Value, Scenario.Open));
        await scenario.DraftedReportAsync(batch, Scenario.Jinan, [a], version: 1);
        Assert.Equal("command.stale", await registry.Refused(Second, new IssueCityReport(1), batch.Value, Scenario.Open));
        await registry.Accepted(Second, new IssueCityReport(2), batch.Value, Scenario.Open);
    }

    [Fact]
    public async Task A_report_issued_while_recommendations_and_withdrawals_run_holds_exactly_what_is_recommended_then()
    {
        var batch = await registry.Announce();
        var ids = await scenario.SubmittedManyAsync(batch, Scenario.Jinan, 50);
        var command = await scenario.RecommendationOfAsync(ids[0]);
        await registry.Accepted(First, command, ids[0].Value, Scenario.Open);
        await scenario.DraftedReportAsync(batch, Scenario.Jinan, [ids[0]]);
        var storm = ids.Skip(1).Select(id => registry.Give(First, command, id.Value, Scenario.Open))
            .Prepend(registry.Give(First, new WithdrawRecommendation("材料有误", 2), ids[0].Value, Scenario.Open)).ToList();
        var issued = registry.Give(Second, new IssueCityReport(1), batch.Value, Scenario.Open);
        await Task.WhenAll([.. storm, issued]);

        await using var session = registry.Store.QuerySession();
        var held = await Marten.QueryableExtensions.ToListAsync(
            session.Query<ApplicationCard>().Where(c => c.Batch == batch.Value && c.Rank != null), TestContext.Current.CancellationToken);
        if ((await issued).Answer is not null)
            Assert.Equal([(ids[0].Value, Stage.Reported)], held.Select(c => (c.Application, c.Stage)));
        else
            Assert.All(held, c => Assert.Equal(Stage.Recommended, c.Stage));
    }
}
