using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
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

    /// <summary>The file with its last event changed.</summary>
    private static byte[] WithEvent(byte[] zip, Action<JsonNode> change) => Changed(zip, "events.jsonl", t =>
    {
        var lines = t.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var last = JsonNode.Parse(lines[^1])!;
        change(last);
        return string.Join('\n', [.. lines[..^1], last.ToJsonString(), ""]);
    });

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
    public async Task Whoever_takes_the_opening_of_a_sealed_text_away_cannot_put_another_text_in_its_place()
    {
        var (zip, _) = await ExportedAsync();
        Assert.Contains((await CheckAsync(WithEvent(zip, e =>
        {
            e["facts"]!["Reason"] = "另一个理由";
            e["openings"]!.AsObject().Remove("data.Reason");
        }))).Faults, f => f.EndsWith("(application-withdrawn): data.Reason", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_takes_the_openings_of_role_and_on_behalf_of_away_cannot_pass_the_event_off_as_an_old_one()
    {
        var (zip, _) = await ExportedAsync();
        var faults = (await CheckAsync(WithEvent(zip, e =>
        {
            (e["act"]!["role"], e["act"]!["onBehalfOf"]) = ("Auditor", "somebody");
            e["openings"]!.AsObject().Remove("role");
            e["openings"]!.AsObject().Remove("on-behalf-of");
        }))).Faults;
        Assert.Contains(faults, f => f.EndsWith("(application-withdrawn): role", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.EndsWith("(application-withdrawn): on-behalf-of", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("leaf", "\"%\"")]
    [InlineData("leaf", "\"\"")]
    [InlineData("leaf", "\"YQ==\"")]
    [InlineData("digests", "[null]")]
    [InlineData("openings", "{\"data.Reason\":\"%\"}")]
    [InlineData("openings", "{\"data.Reason\":\"e30\"}")]
    [InlineData("raw", "{\"Reason\":{\"key\":1,\"at\":null,\"box\":[]}}")]
    [InlineData("raw", "null")]
    [InlineData("facts", "null")]
    [InlineData("openings", "null")]
    [InlineData("act", "null")]
    public async Task A_file_that_was_tampered_with_is_a_finding_and_never_a_crash(string member, string json)
    {
        var (zip, _) = await ExportedAsync();
        var faults = (await CheckAsync(WithEvent(zip, e => e[member] = JsonNode.Parse(json)))).Faults;
        Assert.Contains(faults, f => f.Contains("application-withdrawn", StringComparison.Ordinal) || f == "events.jsonl:2: unreadable");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"format":"sdreg-file/v1","application":"x","exportedAt":"2025-06-03T00:00:00Z","exportedBy":"x","events":2,"files":null}""")]
    [InlineData("""{"format":"sdreg-file/v1","application":"x","exportedAt":"2025-06-03T00:00:00Z","exportedBy":"x","events":2,"files":[null]}""")]
    [InlineData("""{"format":"sdreg-file/v1","application":"x","exportedAt":"2025-06-03T00:00:00Z","exportedBy":"x","events":2,"files":[{"path":null,"size":1,"sha256":null}]}""")]
    public async Task A_list_of_contents_that_is_none_is_a_finding(string manifest)
    {
        var (zip, _) = await ExportedAsync();
        Assert.Equal(["manifest.json"], (await CheckAsync(Changed(zip, "manifest.json", _ => manifest))).Faults);
    }

    [Fact]
    public async Task Evidence_that_was_altered_where_it_lies_is_named_in_the_file_and_keeps_nothing_else_from_being_exported()
    {
        var (id, _) = await scenario.SubmittedAsync(await registry.Announce());
        var evidence = Directory.EnumerateFiles(Path.Combine(registry.Folder, "evidence", id.Value), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var bytes = await File.ReadAllBytesAsync(evidence, Ct);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(evidence, bytes, Ct);
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        using var answer = await auditor.GetAsync($"/api/v1/applications/{id.Value}/whole-file", Ct);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var zip = await answer.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal([], (await CheckAsync(zip)).Faults);
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var page = new StreamReader(archive.GetEntry("index.html")!.Open());
        Assert.Contains($"{Path.GetFileName(evidence)} 存储的内容与指纹不符", await page.ReadToEndAsync(Ct), StringComparison.Ordinal);
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
