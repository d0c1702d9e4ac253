using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Letters;
using Registry.Objections;
using Registry.Platform.Commands;
using Registry.Platform.Mail;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recommendation;

namespace Registry.Tests.Letters;

/// <summary>Who is told what, where it goes, and what never stands in the outbox.</summary>
[Collection(OwnRegistry.Name)]
public sealed class ToldTests(OwnRegistry own)
{
    private const string Reason = "主导产业规上企业数量不足，且未说明理由";
    private readonly Scenario scenario = new(own.Registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_is_declined_is_told_the_reason_and_until_when_a_review_may_be_asked_at_the_address_of_the_form()
    {
        var batch = await own.Registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch, change: f => f["contact_email"] = "contact.person@demo.example");
        await own.Registry.Accepted(Scenario.CityOfficer(Scenario.Jinan), new DeclineApplication(Reason, 1), id.Value, Scenario.Open);
        var letters = await own.LettersAboutAsync(id.Stream);
        Assert.Equal(["application-declined", "application-submitted"], letters.Select(l => l.Kind).Order());
        var letter = letters.Single(l => l.Kind == "application-declined");
        Assert.DoesNotContain(Reason, JsonSerializer.Serialize(letter), StringComparison.Ordinal);
        Assert.Equal(Addressee.Organisation(clerk.Organisation!), letter.To);

        var rendered = await RenderAsync(letter);
        Assert.Equal(["contact.person@demo.example"], rendered.Addresses);
        Assert.Contains(Reason, rendered.Text, StringComparison.Ordinal);
        var last = ((DayAnswer.Computed)WorkingDays.Bundled().AddWorkingDays(ChinaTime.ToDay(Scenario.Open), (await DefinitionAsync(batch)).ReviewRequests.WorkingDays)).Day;
        Assert.Contains($"{last.Year}年{last.Month}月{last.Day}日 24:00", rendered.Text, StringComparison.Ordinal);
        Assert.Contains($"https://registry.demo.example/office/applications/{id.Value}", rendered.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("{", rendered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_return_for_correction_says_where_to_read_the_remarks_and_not_the_remarks()
    {
        var (id, _) = await scenario.SubmittedAsync(await own.Registry.Announce());
        await own.Registry.Accepted(
            Scenario.CityOfficer(Scenario.Jinan), new ReturnForCorrection(new Dictionary<string, string> { ["positioning"] = "请补充绿色低碳方向的内容" }, 1), id.Value, Scenario.Open);
        var letter = (await own.LettersAboutAsync(id.Stream)).Single(l => l.Kind == "application-returned");
        Assert.DoesNotContain("绿色低碳", (await RenderAsync(letter)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_objector_is_told_each_step_at_the_address_that_was_filed_and_neither_code_nor_name_nor_content_is_in_the_mail()
    {
        var (notice, _) = await scenario.PublicisedAsync(await own.Registry.Announce());
        var form = Scenario.Form(notice) with { Name = "欧阳隐逸", Contact = "电话 0531-00000000，邮箱 hidden.person@demo.example", Facts = "平台已经注销" };
        var (objection, _, code) = await scenario.ObjectedAsync(notice, form: form);
        var officer = Scenario.Province();
        await own.Registry.Accepted(officer, new AskCompletion("请补充平台注销的证据", 1), objection.Value, Scenario.InWindow.AddHours(1));
        await own.Registry.Accepted(Actor.Citizen, new CompleteObjection(code, "见附件"), null, Scenario.InWindow.AddHours(2));
        await own.Registry.Accepted(officer, new AcceptObjection(3), objection.Value, Scenario.InWindow.AddHours(3));
        var letters = await own.LettersAboutAsync(objection.Stream);
        Assert.Equal(["objection-received", "objection-incomplete", "objection-accepted"], letters.Select(l => l.Kind));
        foreach (var letter in letters)
        {
            await own.Service<Postman>().SendAsync(letter.Id, Ct);
            var message = own.Mail.Taken.Single(m => m.Contains(letter.Id, StringComparison.Ordinal));
            Assert.Contains("hidden.person@demo.example", message, StringComparison.Ordinal);
            var text = (await RenderAsync(letter)).Text;
            foreach (var secret in new[] { form.Name, form.Facts, code, objection.Value, "注销的证据" })
                Assert.DoesNotContain(secret!, text, StringComparison.Ordinal);
            Assert.DoesNotContain("hidden.person", JsonSerializer.Serialize(await own.LetterAsync(letter.Id)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task When_a_window_is_redated_whoever_objected_to_its_entries_is_told_both_days()
    {
        var (notice, _) = await scenario.PublicisedAsync(await own.Registry.Announce(), applications: 2);
        var (first, _, _) = await scenario.ObjectedAsync(notice, entry: 1);
        await using (var session = own.Registry.Store.LightweightSession())
        {
            var window = (await session.LoadAsync<NoticeCard>(notice.Stream, Ct))!.Notice.Lines[0].Window!;
            var now = Scenario.InWindow.AddHours(1);
            var redated = session.Events.Append(notice.Stream, new PublicityRedated([1], window.LastDay, window with { LastDay = window.LastDay.AddDays(3) }, "网站故障")).Events;
            session.Insert<Letter>([.. await own.Service<ILetters>().OfEventsAsync(session, [.. redated.Select(e => (notice.Stream, e))], now, Ct)]);
            await session.SaveChangesAsync(Ct);
        }
        var letter = Assert.Single(await own.LettersAboutAsync(notice.Stream));
        Assert.Equal((first.Stream, "window-redated"), (letter.To, letter.Kind));
        var text = (await RenderAsync(letter)).Text;
        Assert.Contains("2025年7月18日", text, StringComparison.Ordinal);
        Assert.Contains("2025年7月21日", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abuse_31_a_clusters_name_is_inert_in_subject_and_text()
    {
        var (id, _) = await scenario.SubmittedAsync(await own.Registry.Announce(), cluster: "演示<img src=x>{link}=?utf-8?B?", change: f => f["contact_email"] = "subject@demo.example");
        var letter = Assert.Single(await own.LettersAboutAsync(id.Stream));
        await own.Service<Postman>().SendAsync(letter.Id, Ct);
        var head = own.Mail.Taken.Single(m => m.Contains(letter.Id, StringComparison.Ordinal)).Split("\n\n")[0].Split("\r\n\r\n")[0];
        Assert.Single(head.Split('\n'), l => l.StartsWith("To:", StringComparison.Ordinal));
        Assert.Single(head.Split('\n'), l => l.StartsWith("Content-Type:", StringComparison.Ordinal));
        Assert.Contains("<img src=x>{link}", (await RenderAsync(letter)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_outbox_reaches_as_far_as_the_role_and_shows_no_address_whole()
    {
        var (id, clerk) = await scenario.SubmittedAsync(await own.Registry.Announce(), change: f => f["contact_email"] = "masked.person@demo.example");
        var letter = Assert.Single(await own.LettersAboutAsync(id.Stream));
        Assert.True(Scenario.Province().Sees(letter) && Scenario.CityOfficer(Scenario.Jinan).Sees(letter));
        Assert.False(Scenario.CityOfficer(Scenario.Zibo).Sees(letter) || Scenario.Integrity().Sees(letter) || clerk.Sees(letter) || new Actor("e", Roles.Expert).Sees(letter));
        var administrator = new Actor("a", Roles.Administrator);
        Assert.True(administrator.Sees(letter) && !administrator.ReadsText(letter));
        Assert.Equal("m•••@demo.example", LetterAccess.Masked(letter, "masked.person@demo.example"));
        Assert.Equal("•••", LetterAccess.Masked(letter with { To = "objection/x" }, "masked.person@demo.example"));
        var complaint = letter with { About = "complaint/x", To = "complaint/x" };
        Assert.True(new Actor("s", Roles.Supervision).Sees(complaint));
        Assert.DoesNotContain([Scenario.Province(), administrator, new Actor("u", Roles.Auditor)], a => a.Sees(complaint));
        Assert.False(new Actor("u", Roles.Auditor).Sees(letter with { About = "panel/x" }));
    }

    [Fact]
    public void Every_kind_that_can_be_written_has_words_in_both_languages()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Registry.sln")))
            root = Path.GetDirectoryName(root)!;
        var kinds = Directory.GetFiles(Path.Combine(root, "src", "Registry", "Letters"), "*.cs").SelectMany(f => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(f), "\"([a-z]+(-[a-z]+)+)\"").Select(m => m.Groups[1].Value))
            .Where(k => k.Split('-')[0] is "account" or "application" or "objection" or "report" or "window" or "statement" or "case" or "finding" or "expert" or "draft" or "correction" or "city" or "defence" or "sheets" or "review").ToHashSet();
        Assert.True(kinds.Count > 30);
        foreach (var language in Enum.GetValues<Registry.Platform.Language>())
            Assert.All(kinds.SelectMany(k => new[] { $"letter.{k}.subject", $"letter.{k}.text" }), code => Assert.True(Registry.Platform.Texts.Has(language, code), code));
    }

    private async Task<RenderedLetter> RenderAsync(Letter letter)
    {
        await using var session = own.Registry.Store.QuerySession();
        return await own.Service<ILetters>().RenderAsync(session, letter, Ct);
    }

    private async Task<CallDefinition> DefinitionAsync(BatchId batch)
    {
        await using var session = own.Registry.Store.QuerySession();
        return (await own.Service<Calls>().ReadAsync(session, batch, Ct))!.Definition;
    }
}
