using Registry.Accounts;
using Registry.Objections;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Publicity;

/// <summary>四(四): the log shows that a notice stood unchanged, and that as many objections were handled as came in.</summary>
public sealed class NoticeProofTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Timer = Actor.Job("proof-round");
    private readonly Scenario scenario = new(registry);

    private static DateTimeOffset On(int day, int hour = 9) => new DateTimeOffset(2025, 7, day, hour, 5, 0, ChinaTime.Offset).ToUniversalTime();

    private async Task<string?> AttestAsync(PublicityId notice, DateTimeOffset at) =>
        (await registry.Give(Timer, new AttestNotice(await scenario.VersionAsync(notice.Stream)), notice.Value, at)).Refusal?.Rule.Code;

    private async Task<string?> CountAsync(PublicityId notice, DateTimeOffset at) =>
        (await registry.Give(Timer, new CountObjections(await scenario.VersionAsync(notice.Stream)), notice.Value, at)).Refusal?.Rule.Code;

    [Fact]
    public async Task A_notice_that_is_not_posted_is_neither_attested_nor_counted()
    {
        var (notice, _) = await scenario.NoticePreparedAsync(await registry.Announce());
        Assert.Equal("publicity.not-posted", await AttestAsync(notice, On(14)));
        Assert.Equal("publicity.not-posted", await CountAsync(notice, On(14)));
    }

    [Fact]
    public async Task A_notice_is_attested_at_its_start_once_a_day_and_at_its_end_and_no_more_often()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        for (var day = 14; day <= 18; day++)
        {
            Assert.Null(await AttestAsync(notice, On(day)));
            Assert.Equal("publicity.nothing-to-attest", await AttestAsync(notice, On(day, 23)));
        }
        Assert.Null(await AttestAsync(notice, On(19, 0)));
        Assert.Equal("publicity.nothing-to-attest", await AttestAsync(notice, On(20)));
        await using var session = registry.Store.QuerySession();
        var told = (await session.Events.FetchStreamAsync(notice.Stream, token: TestContext.Current.CancellationToken)).Select(e => e.Data).OfType<NoticeAttested>().ToList();
        Assert.Equal([AttestOccasion.Start, .. Enumerable.Repeat(AttestOccasion.Daily, 4), AttestOccasion.End], told.Select(t => t.Occasion));
        Assert.Single(told.Select(t => t.Content).Distinct());
        Assert.Equal(NoticeText.HashOf(told[0].PublicContent!), told[0].Content);
        Assert.All(told.Skip(1), t => Assert.Null(t.PublicContent));
    }

    [Fact]
    public async Task A_changed_notice_is_attested_with_its_new_content_and_the_reason_of_the_change()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        await AttestAsync(notice, On(14));
        var version = await scenario.VersionAsync(notice.Stream);
        await registry.Accepted(Scenario.Province(), new RedatePublicity("网站故障，公示期顺延。", version, new DateOnly(2025, 7, 22)), notice.Value, On(15));
        Assert.Null(await AttestAsync(notice, On(15, 10)));
        var last = await scenario.LastAsync<NoticeAttested>(notice.Stream);
        Assert.Equal(AttestOccasion.Changed, last.Occasion);
        Assert.Equal("网站故障，公示期顺延。", last.PublicReason);
        Assert.Contains("2025-07-22", last.PublicContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_counted_before_every_filing_that_had_arrived_in_time_is_taken_in_for_certain()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
        Assert.Equal("publicity.filings-settling", await CountAsync(notice, midnight));
        Assert.Equal("publicity.filings-settling", await CountAsync(notice, midnight.AddMinutes(10).AddMicroseconds(-1)));
        Assert.Null(await CountAsync(notice, midnight.AddMinutes(10)));
        Assert.Equal(new ObjectionsCounted(0, 0, 0, 0), await scenario.LastAsync<ObjectionsCounted>(notice.Stream));
    }

    [Fact]
    public async Task Nothing_about_the_number_of_objections_is_public_before_every_window_is_over_and_every_objection_has_ended()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce(), applications: 2);
        await scenario.ObjectionConcludedAsync(notice, conditionsMet: true);
        Assert.Equal("publicity.still-open", await CountAsync(notice, On(18)));
        var (open, _, _) = await scenario.ObjectedAsync(notice, entry: 2);
        Assert.Equal("publicity.nothing-to-attest", await CountAsync(notice, On(19)));
        await registry.Accepted(Scenario.Province(), new RefuseObjection("与公示内容无关。", 1), open.Value, On(20));
        Assert.Null(await CountAsync(notice, On(20)));
        Assert.Equal(new ObjectionsCounted(2, 1, 1, 0), await scenario.LastAsync<ObjectionsCounted>(notice.Stream));
        Assert.Equal("publicity.nothing-to-attest", await CountAsync(notice, On(21)));
    }
}
