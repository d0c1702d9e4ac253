using System.IO.Compression;
using System.Net;
using System.Text;
using Registry.Accounts;
using Registry.Applications;
using Registry.Audit;
using Registry.Tests.Pages;

namespace Registry.Tests.Audit;

/// <summary>The whole file of an application: exported by button and API, checked without the database, every change found.</summary>
public sealed class WholeFileTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<(byte[] Zip, ApplicationId Id)> ExportedAsync()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        await registry.Accepted(clerk, new WithdrawApplication("演示撤回理由", 1), id.Value, Scenario.Open);
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        using var answer = await auditor.GetAsync($"/api/v1/applications/{id.Value}/whole-file", Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadAsByteArrayAsync(Ct), id);
    }

    private static Task<FileVerdict> CheckAsync(byte[] zip) => FileCheck.CheckAsync(new MemoryStream(zip), Ct);

    /// <summary>The file with one of its parts written anew.</summary>
    private static byte[] Changed(byte[] zip, string part, Func<string, string?> change)
    {
        var copy = new MemoryStream();
        copy.Write(zip);
        using (var archive = new ZipArchive(copy, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = archive.Entries.First(e => e.FullName.StartsWith(part, StringComparison.Ordinal));
            var name = entry.FullName;
            string text;
            using (var reader = new StreamReader(entry.Open()))
                text = reader.ReadToEnd();
            entry.Delete();
            if (change(text) is { } anew)
                using (var writer = new StreamWriter(archive.CreateEntry(name).Open(), new UTF8Encoding(false)))
                    writer.Write(anew);
        }
        return copy.ToArray();
    }

    [Fact]
    public async Task A_whole_file_checks_without_the_database_and_any_change_of_it_is_found()
    {
        var (zip, id) = await ExportedAsync();
        var verdict = await CheckAsync(zip);
        Assert.Equal([], verdict.Faults);
        Assert.Equal((id.Value, 2), (verdict.Application, verdict.Events));

        Assert.NotEmpty((await CheckAsync(Changed(zip, "evidence/", t => t + " "))).Faults);
        Assert.NotEmpty((await CheckAsync(Changed(zip, "evidence/", _ => null))).Faults);
        Assert.NotEmpty((await CheckAsync(Changed(zip, "index.html", t => t.Replace("演示", "实际", StringComparison.Ordinal)))).Faults);
        Assert.Equal(["manifest.json"], (await CheckAsync(Changed(zip, "manifest.json", _ => "{}"))).Faults);
        Assert.Equal(["zip"], (await CheckAsync([1, 2, 3])).Faults);
        // Whoever also mends the digests of the parts is found by the commitments.
        Assert.Contains((await CheckAsync(Changed(zip, "events.jsonl", t => t.Replace("演示撤回理由", "另一个理由", StringComparison.Ordinal)))).Faults, f => f.EndsWith("(application-withdrawn): data.Reason", StringComparison.Ordinal));
        Assert.Contains((await CheckAsync(Changed(zip, "events.jsonl", t => t[(t.IndexOf('\n', StringComparison.Ordinal) + 1)..]))).Faults, f => f.StartsWith("application/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_in_the_file_reads_in_the_order_of_the_procedure()
    {
        var (zip, _) = await ExportedAsync();
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var reader = new StreamReader(archive.GetEntry("index.html")!.Open());
        var page = await reader.ReadToEndAsync(Ct);
        var (submitted, withdrawn) = (page.IndexOf("<h2>提交了申报", StringComparison.Ordinal), page.IndexOf("演示撤回理由", StringComparison.Ordinal));
        Assert.True(withdrawn > 0 && withdrawn > submitted);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(Roles.Expert)]
    [InlineData(Roles.Supervision)]
    [InlineData(Roles.Administrator)]
    public async Task Nobody_else_gets_it(Roles role)
    {
        using var client = await scenario.SignedInAsync(role);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/api/v1/applications/x/whole-file", Ct)).StatusCode);
    }

    [Fact]
    public async Task An_application_that_is_none_has_no_file_and_the_button_stands_on_the_page()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch);
        using var visitor = new Visitor(registry) { Now = DateTimeOffset.UtcNow };
        await visitor.SignInAsync(Roles.Auditor);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/office/applications/none/whole-file")).Status);
        var page = await visitor.GetAsync($"/office/applications/{id.Value}");
        Assert.NotNull(page.Document.QuerySelector($"a[href='/office/applications/{id.Value}/whole-file']"));
    }
}
