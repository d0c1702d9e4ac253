using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

public sealed class EntriesAndClosingTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Address = "https://gxt.example.cn/art/2025/7/16/supplement.html";
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateTimeOffset Wednesday = Scenario.PostingMorning.AddDays(2);
    private readonly Scenario scenario = new(registry);

    [Fact]
    public async Task An_entry_added_later_gets_its_own_full_window_and_the_others_keep_theirs()
    {
        var batch = await registry.Announce();
        var (notice, first) = await scenario.PublicisedAsync(batch, leftOut: 1);
        var late = first[1];
        await scenario.AddedToShortlistAsync(late);
        Assert.Equal("publicity.entry-twice", await registry.Refused(Officer, new AddEntry(first[0], "补充", Address, Wednesday, 2), notice.Value, Wednesday));
        await registry.Accepted(Officer, new AddEntry(late, "复核后补充入围", Address, Wednesday, 2), notice.Value, Wednesday);
        Assert.Equal(new ApplicationPublicised(notice, 2, Wednesday, ChinaTime.EndOf(new DateOnly(2025, 7, 22))), await scenario.LastAsync<ApplicationPublicised>(late.Stream));
        Assert.Equal(ChinaTime.EndOf(new DateOnly(2025, 7, 18)), (await scenario.LastAsync<ApplicationPublicised>(first[0].Stream)).ClosesAt);
    }

    [Fact]
    public async Task An_application_that_is_not_shortlisted_or_of_another_batch_is_not_added()
    {
        var batch = await registry.Announce();
        var (notice, _) = await scenario.PublicisedAsync(batch);
        var submitted = await scenario.WrittenAsync(batch, Scenario.NewOrganisation(Scenario.Jinan));
        Assert.Equal("application.wrong-stage", await registry.Refused(Officer, new AddEntry(submitted, "补充", Address, Wednesday, 2), notice.Value, Wednesday));
        var elsewhere = (await scenario.ShortlistedAsync(await registry.Announce()))[0];
        Assert.Equal("access.not-found", await registry.Refused(Officer, new AddEntry(elsewhere, "补充", Address, Wednesday, 2), notice.Value, Wednesday));
    }

    [Fact]
    public async Task A_materially_changed_entry_is_put_up_anew_under_another_number_with_a_full_window()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        Assert.Equal("publicity.unknown-entry", await registry.Refused(Officer, new ChangeEntry(9, "更正后的演示集群", "演示机构", "名称有误", Address, Wednesday, 2), notice.Value, Wednesday));
        Assert.Equal("reason.hidden-character", await registry.Refused(Officer, new ChangeEntry(1, "更正\n2\t伪造的集群", "演示机构", "名称有误", Address, Wednesday, 2), notice.Value, Wednesday));
        Assert.Equal("reason.hidden-character", await registry.Refused(Officer, new ChangeEntry(1, "更正后的演示集群", "演示\t机构", "名称有误", Address, Wednesday, 2), notice.Value, Wednesday));
        Assert.Equal("text.personal-data", await registry.Refused(Officer, new ChangeEntry(1, "更正后的演示集群", "演示机构 13800138000", "名称有误", Address, Wednesday, 2), notice.Value, Wednesday));
        Assert.Equal("text.personal-data", await registry.Refused(Officer, new ChangeEntry(1, "更正后的演示集群", "演示机构", "名称有误", $"{Address}?to=13800138000", Wednesday, 2), notice.Value, Wednesday));
        await registry.Accepted(Officer, new ChangeEntry(1, "更正后的演示集群", "演示机构", "名称有误", $"{Address}/art_13800138000.html", Wednesday, 2), notice.Value, Wednesday);
        await using var session = registry.Store.QuerySession();
        var state = (await session.LoadAsync<NoticeCard>(notice.Stream, TestContext.Current.CancellationToken))!.Notice;
        Assert.Null(state.Line(1));
        Assert.Equal("更正后的演示集群", state.Line(2)!.Entry.ClusterName);
        Assert.Equal((2, ChinaTime.EndOf(new DateOnly(2025, 7, 22))), await LastWindowAsync(applications[0]));
    }

    [Fact]
    public async Task The_closing_is_only_a_note_asked_early_late_or_twice_it_changes_nothing()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var timer = Actor.Job("timer");
        var midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
        Assert.Equal("publicity.still-open", await registry.Refused(timer, new RecordClosing(2), notice.Value, midnight.AddMicroseconds(-1)));
        await registry.Accepted(timer, new RecordClosing(2), notice.Value, midnight);
        Assert.Equal("publicity.already-closed", await registry.Refused(timer, new RecordClosing(3), notice.Value, midnight.AddDays(1)));
    }

    [Fact]
    public async Task A_citizen_sees_a_notice_once_it_is_posted_and_no_proposals()
    {
        var batch = await registry.Announce();
        var (notice, _) = await scenario.NoticePreparedAsync(batch);
        await registry.Host.Scenario(s =>
        {
            s.Get.Url($"/api/v1/publicity/{notice.Value}");
            s.StatusCodeShouldBe(404);
        });
        await registry.Accepted(Officer, new VerifyPosting(Scenario.NoticeAddress, Scenario.PostingMorning, 1), notice.Value, Scenario.PostingMorning);
        var shown = await registry.Host.Scenario(s => s.Get.Url($"/api/v1/publicity/{notice.Value}"));
        var text = await shown.ReadAsTextAsync();
        Assert.Contains("\"lastDay\":\"2025-07-18\"", text, StringComparison.Ordinal);
        Assert.Contains("\"proposals\":null", text, StringComparison.Ordinal);
        var list = await registry.Host.Scenario(s => s.Get.Url($"/api/v1/publicity?batch={batch.Value}"));
        Assert.Contains(notice.Value, await list.ReadAsTextAsync(), StringComparison.Ordinal);
    }

    private async Task<(int, DateTimeOffset)> LastWindowAsync(ApplicationId application)
    {
        var last = await scenario.LastAsync<ApplicationPublicised>(application.Stream);
        return (last.Entry, last.ClosesAt);
    }
}
