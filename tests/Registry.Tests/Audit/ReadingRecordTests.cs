using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Recommendation;

namespace Registry.Tests.Audit;

/// <summary>What leaves the program as a file is read as well: each such reading stands in the record under its own name, and is found by the stream it is of.</summary>
public sealed class ReadingRecordTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_summary_table_with_its_opinions_and_its_dry_run_are_readings_of_each_cluster()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.RecommendedAsync(batch);
        using var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var table = await officer.GetByteArrayAsync($"/api/v1/batches/{batch.Value}/summary-table", Ct);
        Assert.Equal(["get-summary-table"], await ReadingsAsync(id.Stream));

        using var body = new ByteArrayContent(table) { Headers = { ContentType = new MediaTypeHeaderValue(SummaryTable.MediaType) } };
        using var checkedTable = await officer.PostAsync($"/api/v1/batches/{batch.Value}/summary-table/check", body, Ct);
        checkedTable.EnsureSuccessStatusCode();
        Assert.Equal(["check-summary-table", "get-summary-table"], await ReadingsAsync(id.Stream));
    }

    [Fact]
    public async Task Files_are_readings_of_their_application_or_report_under_the_name_of_what_was_asked()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        var hash = (await scenario.LastAsync<ApplicationSubmitted>(id.Stream)).FormHash;
        var files = registry.Host.Services.GetRequiredService<EvidenceStore>();
        var scan = await files.PutAsync(id.Value, Files.MadeFiles.Pdf("sealed"), Ct);
        await registry.Accepted(clerk, new FileSealedCopy(hash, scan.Sha256, scan.Size, "application/pdf", "盖章.pdf", 1), id.Value, Scenario.Open);
        var evidence = await files.PutAsync(id.Value, scenario.Evidence, Ct);
        using var officer = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        await officer.GetByteArrayAsync($"/api/v1/applications/{id.Value}/evidence/{evidence.Sha256}", Ct);
        await officer.GetByteArrayAsync($"/api/v1/applications/{id.Value}/sealed-copies/{scan.Sha256}", Ct);
        Assert.Equal(["download-evidence", "download-sealed-copy"], await ReadingsAsync(id.Stream));

        var next = await registry.Announce();
        await scenario.ReportedAsync(next);
        var report = CityReport.Stream(next, Scenario.Jinan);
        var document = (await scenario.LastAsync<CityReportDrafted>(report)).Document;
        await officer.GetByteArrayAsync($"/api/v1/batches/{next.Value}/city-report/files/{document}", Ct);
        Assert.Equal(["download-report-file"], await ReadingsAsync(report));
    }

    private async Task<IReadOnlyList<string>> ReadingsAsync(string subject)
    {
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        var page = await auditor.GetFromJsonAsync<JsonElement>($"/api/v1/readings?subject={Uri.EscapeDataString(subject)}", Ct);
        return [.. page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("query").GetString()!).Order(StringComparer.Ordinal)];
    }
}
