using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using MiniExcelLibs;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Review;

namespace Registry.BrowserTests;

/// <summary>axe finds nothing on any page template, at a desk and on a phone of 320 px, and no page is wider than the phone.</summary>
[Collection(nameof(Served))]
public sealed class AccessibilityTests(Served served)
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Roles> Examined = [];

    [Theory]
    [InlineData(1280)]
    [InlineData(320)]
    public async Task Pages_without_an_account(int width)
    {
        var page = await served.OpenAsync(width: width);
        foreach (var path in new[] { "/office/sign-in", "/office/blank-forms", $"/office/blank-forms/{served.Batch.Value}", "/objections", "/objections/status", "/reports", "/complaints" })
            await LookAsync(page, path, $"public-{path.Trim('/').Replace('/', '-')}-{width}");
    }

    [Theory]
    [InlineData(1280, 950_001)]
    [InlineData(320, 950_011)]
    public async Task Decision_pages_of_city_and_province(int width, int number)
    {
        var (city, other) = width == 320 ? ("370300", "370500") : ("370400", "370600");
        var reported = await served.ReportedAsync(other, number);
        var waiting = await served.SubmittedAsync(city, number + 5, again: true);
        var officer = await served.OpenAsync(width: width);
        await served.SignInAsync(officer, Roles.CityOfficer, city);
        foreach (var path in new[] { $"/applications/{waiting}/city-check", $"/applications/{waiting}/changes", $"/batches/{served.Batch.Value}/city-report" })
            await LookAsync(officer, "/office" + path, $"city-{path.Split('/')[^1]}-{width}");
        await officer.GotoAsync($"/office/applications/{waiting}/city-check");
        await officer.ClickAsync("button[value=preview]:not(.default)");
        await LookAsync(officer, null, $"city-refused-{width}");
        await officer.FillAsync("[name=opinion]", "建议推荐。");
        await officer.FillAsync("[name=rank]", "2");
        foreach (var box in await officer.Locator("textarea[name^='finding.']").AllAsync())
            await box.FillAsync("经核查，符合。");
        await officer.ClickAsync("button[value=preview]:not(.default)");
        await LookAsync(officer, null, $"city-preview-{width}");

        var province = await served.OpenAsync(width: width);
        await served.SignInAsync(province, Roles.ProvincialOfficer);
        foreach (var path in new[] { $"/batches/{served.Batch.Value}/screening?select=plain", $"/batches/{served.Batch.Value}/screening/list", $"/applications/{reported}/recheck", "/definitions" })
            await LookAsync(province, "/office" + path, $"province-{path.Split('/', '?')[^1]}-{width}");
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(320)]
    public async Task Pages_of_the_applicant(int width)
    {
        var page = await served.OpenAsync(width: width);
        var clerk = await served.SignInAsync(page, Roles.Applicant, "370100", DemoForm.Code("370100", 910_000 + width).Value);
        var id = (await served.DraftAsync(clerk)).Value;
        foreach (var path in new[]
        {
            "", "/applications", $"/applications/{id}/form", $"/applications/{id}/form/basic", $"/applications/{id}/form/scale", $"/applications/{id}/form/chain",
            $"/applications/{id}/form/innovation", $"/applications/{id}/form/claims", $"/applications/{id}/check", $"/applications/{id}/submit", $"/applications/{id}",
        })
            await LookAsync(page, "/office" + path, $"applicant-{path.Replace(id, "x", StringComparison.Ordinal).Trim('/').Replace('/', '-')}-{width}");
    }

    [Theory]
    [InlineData(Roles.CityOfficer)]
    [InlineData(Roles.ProvincialOfficer)]
    [InlineData(Roles.Expert)]
    [InlineData(Roles.IntegrityOfficer)]
    [InlineData(Roles.Auditor)]
    [InlineData(Roles.Supervision)]
    [InlineData(Roles.Administrator)]
    public async Task Console_lists_and_forms_of_every_office(Roles role)
    {
        var page = await served.OpenAsync();
        await served.SignInAsync(page, role, role == Roles.CityOfficer ? "370200" : null);
        await LookAsync(page, "/office", $"{role}-console");
        var lists = await page.Locator("nav.sections a, main a[href*='?do=']").EvaluateAllAsync<string[]>("links => links.map(l => l.getAttribute('href'))");
        // A list is one template whoever reads it; whose role comes first looks at it.
        foreach (var path in lists.Distinct().Where(p => p != "/office" && (p.Contains("?do=", StringComparison.Ordinal) || Examined.TryAdd(p, role))))
            await LookAsync(page, path, $"{role}{path.Replace("/office", "", StringComparison.Ordinal).Replace('/', '-').Replace('?', '-')}");
    }

    [Theory]
    [InlineData(1280, 960_001)]
    [InlineData(320, 960_101)]
    public async Task Pages_of_recognition_and_integrity(int width, int number)
    {
        var (city, now) = ("370700", DateTimeOffset.UtcNow);
        var publicised = new ApplicationPublicised(new("notice"), 1, now.AddDays(-9), now.AddDays(-2));
        await served.LaterAsync(city, number, _ => [publicised]);
        var recognised = await served.LaterAsync(
            city, number + 1, entry => [publicised, new ApplicationRecognised(new("announcement"), "鲁工信〔2026〕1号", ChinaTime.ToDay(now), null, served.Batch, entry)]);
        var refused = await served.LaterAsync(city, number + 2, _ => [publicised, new ApplicationNotRecognised(Sealed.Of("创新平台数量不足。"))]);
        var accused = await served.SubmittedAsync(city, number + 3);
        var found = await served.FoundAsync(accused);
        var review = await served.GiveAsync(new Actor("clerk", Roles.Applicant, city, DemoForm.Code(city, number + 2).Value), refused.Value, new RequestReview("平台证书已附。", 3));
        await served.ListedAsync();

        var province = await served.OpenAsync(width: width);
        await served.SignInAsync(province, Roles.ProvincialOfficer);
        foreach (var (path, name) in new[]
        {
            ($"/cases/{found}", "case"), ($"/organisations/{DemoForm.Code(city, number + 3).Value}", "organisation"), ("/register", "register"), ($"/applications/{refused.Value}/recognition", "told"),
            ($"/applications/{recognised.Value}/recognition", "recognised"), ("/restrictions", "restrictions"), ($"/batches/{served.Batch.Value}/recognition", "decision"), ("/review-requests", "reviews"), ($"/review-requests/{review.Id}", "review"),
            ($"/applications/{recognised.Value}/proof", "proof"),
        })
            await LookAsync(province, "/office" + path, $"province-{name}-{width}");
        await province.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Served.PictureAsync(province, $"province-proof-print-{width}");
    }

    /// <summary>Two officers, two experts, one of them without script, and a notice: everything that is done on the way is done on the pages.</summary>
    [Fact]
    public async Task Pages_of_the_expert_review_on_the_way_from_the_sealed_numbers_to_the_posted_notice()
    {
        var (batch, panel, application) = await served.PanelFormedAsync("370900", 980_001);
        var provinces = new List<(IPage Page, int Width)>();
        foreach (var width in new[] { 1280, 320 })
        {
            var page = await served.OpenAsync(width: width);
            await served.SignInAsync(page, Roles.ProvincialOfficer);
            provinces.Add((page, width));
        }
        async Task ProvinceAsync(params string[] paths)
        {
            foreach (var (page, width) in provinces)
                foreach (var path in paths)
                    await LookAsync(page, "/office" + path, $"review-{path.Split('/')[^1].Replace(panel.Value, "panel", StringComparison.Ordinal)}-{width}");
        }
        await ProvinceAsync($"/batches/{batch.Value}/panels", $"/panels/{panel.Value}/sealed-number", "/experts");
        var (first, second) = (provinces[0].Page, provinces[1].Page);
        var sealedNumbers = new List<(IPage Page, string Number, string Salt)>();
        foreach (var officer in new[] { first, second })
        {
            await officer.GotoAsync($"/office/panels/{panel.Value}/sealed-number");
            sealedNumbers.Add((officer, await officer.InputValueAsync("[name=number]"), await officer.InputValueAsync("[name=salt]")));
            await officer.CheckAsync("[name=kept]");
            await DoneAsync(officer);
        }
        await StepAsync(first, $"/office/panels/{panel.Value}", "take-snapshot");
        foreach (var (officer, number, salt) in sealedNumbers)
            await StepAsync(officer, $"/office/panels/{panel.Value}", "open-seed", ("number", number), ("salt", salt));
        await StepAsync(first, $"/office/panels/{panel.Value}", "draw-panel");
        var members = await served.MembersAsync(panel);
        await ProvinceAsync($"/panels/{panel.Value}", $"/applications/{application.Value}/on-site-checks");

        var (scorer, expert) = members[0];
        var sheet = new SheetId(panel, application, expert);
        var desks = new List<(IPage Page, int Width)>();
        foreach (var width in new[] { 1280, 320 })
        {
            var page = await served.OpenAsync(width: width);
            await served.SignInAsync(page, scorer);
            desks.Add((page, width));
        }
        foreach (var (page, width) in desks)
            foreach (var path in new[] { "/review/assignments", $"/panels/{panel.Value}/declarations" })
                await LookAsync(page, "/office" + path, $"review-{path.Split('/')[^1]}-{width}");
        var plain = await served.OpenAsync(script: false);
        await served.SignInAsync(plain, members[1].Actor);
        foreach (var expertPage in new[] { desks[0].Page, plain })
        {
            await expertPage.GotoAsync($"/office/panels/{panel.Value}/declarations");
            await expertPage.CheckAsync("[name=serve][value=yes]");
            await expertPage.CheckAsync("[name=confidentiality]");
            await DoneAsync(expertPage);
        }
        foreach (var member in members.Skip(2))
            await served.DeclaredAsync(member.Actor, panel);
        foreach (var (page, width) in desks)
            await LookAsync(page, $"/office/sheets/{sheet.Value}/score", $"review-score-{width}");
        await ScoreByKeyboardAsync(desks[0].Page);
        await plain.GotoAsync($"/office/sheets/{new SheetId(panel, application, members[1].Expert).Value}/score");
        await Assertions.Expect(plain.Locator("#dossier")).ToBeVisibleAsync();
        foreach (var criterion in await plain.Locator("main fieldset.criterion").AllAsync())
        {
            await criterion.Locator("input").FillAsync("4.5");
            await criterion.Locator("textarea").FillAsync("依据申报材料");
        }
        await plain.ClickAsync("main button[name=go][value=sign]");
        await Assertions.Expect(plain.Locator(".notice.done[role=status]")).ToBeVisibleAsync();
        foreach (var member in members.Skip(2))
            await served.SignedAsync(member.Actor, new SheetId(panel, application, member.Expert));
        foreach (var (page, width) in desks)
            await LookAsync(page, $"/office/sheets/{sheet.Value}/print", $"review-sheet-{width}");
        await StepAsync(first, $"/office/panels/{panel.Value}", "close-panel", ("opinion", "同意上述评分。"));
        await ProvinceAsync($"/panels/{panel.Value}/ranking");

        var shortlist = $"/office/batches/{batch.Value}/shortlist";
        var today = $"{ChinaTime.ToDay(DateTimeOffset.UtcNow):yyyy-MM-dd}";
        await first.GotoAsync(shortlist);
        await first.ClickAsync("main button[value=preview]");
        await LookAsync(first, null, "review-shortlist-preview");
        await first.ClickAsync("main button[value=propose]");
        await Assertions.Expect(first.Locator(".notice.done[role=status]")).ToBeVisibleAsync();
        await StepAsync(second, shortlist, "fix-shortlist", ("meeting", "厅长办公会"), ("decidedOn", today), ("signatory", "演示签发人"));
        const string address = "https://gxt.example.cn/notice.html";
        await StepAsync(first, shortlist, "open-publicity", ("plannedDay", today), ("postingAddress", address));
        var notice = $"/publicity/{(await served.NoticeAsync(batch)).Value}";
        await ProvinceAsync(notice);
        // A form's moment has whole seconds; the looks before took longer than one, so that it lies after the notice was made.
        var posted = ChinaTime.ToLocal(DateTimeOffset.UtcNow);
        await StepAsync(first, "/office" + notice, "verify-posting", ("postedAt", posted.ToString(posted.Second == 0 ? "yyyy-MM-ddTHH:mm" : "yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture)));
        await Assertions.Expect(first.Locator("main")).ToContainTextAsync("第 5 个工作日");
        await ProvinceAsync(notice, $"/batches/{batch.Value}/recognition");
    }

    /// <summary>Opens the page, takes the step that it offers, and sees that it was done.</summary>
    private static async Task StepAsync(IPage page, string address, string command, params (string Name, string Value)[] typed)
    {
        await page.GotoAsync(address);
        await page.ClickAsync($"main a[href*='do={command}']");
        await DoneAsync(page, typed);
    }

    private static async Task DoneAsync(IPage page, params (string Name, string Value)[] typed)
    {
        await RoleJourneyTests.FillAsync(page, typed);
        await Assertions.Expect(page.Locator(".notice.done[role=status]")).ToBeVisibleAsync();
    }

    /// <summary>Points and comment of every criterion, then the button that signs, with no hand on the mouse.</summary>
    private static async Task ScoreByKeyboardAsync(IPage page)
    {
        await page.FocusAsync("main fieldset.criterion input >> nth=0");
        for (var left = await page.Locator("main fieldset.criterion").CountAsync(); left > 0; left--)
            foreach (var typed in new[] { "4.5", "依据申报材料" })
            {
                await page.Keyboard.InsertTextAsync(typed);
                await page.Keyboard.PressAsync("Tab");
            }
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".notice.done[role=status]")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(1280, "371600", 970_001)]
    [InlineData(320, "371500", 970_011)]
    public async Task Pages_about_sensitive_material_rows_to_correct_and_the_dry_run_of_a_table(int width, string city, int number)
    {
        var (withheld, returned) = (await served.SubmittedAsync(city, number), await served.SubmittedAsync(city, number + 1));
        var officer = await served.OpenAsync(width: width);
        await served.SignInAsync(officer, Roles.CityOfficer, city);
        await LookAsync(officer, $"/office/applications/{withheld}/quarantines", $"quarantine-choose-{width}");
        await officer.CheckAsync("[name=what][value='text/positioning']");
        await officer.ClickAsync("main form button:not(.default)");
        await LookAsync(officer, null, $"quarantine-refused-{width}");
        await officer.CheckAsync("[name=what][value='text/positioning']");
        await officer.FillAsync("[name=reason]", "涉及未公开规划");
        await officer.ClickAsync("main form button:not(.default)");
        await LookAsync(officer, null, $"quarantine-waits-{width}");
        var quarantine = new Uri(officer.Url).AbsolutePath;
        var second = await served.OpenAsync(width: width);
        await served.SignInAsync(second, Roles.CityOfficer, city);
        await LookAsync(second, quarantine, $"quarantine-decide-{width}");
        await LookAsync(second, "/office/quarantines", $"quarantines-{width}");
        await LookAsync(second, $"/office/applications/{withheld}/city-check", $"city-withheld-{width}");
        await LookAsync(second, $"/office/batches/{served.Batch.Value}/hand-over", $"hand-over-{width}");
        var province = await served.OpenAsync(width: width);
        await served.SignInAsync(province, Roles.ProvincialOfficer);
        await LookAsync(province, $"/office/batches/{served.Batch.Value}/hand-overs", $"hand-overs-{width}");

        await second.GotoAsync($"/office/batches/{served.Batch.Value}/city-report");
        await second.SetInputFilesAsync("#f-table", new FilePayload { Name = "汇总表.xlsx", MimeType = SummaryTable.MediaType, Buffer = UnknownCluster() });
        await second.ClickAsync("form[action$='/city-report/table'] button:not(.default)");
        await LookAsync(second, null, $"dry-run-{width}");
        Assert.NotEqual(0, await second.Locator("main table tbody tr").CountAsync());

        await second.GotoAsync($"/office/applications/{returned}/city-check");
        await second.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        await LookAsync(second, null, $"city-rows-{width}");
        await second.SelectOptionAsync("[name='row-remark.leading_firms[0].row']", "0");
        await second.SelectOptionAsync("[name='row-remark.leading_firms[0].column']", "revenue");
        await second.FillAsync("[name='row-remark.leading_firms[0].text']", "与审计报告不一致。");
        await second.ClickAsync("button[value=return]");
        var applicant = await served.OpenAsync(width: width);
        await served.SignInAsync(applicant, Roles.Applicant, city, DemoForm.Code(city, number + 1).Value);
        await applicant.GotoAsync($"/office/applications/{returned}/form");
        await LookAsync(applicant, $"/office/applications/{returned}/form/chain", $"applicant-rows-{width}");
        Assert.Equal(1, await applicant.Locator("td:has([name='leading_firms[0].revenue']) .notice").CountAsync());
    }

    /// <summary>A summary table with one row that is nobody's.</summary>
    private static byte[] UnknownCluster()
    {
        using var table = new System.Data.DataTable();
        foreach (var heading in SummaryTable.Headings(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!))
            table.Columns.Add(heading, typeof(object));
        var row = table.NewRow();
        (row[SummaryTable.ClusterColumn], row[SummaryTable.CodeColumn]) = ("查无此集群", DemoForm.Code("370100", 999_999).Value);
        table.Rows.Add(row);
        using var file = new MemoryStream();
        file.SaveAs(table, sheetName: "汇总表");
        return file.ToArray();
    }

    private static async Task LookAsync(IPage page, string? path, string name)
    {
        if (path is not null)
        {
            var response = await page.GotoAsync(path);
            Assert.True(response!.Ok, $"{path}: {response.Status}");
        }
        await Served.PictureAsync(page, name);
        var found = await page.RunAxe(Served.Axe);
        Assert.True(found.Violations.Length == 0, $"{path}: {string.Join("; ", found.Violations.Select(v => $"{v.Id} {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{path} is wider than the window");
    }
}
