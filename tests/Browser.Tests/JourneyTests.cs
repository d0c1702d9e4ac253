using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Demo;
using Registry.Pages;

namespace Registry.BrowserTests;

/// <summary>A person's paths in a real browser, with and without script.</summary>
[Collection(nameof(Served))]
public sealed class JourneyTests(Served served)
{
    [Theory]
    [InlineData(true, 920_001)]
    [InlineData(false, 920_002)]
    public async Task An_applicant_opens_a_draft_saves_uploads_and_is_led_to_what_is_missing(bool script, int number)
    {
        var page = await served.OpenAsync(script);
        await served.SignInAsync(page, Roles.Applicant, "370100", DemoForm.Code("370100", number).Value);
        await page.ClickAsync("main a[href*='do=open-draft']");
        await page.ClickAsync("main form button:not(.default)");
        await page.ClickAsync(".tasks a >> nth=0");
        await page.FillAsync("[name=cluster_name]", "演示浏览器集群");
        await page.SetInputFilesAsync("[name='file.front_rank']", new FilePayload { Name = "排名证明.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.7 demo\n%%EOF\n"u8.ToArray() });
        await page.ClickAsync("button[name=upload][value=front_rank]");
        await Assertions.Expect(page.Locator("[name=cluster_name]")).ToHaveValueAsync("演示浏览器集群");
        await Assertions.Expect(page.Locator(".files")).ToContainTextAsync("排名证明.pdf");
        await page.Locator(".open-points summary").ClickAsync();
        await page.Locator(".open-points a").First.ClickAsync();
        Assert.Contains("#f-", page.Url, StringComparison.Ordinal);
        Assert.True(await page.Locator(page.Url[page.Url.IndexOf('#', StringComparison.Ordinal)..]).IsVisibleAsync());
    }

    [Theory]
    [InlineData(true, 930_001)]
    [InlineData(false, 930_002)]
    public async Task An_applicant_submits_and_the_city_returns_it(bool script, int number)
    {
        var page = await served.OpenAsync(script);
        var clerk = await served.SignInAsync(page, Roles.Applicant, "370100", DemoForm.Code("370100", number).Value);
        var id = (await served.DraftAsync(clerk)).Value;
        await page.GotoAsync($"/office/applications/{id}/submit");
        await page.ClickAsync("button[name=submit]");
        await Assertions.Expect(page.Locator(".error-summary")).ToBeFocusedAsync();
        await page.CheckAsync("[name=truth_undertaking]");
        await page.ClickAsync("button[name=submit]");
        await page.WaitForURLAsync("**/receipt");
        await Served.PictureAsync(page, $"receipt-{script}");

        var officer = await served.OpenAsync(script);
        await served.SignInAsync(officer, Roles.CityOfficer, "370100");
        await officer.ClickAsync($"main a[href='/office/applications/{id}/city-check']");
        await Served.PictureAsync(officer, $"city-application-{script}");
        await officer.ClickAsync("button[value=return]");
        await Assertions.Expect(officer.Locator(".error-summary")).ToBeFocusedAsync();
        await officer.Locator("details", new PageLocatorOptions { Has = officer.Locator("[name='remark.positioning']") }).Locator("summary").ClickAsync();
        await officer.FillAsync("[name='remark.positioning']", "请补充规划目标。");
        await Served.PictureAsync(officer, $"city-return-{script}");
        await officer.ClickAsync("button[value=return]");
        await Assertions.Expect(officer.Locator(".notice.done")).ToBeVisibleAsync();

        await page.GotoAsync("/office");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("退回补正");
        await page.GotoAsync($"/office/applications/{id}/form/positioning");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("请补充规划目标。");
        await Served.PictureAsync(page, $"returned-{script}");
    }

    [Fact]
    public async Task A_clerk_fills_in_the_whole_form_brings_all_evidence_and_submits_it_without_script()
    {
        var organisation = DemoForm.Code("370100", 935_001);
        var page = await served.OpenAsync(script: false, width: 360);
        await served.SignInAsync(page, Roles.Applicant, "370100", organisation.Value);
        await page.ClickAsync("main a[href*='do=open-draft']");
        await page.ClickAsync("main form button:not(.default)");
        var typed = Posted.From(DemoForm.Make("演示整表集群", "370100", "SW", "演示运营机构", organisation)).Values;
        foreach (var section in await page.Locator(".tasks a").EvaluateAllAsync<string[]>("links => links.map(a => a.pathname)"))
        {
            await page.GotoAsync(section);
            foreach (var (name, value) in typed.Where(t => t.Value.Any(v => !string.IsNullOrEmpty(v))))
            {
                while (name.Split('[') is [var table, var cell] && !cell.StartsWith(']') && await FieldsOf(page, name).CountAsync() == 0 && await page.Locator($"button[name=add][value='{table}']").CountAsync() > 0)
                    await page.ClickAsync($"button[name=add][value='{table}']");
                if (await FieldsOf(page, name).CountAsync() > 0)
                    await FillInAsync(page, name, [.. value.Select(v => v!)]);
            }
            await page.ClickAsync("button[name=go][value=next]");
            await page.GotoAsync(section);
            await UploadAllAsync(page);
        }
        await page.GotoAsync(new Uri(page.Url).AbsolutePath.Split("/form")[0] + "/submit");
        await UploadAllAsync(page);
        await page.CheckAsync("[name=truth_undertaking]");
        await page.ClickAsync("button[name=submit]");
        await page.WaitForURLAsync("**/receipt");
        await Served.PictureAsync(page, "receipt-whole-form");
    }

    /// <summary>Brings a file for everything on the page that asks for one.</summary>
    private static async Task UploadAllAsync(IPage page)
    {
        foreach (var indicator in await page.Locator("button[name=upload]:not(.default)").EvaluateAllAsync<string[]>("buttons => buttons.map(b => b.value)"))
        {
            await page.SetInputFilesAsync($"[name='file.{indicator}']", new FilePayload { Name = "佐证.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.7 demo\n%%EOF\n"u8.ToArray() });
            await page.ClickAsync($"button[name=upload][value='{indicator}']:not(.default)");
        }
    }

    private static ILocator FieldsOf(IPage page, string name) => page.Locator($"main [name='{name}']:not([type=hidden])");

    private static async Task FillInAsync(IPage page, string name, string[] values)
    {
        var first = FieldsOf(page, name).First;
        var kind = await first.EvaluateAsync<string>("field => field.type");
        if (kind is "checkbox" or "radio")
            foreach (var value in values.Except(["false"]))
                await page.CheckAsync($"main [name='{name}'][value='{value}']");
        else if (kind.StartsWith("select", StringComparison.Ordinal))
            await first.SelectOptionAsync(values);
        else
            await first.FillAsync(values[0]);
    }

    [Fact]
    public async Task The_form_saves_itself_while_it_is_typed()
    {
        var page = await served.OpenAsync();
        var clerk = await served.SignInAsync(page, Roles.Applicant, "370100", DemoForm.Code("370100", 940_001).Value);
        var id = (await served.DraftAsync(clerk)).Value;
        await page.GotoAsync($"/office/applications/{id}/form/basic");
        await page.FillAsync("[name=cluster_name]", "自动保存的名称");
        await Assertions.Expect(page.Locator("#saved")).ToContainTextAsync("已自动保存", new LocatorAssertionsToContainTextOptions { Timeout = 20_000 });
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("[name=cluster_name]")).ToHaveValueAsync("自动保存的名称");
    }
}
