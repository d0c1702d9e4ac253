using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Demo;

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
        foreach (var path in new[] { "/office/sign-in", "/objections", "/objections/status", "/reports", "/complaints" })
            await LookAsync(page, path, $"public-{path.Trim('/').Replace('/', '-')}-{width}");
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

    private static async Task LookAsync(IPage page, string path, string name)
    {
        var response = await page.GotoAsync(path);
        Assert.True(response!.Ok, $"{path}: {response.Status}");
        await Served.PictureAsync(page, name);
        var found = await page.RunAxe();
        Assert.True(found.Violations.Length == 0, $"{path}: {string.Join("; ", found.Violations.Select(v => $"{v.Id} {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{path} is wider than the window");
    }
}
