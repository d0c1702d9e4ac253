using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Demo;
using Registry.Integrity;
using Registry.Programme;

namespace Registry.BrowserTests;

/// <summary>The offices' roles do their work in a real browser, with and without script; what their journeys begin with is prepared by commands.</summary>
[Collection(nameof(Served))]
public sealed class RoleJourneyTests(Served served)
{
    private static readonly string Today = $"{ChinaTime.ToDay(DateTimeOffset.UtcNow):yyyy-MM-dd}";

    [Theory]
    [InlineData(true, "371300", 980_001)]
    [InlineData(false, "371400", 980_002)]
    public async Task The_province_finds_what_waits_re_checks_it_and_sees_it_on_the_list(bool script, string city, int number)
    {
        var id = await served.ReportedAsync(city, number);
        var page = await served.OpenAsync(script);
        await served.SignInAsync(page, Roles.ProvincialOfficer);
        await page.ClickAsync($"main a[href='/office/applications/{id}/recheck']");
        foreach (var choice in await page.Locator("input[name^='confirmed.'][value=true]").AllAsync())
            await choice.CheckAsync();
        foreach (var answer in await page.Locator("textarea[name^='answer.']").AllAsync())
            await answer.FillAsync("同意市级意见。");
        await page.ClickAsync("button[value=admit]");
        await Assertions.Expect(page.Locator(".error-summary")).ToBeVisibleAsync();
        await page.FillAsync("main [name=reason]", "材料齐全，符合条件。");
        await page.ClickAsync("button[value=admit]");
        await Assertions.Expect(page.Locator(".notice.done")).ToBeVisibleAsync();
        await page.GotoAsync($"/office/batches/{served.Batch.Value}/screening/list");
        await Assertions.Expect(page.Locator($"main a[href='/office/applications/{id}/recheck']")).ToBeVisibleAsync();
        await Served.PictureAsync(page, $"province-list-{script}");
    }

    [Theory]
    [InlineData(true, 980_011)]
    [InlineData(false, 980_012)]
    public async Task Two_integrity_officers_take_a_case_from_its_notice_to_the_published_finding(bool script, int number)
    {
        var application = await served.SubmittedAsync("370800", number);
        var opened = await served.GiveAsync(new Actor("integrity-1", Roles.IntegrityOfficer), application, new OpenCase(CaseSource.Officer, null, "营业收入与年报不符", [new AllegedItem("revenue_digital_above_size", 1, null)]));
        var (first, second) = (await served.OpenAsync(script), await served.OpenAsync(script));
        await served.SignInAsync(first, Roles.IntegrityOfficer);
        await served.SignInAsync(second, Roles.IntegrityOfficer);
        await first.ClickAsync($"main a[href='/office/cases/{opened.Id}']");
        await DoAsync(first, opened.Id!, "serve-notice", ("method", "direct"), ("servedOn", Today));
        await DoAsync(first, opened.Id!, "record-defence", ("statement", "统计口径不同，附说明。"));
        await DoAsync(first, opened.Id!, "propose-finding", ("falseMaterial", "true"), ("clause", "五(三)"), ("publicWhatWasFalse", "多填营业收入约四成。"), ("publicHowToSeekReview", "自收到决定之日起六十日内可申请行政复议。"), ("reason", "核对年报。"));
        await DoAsync(first, opened.Id!, "decide-finding", ("meeting", "厅党组会议"), ("day", Today), ("signatory", "演示签发人"));
        await Served.PictureAsync(first, $"case-decided-{script}");
        await DoAsync(second, opened.Id!, "confirm-finding");
        await DoAsync(first, opened.Id!, "serve-decision", ("method", "direct"), ("servedOn", Today));
        await DoAsync(first, opened.Id!, "publish-finding");
        await first.GotoAsync($"/office/cases/{opened.Id}");
        await Assertions.Expect(first.Locator("main")).ToContainTextAsync("多填营业收入约四成。");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_complaint_goes_to_supervision_alone_and_its_answer_to_whoever_holds_the_code(bool script)
    {
        var citizen = await served.OpenAsync(script, 360);
        await citizen.GotoAsync("/complaints");
        var code = (await citizen.Locator(".code-box .code").TextContentAsync())!;
        await FillAsync(citizen, ("about", "Officer"), ("facts", $"工作人员拖延办理 {code[..4]}。"));
        await citizen.WaitForURLAsync("**/objections/receipt");
        await Served.PictureAsync(citizen, $"complaint-receipt-{script}");

        var supervision = await served.OpenAsync(script, 360);
        await served.SignInAsync(supervision, Roles.Supervision);
        await supervision.GotoAsync("/office/complaints?open=true");
        await Served.PictureAsync(supervision, $"complaints-{script}");
        // What waits longest stands first.
        await supervision.Locator("main td.main a").Last.ClickAsync();
        await Assertions.Expect(supervision.Locator("main")).ToContainTextAsync(code[..4]);
        await FillAsync(supervision, ("outcome", "已督促办理。"));
        await Assertions.Expect(supervision.Locator(".notice.done")).ToBeVisibleAsync();

        await citizen.GotoAsync("/objections/status");
        await citizen.FillAsync("[name=code]", code);
        await citizen.ClickAsync("main form .buttons button");
        await Assertions.Expect(citizen.Locator("main")).ToContainTextAsync("已督促办理。");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_administrator_opens_an_account_another_confirms_it_and_its_owner_sets_the_password(bool script)
    {
        var (first, second, owner) = (await served.OpenAsync(script), await served.OpenAsync(script), await served.OpenAsync(script));
        await served.SignInAsync(first, Roles.Administrator);
        await served.SignInAsync(second, Roles.Administrator);
        var name = $"演示新用户{(script ? "一" : "二")}";
        await first.ClickAsync("main a[href*='do=open-account']");
        await FillAsync(first, ("login", $"fresh-{script}".ToLowerInvariant()), ("password", "first of two passwords 71"), ("name", name), ("role", "Auditor"));
        await Assertions.Expect(first.Locator(".notice.done")).ToBeVisibleAsync();
        await second.GotoAsync("/office/accounts");
        await second.Locator("main tr", new PageLocatorOptions { HasText = name }).Locator("a").First.ClickAsync();
        await second.ClickAsync("main a[href*='do=confirm-account']");
        await FillAsync(second);
        await Assertions.Expect(second.Locator(".notice.done")).ToBeVisibleAsync();
        await second.GotoAsync("/office/metrics");
        await Served.PictureAsync(second, $"metrics-{script}");
        await second.GotoAsync("/office/jobs");
        await Served.PictureAsync(second, $"jobs-{script}");
        await second.GotoAsync("/office/no/such/page");
        await Served.PictureAsync(second, $"not-found-{script}");

        await owner.GotoAsync("/office/sign-in");
        await owner.FillAsync("[name=login]", $"fresh-{script}".ToLowerInvariant());
        await owner.FillAsync("[name=password]", "first of two passwords 71");
        await owner.ClickAsync("main form .buttons button");
        await owner.FillAsync("[name=password]", Served.Password);
        await owner.ClickAsync("main form .buttons button");
        await owner.WaitForURLAsync("**/office");
        await Assertions.Expect(owner.Locator("header")).ToContainTextAsync(name);
    }

    [Theory]
    [InlineData(true, 980_021)]
    [InlineData(false, 980_022)]
    public async Task An_auditor_searches_history_and_sees_an_application_as_it_stood(bool script, int number)
    {
        var id = await served.SubmittedAsync("370900", number);
        var page = await served.OpenAsync(script);
        await served.SignInAsync(page, Roles.Auditor);
        await page.ClickAsync("nav.sections a[href='/office/history']");
        await page.FillAsync("[name=organisation]", DemoForm.Code("370900", number).Value);
        await page.SelectOptionAsync("[name=kind]", "application-submitted");
        await page.ClickAsync("main form button");
        await Assertions.Expect(page.Locator("main tbody tr")).ToHaveCountAsync(1);
        await Served.PictureAsync(page, $"history-{script}");
        await page.GotoAsync($"/office/applications/{id}/as-of");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("演示集群");
    }

    /// <summary>Opens the case, takes the step that its page offers, and sees that it was done.</summary>
    private static async Task DoAsync(IPage page, string id, string command, params (string Name, string Value)[] typed)
    {
        await page.GotoAsync($"/office/cases/{id}");
        await page.ClickAsync($"main a[href*='do={command}']");
        await FillAsync(page, typed);
        await Assertions.Expect(page.Locator(".notice.done")).ToBeVisibleAsync();
    }

    /// <summary>Fills in the form of the page and sends it.</summary>
    internal static async Task FillAsync(IPage page, params (string Name, string Value)[] typed)
    {
        foreach (var (name, value) in typed)
            if (await page.Locator($"main select[name='{name}']").CountAsync() > 0)
                await page.SelectOptionAsync($"main select[name='{name}']", value);
            else if (await page.Locator($"main input[type=radio][name='{name}']").CountAsync() > 0)
                await page.CheckAsync($"main input[type=radio][name='{name}'][value='{value}']");
            else
                await page.FillAsync($"main [name='{name}']", value);
        await page.ClickAsync("main form .buttons button");
    }
}
