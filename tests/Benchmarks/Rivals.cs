using System.Text;
using System.Text.Json;
using PublicSite;

namespace Benchmarks;

/// <summary>
/// The pages of all clusters as input for other generators. Their templates are this site's own page of one cluster with the values left open, which is the easiest
/// case for them: no choice, no loop, no link to work out. That is all they build; lists, open data, checks and digests are this site's alone.
/// </summary>
public static class Rivals
{
    /// <summary>What differs from page to page, by the mark that stands for it in the template.</summary>
    private static readonly (string Name, string Mark)[] Values =
    [
        ("id", "zzid"), ("name", "ZZNAME"), ("cityName", "ZZCITYZH"), ("cityNameEn", "ZZCITYEN"), ("city", "zzcity"), ("industryName", "ZZINDUSTRYZH"), ("industryNameEn", "ZZINDUSTRYEN"),
        ("industry", "zzindustry"), ("applicant", "ZZAPPLICANT"), ("code", "ZZCODE"), ("batchName", "ZZBATCHZH"), ("batchNameEn", "ZZBATCHEN"), ("batch", "zzbatch"), ("document", "ZZDOCUMENT"),
        ("title", "ZZTITLE"), ("number", "ZZNUMBER"), ("openedAt", "2001-02-03T04:05:00"), ("opened", "2001-02-03 04:05"), ("asOfAt", "2006-07-08T09:10:00"), ("asOf", "2006-07-08 09:10"),
    ];

    /// <summary>Writes a Hugo site: one content file for each page, as that generator wants it.</summary>
    public static void WriteHugo(Disclosure data, string folder)
    {
        Write(folder, "hugo.json", """{"baseURL":"https://example.invalid/","uglyURLs":true,"disableKinds":["taxonomy","term","RSS","sitemap","home","section","404"],"disableHugoGeneratorInject":true}""");
        foreach (var (language, type) in new[] { ("", "cluster"), ("en/", "en") })
        {
            Write(folder, $"layouts/{type}/single.html", Template(language, name => "{{ .Params." + name.ToLowerInvariant() + " }}"));
            foreach (var page in Pages(data))
                Write(folder, $"content/{language}cluster/{page["id"]}.md", JsonSerializer.Serialize(page.ToDictionary(p => p.Key.ToLowerInvariant(), p => p.Value), Disclosure.Json));
        }
    }

    /// <summary>Writes an Eleventy site: one template for each language over one list, as that generator wants it.</summary>
    public static void WriteEleventy(Disclosure data, string folder)
    {
        Write(folder, "package.json", """{"type":"commonjs"}""");
        Write(folder, "eleventy.config.js", "module.exports = config => ({ dir: { input: 'src', output: 'out' }, templateFormats: ['njk'] });\n");
        Write(folder, "src/_data/clusters.json", JsonSerializer.Serialize(Pages(data), Disclosure.Json));
        foreach (var (language, file) in new[] { ("", "zh"), ("en/", "en") })
            Write(folder, $"src/{file}.njk", $$$"""
                ---
                pagination: { data: clusters, size: 1, alias: page_of }
                permalink: "{{{language}}}cluster/{{ page_of.id }}.html"
                ---

                """ + Template(language, name => "{{ page_of." + name + " }}"));
    }

    /// <summary>This site's page of a cluster that consists of marks, with each mark replaced.</summary>
    private static string Template(string language, Func<string, string> open)
    {
        var sample = SyntheticSite.Of(1, alike: true);
        var (opened, asOf) = (At(2001, 2, 3, 4, 5), At(2006, 7, 8, 9, 10));
        var cluster = sample.Clusters[0];
        var marked = sample with
        {
            Site = sample.Site with { Cities = [new City("zzcity", new("ZZCITYZH", "ZZCITYEN"))], Industries = [new Industry("zzindustry", new("ZZINDUSTRYZH", "ZZINDUSTRYEN"))] },
            Batches = [sample.Batches[0] with { Id = "zzbatch", Title = new("ZZBATCHZH", "ZZBATCHEN") }],
            Announcements = [sample.Announcements[0] with { Id = "zzbatch-recognition", Batch = "zzbatch", DocumentNumber = "ZZDOCUMENT", Title = "ZZTITLE", Entries = [] }],
            Clusters =
            [
                cluster with
                {
                    Id = "zzid", Name = "ZZNAME", City = "zzcity", Industry = "zzindustry", Applicant = "ZZAPPLICANT", ApplicantCode = "ZZCODE", Batch = "zzbatch", AsOf = asOf,
                    Timeline = [cluster.Timeline[0] with { At = opened }, cluster.Timeline[1], cluster.Timeline[2] with { Text = "ZZNUMBER", Announcement = "zzbatch-recognition" }],
                },
            ],
        };
        var options = new SiteOptions { OutputFolder = "unused" };
        var page = SiteBuilder.Plan(new SiteView(marked, SyntheticSite.BuildDay, options.ShortRegister), options).Single(f => f.Path == language + "cluster/zzid.html");
        return Values.Aggregate(Encoding.UTF8.GetString(page.Render()), (html, value) => html.Replace(value.Mark, open(value.Name), StringComparison.Ordinal));
    }

    private static IEnumerable<Dictionary<string, string>> Pages(Disclosure data)
    {
        var cities = data.Site.Cities.ToDictionary(c => c.Code);
        var industries = data.Site.Industries.ToDictionary(i => i.Code);
        var batches = data.Batches.ToDictionary(b => b.Id);
        var announcements = data.Announcements.ToDictionary(a => a.Batch);
        return data.Clusters.Select(c => new Dictionary<string, string>
        {
            ["id"] = c.Id, ["name"] = c.Name, ["city"] = c.City, ["cityName"] = cities[c.City].Name.Zh, ["cityNameEn"] = cities[c.City].Name.En!,
            ["industry"] = c.Industry, ["industryName"] = industries[c.Industry].Name.Zh, ["industryNameEn"] = industries[c.Industry].Name.En!,
            ["applicant"] = c.Applicant, ["code"] = c.ApplicantCode, ["batch"] = c.Batch, ["batchName"] = batches[c.Batch].Title.Zh, ["batchNameEn"] = batches[c.Batch].Title.En!,
            ["document"] = announcements[c.Batch].DocumentNumber, ["title"] = announcements[c.Batch].Title, ["number"] = c.Timeline[2].Text!,
            ["openedAt"] = Instant(c.Timeline[0].At!.Value, 'T'), ["opened"] = Instant(c.Timeline[0].At!.Value, ' '), ["asOfAt"] = Instant(c.AsOf, 'T'), ["asOf"] = Instant(c.AsOf, ' '),
        });
    }

    private static string Instant(DateTimeOffset at, char between) =>
        at.ToString(between == 'T' ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset At(int year, int month, int day, int hour, int minute) => new(year, month, day, hour, minute, 0, TimeSpan.FromHours(8));

    private static void Write(string folder, string path, string text)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
