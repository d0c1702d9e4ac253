using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Objections;

namespace Registry.BrowserTests;

/// <summary>The objections' room for everybody in it: axe finds nothing, and a phone of 320 px is wide enough.</summary>
[Collection(nameof(Served))]
public sealed class ObjectionRoomTests(Served served)
{
    [Fact]
    public async Task A_citizen_files_on_a_phone_and_officers_city_and_supervision_find_their_pages()
    {
        var citizen = await served.OpenAsync(script: false, width: 320);
        var objected = await served.ObjectedAsync("370800", 970_001);
        await citizen.GotoAsync("/objections");
        await citizen.Locator("input[name=entry]").First.CheckAsync();
        await citizen.CheckAsync("[name=kind][value=Person]");
        foreach (var (field, text) in new[] { ("name", "演示异议人乙"), ("contact", "演示联系方式乙"), ("facts", "申报书所列规上企业数量与实际不符。"), ("evidence", "见该市统计公报。") })
            await citizen.FillAsync($"[name={field}]", text);
        await Served.PictureAsync(citizen, "objection-form-320");
        await citizen.ClickAsync("main .buttons button");
        await citizen.WaitForURLAsync("**/objections/receipt");
        await PrintedAsync(citizen, "objection-receipt");
        await LookAsync(citizen, null, "objection-receipt-320", script: false);
        await citizen.ClickAsync("main .buttons button");
        await LookAsync(citizen, null, "objection-status-320", script: false);

        foreach (var width in new[] { 1280, 320 })
        {
            var form = await served.OpenAsync(width: width);
            await LookAsync(form, "/objections", $"objection-form-open-{width}");
            await form.Locator("input[name=entry]").First.CheckAsync();
            await form.CheckAsync("[name=kind][value=Person]");
            foreach (var (field, text) in new[] { ("name", "演示异议人丙"), ("contact", "演示联系方式丙"), ("facts", $"申报书所列骨干企业数量与实际不符（{width}）。"), ("evidence", "见该市统计公报。") })
                await form.FillAsync($"[name={field}]", text);
            await form.ClickAsync("main .buttons button");
            await form.WaitForURLAsync("**/objections/receipt");
            await LookAsync(form, null, $"objection-receipt-script-{width}");
            await form.GotoAsync("/objections/status");
            await form.FillAsync("main [name=code]", objected.Code);
            await form.ClickAsync("main .buttons button");
            await LookAsync(form, null, $"objection-status-found-{width}");

            var province = await served.OpenAsync(width: width);
            var officer = await served.SignInAsync(province, Roles.ProvincialOfficer);
            await served.OpenedByAsync(officer, objected.Objection);
            foreach (var path in new[]
            {
                $"/publicity/{objected.Notice}", $"/batches/{served.Batch.Value}/shortlist", "/objections", "/objections?state=all", $"/objections/{objected.Objection}", "/objections/entered",
                $"/objections/{objected.Objection}/findings", "/letters",
            })
                await LookAsync(province, "/office" + path, $"objections-{path.Replace(objected.Objection, "x", StringComparison.Ordinal).Trim('/').Replace('/', '-').Replace('?', '-')}-{width}");

            var city = await served.OpenAsync(width: width);
            await served.SignInAsync(city, Roles.CityOfficer, "370800");
            await LookAsync(city, $"/office/objections/{objected.Objection}/statements", $"objections-statement-{width}");

            var supervision = await served.OpenAsync(width: width);
            await served.SignInAsync(supervision, Roles.Supervision);
            await LookAsync(supervision, "/office/complaints", $"complaints-{width}");
            await supervision.ClickAsync("main table a");
            await LookAsync(supervision, null, $"complaint-{width}");
        }
    }

    /// <summary>What comes out of the printer still says all that the receipt has to say.</summary>
    private static async Task PrintedAsync(IPage page, string name)
    {
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await Served.PictureAsync(page, name + "-print");
        Assert.True(await page.Locator("main .code").First.IsVisibleAsync());
        Assert.False(await page.Locator("main .buttons").First.IsVisibleAsync());
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });
    }

    /// <param name="script">Without script axe cannot run; then only the width is looked at.</param>
    private static async Task LookAsync(IPage page, string? path, string name, bool script = true)
    {
        if (path is not null)
            Assert.True((await page.GotoAsync(path))!.Ok, path);
        await Served.PictureAsync(page, name);
        if (script)
        {
            var found = await page.RunAxe(Served.Axe);
            Assert.True(found.Violations.Length == 0, $"{name}: {string.Join("; ", found.Violations.Select(v => $"{v.Id} {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html))}"))}");
        }
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{name} is wider than the window");
    }
}
