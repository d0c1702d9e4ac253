using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Tests.Objections;

/// <summary>Procedure 7: post, fax and e-mail have the same rights as the form. What counts is when a letter arrived, not when an officer came to enter it.</summary>
public sealed class LateEntryTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly DateTimeOffset Midnight = ChinaTime.EndOf(new DateOnly(2025, 7, 18));
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_letter_that_arrived_in_time_and_is_entered_after_the_recognition_has_its_receipt_and_can_lead_to_a_case()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), applications), batch.Value, Scenario.AfterWindow);
        await registry.Accepted(Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), applications), batch.Value, Scenario.AfterWindow);
        var later = Scenario.AfterWindow.AddDays(3);
        Assert.Equal("objection.too-late", await registry.Refused(Scenario.Province(), new EnterObjection(await LetterAsync(notice), ObjectionChannel.Post, Midnight), at: later));
        Assert.Equal("objection.too-early", await registry.Refused(Scenario.Province(), new EnterObjection(await LetterAsync(notice), ObjectionChannel.Post, Scenario.PostingMorning.AddSeconds(-1)), at: later));
        Assert.Equal("objection.too-late", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: later));

        var letter = await LetterAsync(notice);
        var receipt = await registry.Accepted(Scenario.Province(), new EnterObjection(letter, ObjectionChannel.Post, Midnight.AddMicroseconds(-1)), at: later);
        Assert.Equal((letter.Digest(), Midnight.AddMicroseconds(-1)), (receipt.Details["digest"], receipt.Details["arrivedAt"]));
        var id = scenario.Receipts.IdOf(letter.ReceiptCode);
        await registry.Accepted(Scenario.Province(), new AcceptObjection(1), id.Value, later);
        var indicator = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required().Form.Fields[0].Key;
        await registry.Accepted(
            Scenario.Integrity(), new OpenCase(CaseSource.Objection, id.Value, "来信反映企业数量不实。", [new AllegedItem(indicator, 1, null)]), applications[0].Value, later);
    }

    [Fact]
    public async Task A_letter_that_arrived_before_the_announcement_and_is_entered_after_the_decision_keeps_the_application_from_being_recognised()
    {
        var batch = await registry.Announce();
        var (notice, applications) = await scenario.PublicisedAsync(batch);
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), applications), batch.Value, Scenario.AfterWindow);
        await registry.Accepted(Scenario.Province(), new EnterObjection(await LetterAsync(notice), ObjectionChannel.Email, Midnight.AddHours(-5)), at: Scenario.AfterWindow);
        Assert.Equal("recognition.objection-open", await registry.Refused(
            Scenario.Province(), Scenario.AnAnnouncement(await scenario.VersionAsync(batch.Stream), applications), batch.Value, Scenario.AfterWindow));
    }

    [Fact]
    public async Task A_letter_that_arrived_before_its_entry_was_put_up_anew_counts_under_the_number_it_names()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        var wednesday = Scenario.PostingMorning.AddDays(2);
        await registry.Accepted(Scenario.Province(), new ChangeEntry(1, "更正后的演示集群", "演示机构", "名称有误", Scenario.NoticeAddress, wednesday, 2), notice.Value, wednesday);
        var letter = await LetterAsync(notice);
        await registry.Accepted(Scenario.Province(), new EnterObjection(letter, ObjectionChannel.Post, wednesday.AddDays(-1)), at: wednesday.AddDays(1));
        Assert.Equal(applications[0], (await scenario.LastAsync<ObjectionFiled>(scenario.Receipts.IdOf(letter.ReceiptCode).Stream)).Application);
        Assert.Equal("objection.not-in-publicity", await registry.Refused(Actor.Citizen, new FileObjection(Scenario.Form(notice)), at: wednesday.AddDays(1)));
    }

    [Fact]
    public async Task An_objection_that_was_concluded_before_its_entry_was_put_up_anew_is_published_beside_the_number_that_stands()
    {
        var batch = await registry.Announce();
        var (notice, _) = await scenario.PublicisedAsync(batch, 2);
        await scenario.ObjectionConcludedAsync(notice, conditionsMet: true);
        var wednesday = Scenario.PostingMorning.AddDays(2);
        await registry.Accepted(Scenario.Province(), new ChangeEntry(1, "更正后的演示集群", "演示机构", "名称有误", Scenario.NoticeAddress, wednesday, 2), notice.Value, wednesday);
        var concluded = Assert.Single(Scenario.Rows(await scenario.SiteFilesAsync(batch, new DateOnly(2025, 7, 16)), "objections"));
        Assert.Equal((notice.Value, "3"), (concluded["notice"], concluded["entry"]));
    }

    [Fact]
    public async Task A_letter_that_arrived_after_its_application_had_left_is_refused_and_one_from_before_is_not()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        var left = Scenario.PostingMorning.AddDays(2);
        await scenario.AppendAsync<Application>(applications[0].Stream, Scenario.Province().Id, left, new ApplicationNotShortlisted(Sealed.Of("演示")));
        var entered = left.AddDays(1);
        Assert.Equal("objection.not-in-publicity", await registry.Refused(Scenario.Province(), new EnterObjection(await LetterAsync(notice), ObjectionChannel.Post, left.AddHours(1)), at: entered));
        await registry.Accepted(Scenario.Province(), new EnterObjection(await LetterAsync(notice), ObjectionChannel.Post, left.AddHours(-1)), at: entered);
    }

    private async Task<ObjectionForm> LetterAsync(PublicityId notice)
    {
        var form = Scenario.Form(notice);
        var stored = await registry.Host.Services.GetRequiredService<EvidenceStore>().PutAsync(scenario.Receipts.IdOf(form.ReceiptCode).Value, "%PDF-1.7 scan"u8.ToArray(), Ct);
        return form with { Files = [new UploadedFile(stored.Sha256, "来信扫描件.pdf")] };
    }
}
