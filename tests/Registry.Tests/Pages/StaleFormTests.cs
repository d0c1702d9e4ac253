using System.Net;
using Registry.Accounts;
using Registry.Pages;
using Registry.Platform;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Review;

namespace Registry.Tests.Pages;

/// <summary>What a person decided on carries the version they saw: no change in between is overwritten, and a form that came too late can be sent again.</summary>
public sealed class StaleFormTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    [Theory]
    [InlineData("", 200, "9")]
    [InlineData("7", 200, "7")]
    [InlineData("7", 422, "7")]
    [InlineData("7", 409, "9")]
    public void A_form_keeps_the_version_that_was_seen_until_its_sender_was_told_of_a_newer_one(string posted, int status, string shown) =>
        Assert.Equal(shown, (posted.Length == 0 ? Posted.Empty : Posted.Empty.With("version", posted)).Seeing(9, status).One("version"));

    [Fact]
    public async Task A_decision_that_another_one_overtook_is_refused_once_and_can_be_sent_again()
    {
        var batch = await registry.Announce();
        var (_, ids) = await scenario.PublicisedAsync(batch, 2);
        using var officer = new Visitor(registry) { Now = Scenario.AfterWindow };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        var page = await officer.GetAsync($"/office/batches/{batch.Value}/recognition");
        await registry.Accepted(Scenario.Province(), Scenario.ADecision(await scenario.VersionAsync(batch.Stream), [ids[1]]), batch.Value, Scenario.AfterWindow);

        (string, string)[] decided = [($"choice.{ids[0].Value}", "yes"), ("meeting", "厅党组会议"), ("day", "2025-07-21"), ("signatory", "演示签发人")];
        var late = await officer.PostAsync(page.Form, decided);
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains(Texts.Of(Language.Zh, "event.recognition-decided"), late.Document.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await officer.PostAsync(late.Form)).Status);
        Assert.Equal([ids[0]], (await scenario.LastAsync<RecognitionDecided>(batch.Stream)).Verdicts.Select(v => v.Application));
    }

    [Fact]
    public async Task A_sheet_that_was_saved_in_another_tab_is_not_overwritten_after_a_wrong_figure()
    {
        var batch = await registry.Announce();
        var application = (await scenario.ForReviewAsync(batch))[0];
        var panel = await scenario.PanelDrawnAsync(batch);
        var member = (await scenario.MembersAsync(panel))[0];
        await registry.Accepted(member.Actor, new DeclareConflicts([], null, true), panel.Value, Scenario.Reviewing);
        using var expert = new Visitor(registry) { Now = Scenario.Reviewing };
        await expert.SignInAsync(member.Actor);
        var score = $"/office/sheets/{new SheetId(panel, application, member.Id).Value}/score";
        var first = await expert.GetAsync(score);
        var second = await expert.GetAsync(score);
        Assert.Equal(HttpStatusCode.SeeOther, (await expert.PostAsync(second.Form, ("points.S1", "5"), ("go", "stay"))).Status);

        var wrong = await expert.PostAsync(first.Form, ("points.S1", "many"), ("go", "stay"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        var late = await expert.PostAsync(wrong.Form, ("points.S1", "4"), ("go", "stay"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Equal(HttpStatusCode.SeeOther, (await expert.PostAsync(late.Form, ("go", "stay"))).Status);
    }

    [Fact]
    public async Task A_form_of_any_command_notices_a_change_that_came_before_it_was_filled_in_rightly()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var now = Scenario.InWindow.AddDays(1);
        using var officer = new Visitor(registry) { Now = now };
        await officer.SignInAsync(Roles.ProvincialOfficer);
        (string, string)[] typed = [("from", "2025-07-15T08:00"), ("until", "2025-07-15T09:00"), ("cause", "断电")];
        var page = await officer.GetAsync($"/office/publicity/{notice.Value}/outages?do=record-outage");
        await registry.Accepted(Scenario.Province(), new RecordOutage(Scenario.InWindow, Scenario.InWindow.AddHours(1), "断电", await scenario.VersionAsync(notice.Stream)), notice.Value, now);
        var wrong = await officer.PostAsync(page.Form, [("from", "昨天"), .. typed[1..]]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        var late = await officer.PostAsync(wrong.Form, typed);
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.NotEqual(HttpStatusCode.Conflict, (await officer.PostAsync(late.Form)).Status);
    }

    [Fact]
    public async Task A_citys_remarks_do_not_reach_a_submission_that_came_after_they_were_begun()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch);
        using var city = new Visitor(registry);
        await city.SignInAsync(Roles.CityOfficer, Scenario.Jinan);
        var page = await city.GetAsync($"/office/applications/{id.Value}/city-check");
        var seen = page.Form.QuerySelector("input[name=version]")!.GetAttribute("value");
        await city.PostAsync((await city.GetAsync($"/office/applications/{id.Value}/city-check")).Form, ("step", "return"), ("remark.revenue_digital_above_size", "请补充说明。"));
        var empty = await city.PostAsync(page.Form, ("step", "return"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, empty.Status);
        Assert.Equal(seen, empty.Document.QuerySelector("main input[name=version]")!.GetAttribute("value"));
    }
}
