using System.Text;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using PublicSite;
using Registry.Applications;
using Registry.Disclosure;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform;
using Registry.Programme;
using Registry.Recognition;
using static Registry.Tests.TestData;

namespace Registry.Tests.Disclosure;

/// <summary>
/// What a journalist asks, answered from the published files alone: the commands are given through the store, the public events folded, the site built for a day,
/// and every answer read out of its open data.
/// </summary>
public sealed class OpenDataTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_journalists_questions_are_answered_from_the_open_data_alone()
    {
        var batch = await registry.Announce();
        var recognised = await scenario.RecognisedAsync(batch, 3);
        var then = Instant("2025-09-01T10:00:00+08:00");
        var revoked = await scenario.FindingPublishedAsync(recognised[0], then);
        await registry.Accepted(
            Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), [recognised[0]], Registry.Recognition.AnnouncementKind.Revocation, then), batch.Value, then);
        var applicant = Scenario.NewOrganisation(Scenario.Zibo);
        var disqualified = await scenario.FindingPublishedAsync(await scenario.WrittenAsync(batch, applicant, Scenario.Zibo), then.AddDays(1));
        var overturned = await scenario.FindingPublishedAsync(await scenario.WrittenAsync(batch, Scenario.NewOrganisation(Scenario.Jinan)), then.AddDays(2));
        await scenario.RuledAsync(overturned, RulingOutcome.Rescinded, Day("2025-10-01"), at: then.AddDays(40));
        await scenario.BannedAsync(await scenario.WrittenAsync(batch, Scenario.NewOrganisation(Scenario.Jinan)), then.AddDays(3));

        var files = await scenario.SiteFilesAsync(batch, Day("2025-12-01"));
        var findings = Scenario.Rows(files, "findings");
        var clusters = Scenario.Rows(files, "clusters");

        // Which organisations are restricted today? The unpublished and the rescinded finding are nobody's to read.
        Assert.Equal(new[] { revoked.Finding, disqualified.Finding }.Order(), findings.Select(f => f["id"]).Order());
        var row = findings.Single(f => f["creditCode"] == applicant.Value);
        // Since when, until when, why, by which clause, decided by whom and when, and how to seek a review?
        Assert.Equal(("2025-09-02", "2028-09-02", "2025-09-02"), (row["firstDay"], row["lastDay"], row["decidedOn"]));
        Assert.Equal(("申报书所填上一年度营业收入与实际不符", "五(三)", "山东省工业和信息化厅"), (row["whatWasFalse"], row["clause"], row["decidingBody"]));
        Assert.Contains("行政复议", row["howToSeekReview"], StringComparison.Ordinal);
        // In which batch?
        Assert.All(findings, f => Assert.Equal(clusters[0]["batch"], f["batch"]));
        // Which clusters were revoked, when, and by which document?
        var gone = Assert.Single(clusters, c => c["standing"] == "已撤销认定" || c["id"] == recognised[0].Value);
        Assert.Equal((recognised[0].Value, "2025-09-01"), (gone["id"], gone["since"]));
        var announcement = Assert.Single(Scenario.Rows(files, "announcements"), a => a["cluster"] == recognised[0].Value && a["date"] == "2025-09-01");
        Assert.StartsWith("鲁工信〔2025〕", announcement["documentNumber"], StringComparison.Ordinal);
        Assert.Contains(Scenario.Rows(files, "events"), e => e["cluster"] == recognised[0].Value && e["text"] == announcement["documentNumber"]);
        // For which finding?
        using (var twin = JsonDocument.Parse(files[$"data/v1/cluster/{recognised[0].Value}.json"]))
            Assert.Equal(revoked.Finding, twin.RootElement.GetProperty("record").GetProperty("finding").GetString());
        // How many are recognised today, by city?
        var byCity = clusters.Where(c => c["id"] != gone["id"]).GroupBy(c => c["cityCode"]).ToDictionary(g => g.Key, g => g.Count());
        Assert.Equal(new Dictionary<string, int> { [Scenario.Jinan] = 1, [Scenario.Zibo] = 1 }, byCity);
        // What left the public? Its bare id, and nothing of what it said.
        Assert.Equal([overturned.Finding!], Scenario.Rows(files, "tombstones").Select(t => t["tombstone"]));
        Assert.All(files.Where(f => !f.Key.EndsWith(".xlsx", StringComparison.Ordinal)), f =>
            Assert.DoesNotContain("鲁政复〔2025〕", Encoding.UTF8.GetString(f.Value), StringComparison.Ordinal));

        // The same questions on the day after the last day: nobody is restricted, and the files say so by leaving nothing but ids.
        var later = await scenario.SiteFilesAsync(batch, Day("2028-09-03"));
        Assert.Empty(Scenario.Rows(later, "findings"));
        Assert.Equal(
            new[] { overturned.Finding!, revoked.Finding!, disqualified.Finding!, recognised[0].Value, announcement["announcement"] }.Order(StringComparer.Ordinal),
            Scenario.Rows(later, "tombstones").Select(t => t["tombstone"]).Order(StringComparer.Ordinal));
        Assert.All(later.Where(f => !f.Key.EndsWith(".xlsx", StringComparison.Ordinal)), f => Assert.DoesNotContain(applicant.Value, Encoding.UTF8.GetString(f.Value), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_ruling_and_a_service_before_the_publication_are_in_what_is_published()
    {
        var batch = await registry.Announce(d => d["falseMaterial"]!["starts"] = "dayOfService");
        var application = await scenario.WrittenAsync(batch, Scenario.NewOrganisation(Scenario.Jinan));
        var banned = await scenario.BannedAsync(application);
        var ruled = await scenario.RuledAsync(banned, RulingOutcome.TermChanged, Day("2025-06-01"), Day("2026-06-01"), at: Instant("2025-06-02T10:00:00+08:00"));
        var at = Instant("2025-06-10T10:00:00+08:00");
        var served = await registry.Accepted(Scenario.Integrity(), new ServeDecision("direct", Day("2025-06-10"), ruled.Version), ruled.Id.Value, at);
        await registry.Accepted(Scenario.Integrity(), new PublishFinding(served.Version), ruled.Id.Value, at);
        var row = Assert.Single(Scenario.Rows(await scenario.SiteFilesAsync(batch, Day("2025-06-11")), "findings"));
        Assert.Equal("2026-06-01", row["lastDay"]);

        var other = await scenario.FindingPublishedAsync(await scenario.WrittenAsync(batch, Scenario.NewOrganisation(Scenario.Jinan)), at);
        Assert.Equal("2028-06-10", Scenario.Rows(await scenario.SiteFilesAsync(batch, Day("2025-06-11")), "findings").Single(f => f["id"] == other.Finding)["lastDay"]);
    }

    [Fact]
    public async Task A_restored_recognition_is_public_again_and_nothing_of_the_finding_is()
    {
        var batch = await registry.Announce();
        var id = (await scenario.RecognisedAsync(batch))[0];
        var then = Instant("2025-09-01T10:00:00+08:00");
        var found = await scenario.FindingPublishedAsync(id, then);
        await scenario.RuledAsync(found, RulingOutcome.Rescinded, Day("2025-10-01"), at: then.AddDays(40));
        Assert.Contains(id.Value, Scenario.Rows(await scenario.SiteFilesAsync(batch, Day("2025-10-20")), "tombstones").Select(t => t["tombstone"]));
        await registry.Accepted(Scenario.Province(), new ReleaseApplication("决定已被撤销", await scenario.VersionAsync(id.Stream)), id.Value, then.AddDays(50));

        var files = await scenario.SiteFilesAsync(batch, Day("2025-11-01"));
        var cluster = Assert.Single(Scenario.Rows(files, "clusters"));
        Assert.Equal((id.Value, "2025-07-21"), (cluster["id"], cluster["since"]));
        Assert.DoesNotContain(id.Value, Scenario.Rows(files, "tombstones").Select(t => t["tombstone"]));
        Assert.Equal(["开始公示", "予以认定"], Scenario.Rows(files, "events").Select(e => e["event"]));
    }

    [Fact]
    public async Task Where_findings_are_not_published_a_revocation_comes_with_its_announcement_and_goes_with_the_term()
    {
        var batch = await registry.Announce(d => d["falseMaterial"]!["published"] = false);
        var id = (await scenario.RecognisedAsync(batch))[0];
        var then = Instant("2025-09-01T10:00:00+08:00");
        var banned = await scenario.BannedAsync(id, then);
        await registry.Accepted(Scenario.Integrity(), new ServeDecision("direct", Day("2025-09-01"), banned.Version), banned.Id.Value, then);
        Assert.Equal("2025-07-21", Assert.Single(Scenario.Rows(await scenario.SiteFilesAsync(batch, Day("2025-09-02")), "clusters"))["since"]);
        await registry.Accepted(Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), [id], Registry.Recognition.AnnouncementKind.Revocation, then), batch.Value, then);

        var files = await scenario.SiteFilesAsync(batch, Day("2025-09-02"));
        Assert.Equal("2025-09-01", Assert.Single(Scenario.Rows(files, "clusters"))["since"]);
        Assert.Equal(2, Scenario.Rows(files, "announcements").Count);
        Assert.Empty(Scenario.Rows(files, "findings"));
        var later = await scenario.SiteFilesAsync(batch, Day("2028-09-02"));
        Assert.Empty(Scenario.Rows(later, "clusters"));
        Assert.Single(Scenario.Rows(later, "announcements"));
        Assert.Equal(2, Scenario.Rows(later, "tombstones").Count);
    }

    [Fact]
    public async Task Change_of_name_and_operator_re_check_and_the_end_of_the_term_are_lines_of_the_public_history()
    {
        var batch = await registry.Announce(d => d["recognition"]!["termYears"] = 3);
        var id = (await scenario.RecognisedAsync(batch))[0];
        var (then, next) = (Instant("2026-09-01T10:00:00+08:00"), Scenario.NewOrganisation(Scenario.Jinan));
        await registry.Accepted(Scenario.Province(), new RenameCluster("演示新名称集群", Day("2026-08-01"), "园区更名。", await scenario.VersionAsync(id.Stream)), id.Value, then);
        await registry.Accepted(Scenario.Province(), new ChangeOperator(next.Value, "演示新运营机构", Day("2026-08-15"), "原运营机构注销。", await scenario.VersionAsync(id.Stream)), id.Value, then);
        await registry.Accepted(
            Scenario.Province(), new RecheckRecognition(true, "复核符合各项条件。", "厅长办公会", Day("2026-09-01"), "演示签发人", await scenario.VersionAsync(id.Stream)), id.Value, then);

        var cluster = Assert.Single(Scenario.Rows(await scenario.SiteFilesAsync(batch, Day("2031-07-21")), "clusters"));
        Assert.Equal(("演示新名称集群", next.Value, "2031-07-21"), (cluster["name"], cluster["applicantCode"], cluster["until"]));
        var files = await scenario.SiteFilesAsync(batch, Day("2031-07-22"));
        Assert.Equal("2031-07-22", Assert.Single(Scenario.Rows(files, "clusters"))["since"]);
        Assert.Equal(["开始公示", "予以认定", "名称变更", "运营机构变更", "复核", "认定到期"], Scenario.Rows(files, "events").Select(e => e["event"]));
        Assert.Contains(Scenario.Rows(files, "events"), e => e["text"].Contains("原运营机构注销。", StringComparison.Ordinal));
    }
}
