using PublicSite;

namespace PublicSite.Tests;

public sealed class DisclosureCheckTests : IDisposable
{
    private readonly SiteFixture site = new();

    private static readonly Dictionary<string, (string Code, Disclosure Data)> Wrong = new()
    {
        ["an id that climbs"] = ("disclosure.id", Cluster(c => c with { Id = "../x" })),
        ["an id in capitals"] = ("disclosure.id", Cluster(c => c with { Id = "Upper" })),
        ["an unknown city"] = ("disclosure.city", Cluster(c => c with { City = "990000" })),
        ["an unknown industry"] = ("disclosure.industry", Cluster(c => c with { Industry = "xx" })),
        ["an unknown batch"] = ("disclosure.batch", Cluster(c => c with { Batch = "2099-1" })),
        ["a wrong credit code"] = ("disclosure.credit-code", Cluster(c => c with { ApplicantCode = "91350100M000100Y4Z" })),
        ["the same id twice"] = ("disclosure.id-twice", Sample.Full with { Clusters = [.. Sample.Full.Clusters, Sample.Full.Clusters[0]] }),
        ["an address that is code"] = ("disclosure.address", Notice(n => n with { ExternalAddress = "javascript:alert(1)" })),
        ["a notice without entries"] = ("disclosure.empty-list", Notice(n => n with { Entries = [], Objections = [] })),
        ["an objection to nothing"] = ("disclosure.entry", Notice(n => n with { Objections = [new("1", "e99", ObjectionOutcome.ConditionsMet, "理由", new(2025, 11, 1))] })),
        ["a term that ends before it begins"] = ("disclosure.term", Sample.Full with { Findings = [Sample.Full.Findings[0] with { LastDay = new(2020, 1, 1) }] }),
    };

    public static TheoryData<string> WrongData => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(WrongData))]
    public async Task A_data_set_that_does_not_hang_together_is_refused(string fault)
    {
        var (code, data) = Wrong[fault];

        var result = await site.Publish(data, Sample.AfterRecognition);

        Assert.False(result.Published);
        Assert.Contains(result.Problems, p => p.Code == code);
        Assert.False(Directory.Exists(site.Current));
    }

    [Fact]
    public void A_data_set_survives_its_own_json()
    {
        var json = System.Text.Json.JsonSerializer.Serialize(Sample.Full, Disclosure.Json);
        var again = System.Text.Json.JsonSerializer.Deserialize<Disclosure>(json, Disclosure.Json)!;

        Assert.Equal(json, System.Text.Json.JsonSerializer.Serialize(again, Disclosure.Json));
        Assert.Equal(SiteFixture.Digest(Sample.Full, Sample.AfterRecognition), SiteFixture.Digest(again, Sample.AfterRecognition));
    }

    private static Disclosure Cluster(Func<PublicCluster, PublicCluster> change) =>
        Sample.Full with { Clusters = [change(Sample.Full.Clusters[0]), .. Sample.Full.Clusters.Skip(1)] };

    private static Disclosure Notice(Func<PublicityNotice, PublicityNotice> change) =>
        Sample.Full with { Notices = [change(Sample.Full.Notices[0]), .. Sample.Full.Notices.Skip(1)] };

    public void Dispose() => site.Dispose();
}
