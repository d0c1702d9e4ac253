namespace Verify.Tests;

/// <summary>What an honest site may look like besides the plainest one.</summary>
public sealed partial class StrangerTests
{
    [Fact]
    public async Task A_retired_key_that_the_reader_did_not_give_is_named_as_the_site_s_word()
    {
        var other = new VerifierKey(Published.Origin, 1, new byte[32]).ToString();
        site.WriteText("log/retired", $"5 {other}\n");
        var report = await RunAsync([site.Key]);
        Assert.True(report.Holds, report.ToText());
        Assert.Contains(report.Findings, f => f is { Name: "log.trust", Outcome: Outcome.Open } && f.Zh.Contains(other, StringComparison.Ordinal) && f.En.Contains(other, StringComparison.Ordinal));
        Assert.DoesNotContain((await RunAsync([site.Key, other])).Findings, f => f is { Name: "log.trust", Outcome: Outcome.Open });
    }

    [Fact]
    public async Task A_list_and_its_objections_may_go_on_on_further_pages()
    {
        Plant("a name that stands in a file beside the page alone");
        site.WriteSite([.. Published.InBothLanguages("notice/a.p2.html", "甲单位")]);
        Assert.True((await RunAsync([site.Key])).Holds);
        site.WriteSite((Notice, "<main>公示甲 甲集群</main>"), ("notice/a.p2.html", "<main></main>"), ("notice/a.objections.p12.html", "<main>甲单位</main>"));
        Assert.True((await RunAsync([site.Key])).Holds);
    }
}
