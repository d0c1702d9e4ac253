using System.Security.Cryptography;
using System.Text;
using Registry.Programme;

namespace Registry.Demo;

/// <summary>An invented cluster and what happens to it.</summary>
/// <param name="Key">Part of the keys of its commands, so that an interrupted demo goes on where it stopped.</param>
/// <param name="Number">Makes its credit code.</param>
public sealed record DemoCluster(string Key, int Number, string City, string Industry, string Name, string Organisation)
{
    /// <summary>Figures of the form.</summary>
    public DemoFigures Figures { get; init; } = new();

    /// <summary>Returned once by the city, corrected and submitted again.</summary>
    public bool Returned { get; init; }

    /// <summary>Declined by the city.</summary>
    public bool Declined { get; init; }

    /// <summary>Recommended when the city's places are all taken: refused.</summary>
    public bool OverQuota { get; init; }

    /// <summary>Rejected at the provincial re-check.</summary>
    public bool Rejected { get; init; }

    /// <summary>How well the experts find it, 0 to 1.</summary>
    public decimal Merit { get; init; } = 0.82m;
}

/// <summary>Who plays in the demo. All names of clusters and organisations are invented; none is a real one's.</summary>
public static class DemoCast
{
    private static readonly string[] Places =
        ["云岫", "澄渊", "星渚", "青穗", "鹤汀", "朗川", "沐屿", "银杏湾", "望舒", "松涛里", "明玕", "汀兰", "赤霄", "玄圃", "晴岚", "聆溪", "溯光", "衡芜", "瑶圃", "归云", "雁回", "霁月", "流萤", "采薇", "乘桴", "芳甸", "素商"];

    /// <summary>Password of every account that the demo opens. It protects nothing: all data of the demo is invented.</summary>
    public const string Password = "Demo-2025-shandong";

    /// <summary>What each account is opened with; its person replaces it at once.</summary>
    public const string FirstPassword = "Erste-Kennung-vom-Amt-38";

    /// <summary>The clusters of the second batch: all sixteen cities, three or more in the two large ones.</summary>
    public static IReadOnlyList<DemoCluster> SecondBatch(CallDefinition definition)
    {
        var industries = definition.Industries.List;
        var clusters = new List<DemoCluster>();
        foreach (var (city, index) in definition.Cities.Select((c, i) => (c, i)))
        {
            var count = city.Code == "370100" ? 4 : city.Code == "370200" ? 3 : index < 6 ? 2 : 1;
            for (var n = 1; n <= count; n++)
                clusters.Add(Make($"{Login(city)}-{n}", clusters.Count, city, industries[clusters.Count * 3 % industries.Count]));
        }
        return [.. clusters.Select(Fate)];
    }

    /// <summary>A cluster of one of the small batches around the present day.</summary>
    public static DemoCluster Present(CallDefinition definition, int number, string city)
    {
        var option = definition.FindCity(city)!;
        return Make($"{Login(option)}-{number}", number, option, definition.Industries.List[number % definition.Industries.List.Count]);
    }

    /// <summary>The city's part of a sign-in name: its English name in small letters.</summary>
    public static string Login(Option city) => string.Concat(city.En.Where(char.IsAsciiLetter)).ToLowerInvariant();

    /// <summary>A receipt code that stays the same when an interrupted demo goes on.</summary>
    public static string Receipt(string step) =>
        string.Concat(SHA256.HashData(Encoding.UTF8.GetBytes($"demo receipt {step}")).Take(26).Select(b => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[b % 32]));

    private static DemoCluster Make(string key, int number, Option city, Industry industry)
    {
        var place = Places[number % Places.Length];
        return new DemoCluster(key, 700_000 + number, city.Code, industry.Code, $"{place}{industry.Zh}产业集群（演示）", $"{place}{industry.Zh}产业发展促进中心（演示）");
    }

    private static DemoCluster Fate(DemoCluster cluster) => cluster.Key switch
    {
        "jinan-4" => cluster with { OverQuota = true },
        "qingdao-2" or "zibo-1" => cluster with { Returned = true },
        "zibo-2" => cluster with { Declined = true, Figures = new DemoFigures { Revenue = "31.2", Sales = "31.2", Research = "1.1" } },
        "dongying-2" => cluster with { Rejected = true },
        "yantai-1" => cluster with { Merit = 0.46m },
        "heze-1" => cluster with { Merit = 0.52m },
        _ => cluster with { Merit = 0.70m + cluster.Number % 23 / 100m },
    };
}
