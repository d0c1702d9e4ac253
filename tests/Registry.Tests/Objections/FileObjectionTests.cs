using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Objections;

public sealed class FileObjectionTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly DateTimeOffset Midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("  ")]
    [InlineData("匿名")]
    [InlineData("知情人士")]
    public async Task An_anonymous_objection_is_refused_with_the_reason(string? name) =>
        Assert.Equal("objection.anonymous", await RefusedAsync(f => f with { Name = name }));

    [Theory]
    [InlineData("short")]
    [InlineData("00000000000000000000000000")]
    [InlineData("不是查询码不是查询码不是查询码不是查询码")]
    public async Task A_code_that_cannot_be_random_is_refused(string code) =>
        Assert.Equal("objection.code-weak", await RefusedAsync(f => f with { ReceiptCode = code }));

    [Fact]
    public async Task Contact_facts_and_evidence_are_required_and_each_wrong_field_is_named()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice) with { Contact = "", Facts = "\u202Eabc", Evidence = null };
        var outcome = await registry.Give(Actor.Citizen, new FileObjection(form), at: Scenario.InWindow);
        Assert.Equal("objection.form-invalid", outcome.Refusal!.Rule.Code);
        Assert.Equal(
            [("contact", "reason.missing"), ("facts", "reason.hidden-character"), ("evidence", "objection.evidence-missing")],
            outcome.Refusal.Errors.Select(e => (e.Field, e.Code)));
    }

    [Fact]
    public async Task An_organisation_needs_its_sealed_letter_and_a_file_that_was_not_uploaded_is_unknown()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice) with { Kind = ObjectorKind.Organisation, Name = "演示异议单位" };
        Assert.Equal(("sealedLetter", "objection.letter-missing"), await ErrorAsync(form));
        var digest = new string('a', 64);
        Assert.Equal(("sealedLetter", "objection.file-unknown"), await ErrorAsync(form with { SealedLetter = new UploadedFile(digest, "公函.pdf") }));
        var stored = await registry.Host.Services.GetRequiredService<EvidenceStore>().PutAsync(scenario.Receipts.IdOf(form.ReceiptCode).Value, "%PDF-1.7 letter"u8.ToArray(), Ct);
        await registry.Accepted(Actor.Citizen, new FileObjection(form with { SealedLetter = new UploadedFile(stored.Sha256, "公函.pdf") }), at: Scenario.InWindow);
    }

    [Fact]
    public async Task An_entry_or_notice_that_does_not_exist_is_not_in_publicity()
    {
        Assert.Equal("objection.not-in-publicity", await RefusedAsync(f => f with { Entry = 2 }));
        Assert.Equal("objection.not-in-publicity", await RefusedAsync(f => f with { Publicity = new PublicityId("none") }));
    }

    [Fact]
    public async Task An_application_that_left_publicity_takes_no_objection()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        await scenario.DisqualifyDirectlyAsync(applications[0]);
        Assert.Equal("objection.not-in-publicity", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Scenario.InWindow));
    }

    [Fact]
    public async Task Abuse_13_from_the_posting_to_the_last_microsecond_it_is_in_time_and_at_midnight_too_late_with_the_way_to_report()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        Assert.Equal("objection.too-early", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Scenario.PostingMorning.AddMilliseconds(-1)));
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Scenario.PostingMorning);
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Midnight.AddMilliseconds(-1));
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Midnight.AddMicroseconds(-1));
        var late = await registry.Give(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Midnight);
        Assert.Equal("objection.too-late", late.Refusal!.Rule.Code);
        Assert.Equal("/api/v1/reports", late.Refusal.Arguments["report"]);
        Assert.Equal(Midnight, late.Refusal.Arguments["arrivedAt"]);
    }

    [Fact]
    public async Task Before_the_posting_is_verified_nothing_can_be_filed()
    {
        var (notice, _) = await scenario.NoticePreparedAsync(await registry.Announce());
        Assert.Equal("objection.too-early", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Scenario.InWindow));
    }

    [Fact]
    public async Task On_a_weekend_inside_the_window_filing_is_open()
    {
        var friday = Scenario.PostingMorning.AddDays(4);
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce(), at: friday);
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: friday.AddDays(2));
    }

    [Fact]
    public async Task A_lost_answer_loses_nothing_the_same_filing_gets_the_first_receipt_even_after_the_window()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice);
        var first = await registry.Accepted(Actor.Citizen, new FileObjection(form), at: Scenario.InWindow);
        var again = await registry.Accepted(Actor.Citizen, new FileObjection(form), at: Midnight.AddDays(1));
        Assert.Equal(first.Details["number"], again.Details["number"]);
        Assert.Equal(Scenario.InWindow, again.Details["arrivedAt"]);
        Assert.Equal(form.Digest(), again.Details["digest"]);
        Assert.Equal(Midnight, again.Details["closesAt"]);
        Assert.Equal("objection.code-used", await registry.Refused(Actor.Citizen, new FileObjection(form with { Facts = "另一事实" }), at: Scenario.InWindow));
    }

    [Fact]
    public async Task Abuse_16_fifty_at_once_with_one_code_are_one_objection()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(Actor.Citizen, new FileObjection(form), at: Scenario.InWindow)));
        Assert.Single(outcomes.Select(o => o.Answer!.Details["number"]!.ToString()).Distinct());
        Assert.Equal(1, await scenario.VersionAsync(scenario.Receipts.IdOf(form.ReceiptCode).Stream));
    }

    [Fact]
    public async Task Fifty_people_at_once_are_fifty_objections_and_none_is_lost_in_the_view()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Scenario.InWindow)));
        Assert.Equal(50, outcomes.Select(o => o.Answer!.Id).Distinct().Count());
        await using var session = registry.Store.QuerySession();
        Assert.Equal(50, (await session.LoadAsync<OpenObjections>(applications[0].Value, Ct))!.Open.Count);
    }

    [Fact]
    public async Task Abuse_15_the_closing_and_the_last_objections_in_the_same_instant_lose_none()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        var filings = Enumerable.Range(0, 40).Select(i => registry.Give(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Midnight.AddMilliseconds(i - 20)));
        var closing = registry.Give(Actor.Job("timer"), new RecordClosing(2), notice.Value, Midnight);
        var outcomes = await Task.WhenAll(filings);
        Assert.NotNull((await closing).Answer);
        Assert.All(outcomes[..20], o => Assert.NotNull(o.Answer));
        Assert.All(outcomes[20..], o => Assert.Equal("objection.too-late", o.Refusal!.Rule.Code));
        await using var session = registry.Store.QuerySession();
        Assert.Equal(20, (await session.LoadAsync<OpenObjections>(applications[0].Value, Ct))!.Open.Count);
    }

    [Fact]
    public async Task A_letter_that_an_officer_enters_counts_by_its_arrival_and_only_by_an_announced_channel()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var form = Scenario.Form(notice);
        var stored = await registry.Host.Services.GetRequiredService<EvidenceStore>().PutAsync(scenario.Receipts.IdOf(form.ReceiptCode).Value, "%PDF-1.7 scan"u8.ToArray(), Ct);
        var officer = Scenario.Province();
        var later = Midnight.AddHours(10);
        Assert.Equal("objection.channel-not-announced", await registry.Refused(officer, new EnterObjection(form, ObjectionChannel.Fax, Midnight.AddHours(-1)), at: later));
        Assert.Equal("objection.form-invalid", await registry.Refused(officer, new EnterObjection(form, ObjectionChannel.Post, Midnight.AddHours(-1)), at: later));
        form = form with { Files = [new UploadedFile(stored.Sha256, "来信扫描件.pdf")] };
        Assert.Equal("objection.arrival-in-future", await registry.Refused(officer, new EnterObjection(form, ObjectionChannel.Post, later.AddSeconds(1)), at: later));
        Assert.Equal("objection.too-late", await registry.Refused(officer, new EnterObjection(form, ObjectionChannel.Post, Midnight), at: later));
        await registry.Accepted(officer, new EnterObjection(form, ObjectionChannel.Post, Midnight.AddHours(-1)), at: later);
    }

    [Fact]
    public async Task An_entry_with_a_window_of_its_own_is_open_when_the_others_are_over()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch, leftOut: 1);
        var late = applications[1];
        await scenario.AddedToShortlistAsync(late);
        var wednesday = Scenario.PostingMorning.AddDays(2);
        await registry.Accepted(Scenario.Province(), new AddEntry(late, "补充入围", Scenario.NoticeAddress, wednesday, 2), notice.Value, wednesday);
        Assert.Equal("objection.too-late", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: Midnight));
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice, 2)), at: Midnight);
    }

    [Fact]
    public async Task A_redated_window_takes_objections_to_its_new_end()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        await registry.Accepted(Scenario.Province(), new RedatePublicity("顺延", 2, new DateOnly(2025, 7, 21)), notice.Value, Midnight.AddHours(-1));
        var end = ChinaTime.EndOf(new DateOnly(2025, 7, 21));
        await registry.Accepted(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: end.AddMilliseconds(-1));
        Assert.Equal("objection.too-late", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: end));
    }

    private async Task<string> RefusedAsync(Func<ObjectionForm, ObjectionForm> change)
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        return await registry.Refused(Actor.Citizen, new FileObjection(change(Scenario.Form(notice))), at: Scenario.InWindow);
    }

    private async Task<(string, string)> ErrorAsync(ObjectionForm form)
    {
        var outcome = await registry.Give(Actor.Citizen, new FileObjection(form), at: Scenario.InWindow);
        var error = Assert.Single(outcome.Refusal!.Errors);
        return (error.Field, error.Code);
    }
}
