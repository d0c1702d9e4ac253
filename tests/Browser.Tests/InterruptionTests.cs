using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Demo;
using Registry.Objections;
using Registry.Tests;

namespace Registry.BrowserTests;

/// <summary>What comes between a person and the button: the session ends, the button is pressed twice, the program is killed. Nothing that was typed is lost.</summary>
[Collection(nameof(Served))]
public sealed class InterruptionTests(Served served, PostgresFixture postgres)
{
    [Theory]
    [InlineData(true, 960_001)]
    [InlineData(false, 960_002)]
    public async Task A_session_that_ends_in_the_middle_of_a_form_loses_nothing(bool script, int number)
    {
        var page = await served.OpenAsync(script);
        var clerk = await served.SignInAsync(page, Roles.Applicant, "370100", DemoForm.Code("370100", number).Value);
        var id = (await served.DraftAsync(clerk)).Value;
        await page.GotoAsync($"/office/applications/{id}/form/basic");
        await served.EndSessionAsync(page);
        await page.FillAsync("[name=cluster_name]", "会话中断时填写的名称");
        await page.ClickAsync("main button[name=go] >> nth=-1");
        await Assertions.Expect(page.Locator("input[name=password]")).ToBeVisibleAsync();
        await Served.PictureAsync(page, $"session-over-{script}");
        await served.EnterAsync(page, clerk);
        await Assertions.Expect(page.Locator("main form input[name=cluster_name]")).ToHaveValueAsync("会话中断时填写的名称");
        await Served.PictureAsync(page, $"kept-form-{script}");
        await page.ClickAsync("main form button");
        await page.GotoAsync($"/office/applications/{id}/form/basic");
        await Assertions.Expect(page.Locator("[name=cluster_name]")).ToHaveValueAsync("会话中断时填写的名称");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_links_an_identity_at_the_provider_and_signs_in_with_it_although_forms_may_lead_nowhere_else(bool script)
    {
        served.AtProvider($"person-{script}");
        var page = await served.OpenAsync(script);
        await served.SignInAsync(page, Roles.Auditor);
        await page.GotoAsync("/office/account");
        await page.FillAsync("[name=shown]", Served.Password);
        await page.ClickAsync("button[name=go][value=link]");
        await Served.PictureAsync(page, $"link-identity-{script}");
        await page.ClickAsync("main .buttons a.button");
        await Assertions.Expect(page).ToHaveURLAsync($"{served.Address}/office/sign-in");
        await Assertions.Expect(page.Locator("main [role=status]")).ToBeVisibleAsync();
        await page.ClickAsync("main a[href^='/office/sign-in/external']");
        await Assertions.Expect(page).ToHaveURLAsync($"{served.Address}/office");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_that_is_sent_by_two_clicks_gives_one_record_and_its_receipt(bool script)
    {
        var page = await served.OpenAsync(script);
        var before = await served.CountAsync<ReportCard>();
        await page.GotoAsync("/reports");
        await page.FillAsync("[name=subject]", "演示集群");
        await page.FillAsync("[name=facts]", "材料与事实不符。");
        await page.Locator("main form button").DblClickAsync();
        await page.WaitForURLAsync("**/objections/receipt");
        Assert.Equal(before + 1, await served.CountAsync<ReportCard>());
    }

    [Theory]
    [InlineData(true, 970_001)]
    [InlineData(false, 970_002)]
    public async Task A_program_that_is_killed_between_saving_and_submitting_finds_the_draft_whole_when_it_is_started_again(bool script, int number)
    {
        await using var own = new Served(postgres);
        await own.InitializeAsync();
        var page = await own.OpenAsync(script);
        var clerk = await own.SignInAsync(page, Roles.Applicant, "370100", DemoForm.Code("370100", number).Value);
        var id = (await own.DraftAsync(clerk)).Value;
        using var first = await own.MoveOutAsync();
        await page.GotoAsync($"/office/applications/{id}/form/basic");
        await page.FillAsync("[name=cluster_name]", "断电之前保存的名称");
        if (script)
            await Assertions.Expect(page.Locator("#saved")).ToContainTextAsync("已自动保存", new LocatorAssertionsToContainTextOptions { Timeout = 20_000 });
        else
            await page.RunAndWaitForResponseAsync(() => page.ClickAsync("main button[name=go] >> nth=-1"), answer => answer.Request.Method == "POST");
        first.Kill();

        using var second = await own.StartAsync();
        try
        {
            await page.GotoAsync($"/office/applications/{id}/form/basic");
            await Assertions.Expect(page.Locator("[name=cluster_name]")).ToHaveValueAsync("断电之前保存的名称");
            await page.GotoAsync($"/office/applications/{id}/submit");
            await page.CheckAsync("[name=truth_undertaking]");
            await page.ClickAsync("button[name=submit]");
            await page.WaitForURLAsync("**/receipt");
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync("断电之前保存的名称");
        }
        finally
        {
            // The fixture takes the folder away, so the program has to be gone before.
            second.Kill();
        }
    }
}
