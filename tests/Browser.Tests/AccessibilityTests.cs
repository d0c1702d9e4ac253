using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Review;

namespace Registry.BrowserTests;

/// <summary>axe finds nothing on any page template, at a desk and on a phone of 320 px, and no page is wider than the phone.</summary>
[Collection(nameof(Served))]
public sealed class AccessibilityTests(Served served)
{
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
        foreach (var path in lists.Where(p => p != "/office").Distinct())
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

    [Fact]
    public async Task Pages_of_the_expert_review()
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
        var members = await served.DrawnAsync(panel);
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
        foreach (var member in members)
            await served.DeclaredAsync(member.Actor, panel);
        foreach (var (page, width) in desks)
            await LookAsync(page, $"/office/sheets/{sheet.Value}/score", $"review-score-{width}");
        foreach (var member in members)
            await served.SignedAsync(member.Actor, new SheetId(panel, application, member.Expert));
        foreach (var (page, width) in desks)
            await LookAsync(page, $"/office/sheets/{sheet.Value}/print", $"review-sheet-{width}");
        await served.ClosedAsync(panel);
        await ProvinceAsync($"/panels/{panel.Value}/ranking");
    }

    private static async Task LookAsync(IPage page, string? path, string name)
    {
        if (path is not null)
        {
            var response = await page.GotoAsync(path);
            Assert.True(response!.Ok, $"{path}: {response.Status}");
        }
        await Served.PictureAsync(page, name);
        var found = await page.RunAxe();
        Assert.True(found.Violations.Length == 0, $"{path}: {string.Join("; ", found.Violations.Select(v => $"{v.Id} {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{path} is wider than the window");
    }
}
