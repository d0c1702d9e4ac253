using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using MiniExcelLibs;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Tests.Recommendation;

/// <summary>四(二): the summary table comes back filled in: checked cell by cell, then taken as it was shown, or not at all.</summary>
public sealed class SummaryTableImportTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Officer = Scenario.CityOfficer(Scenario.Jinan);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Three_thousand_rows_with_fifty_faults_give_exactly_those_fifty()
    {
        var definition = Roomy(3000);
        var known = Known(definition, 3000);
        var sheet = Sheet(SummaryTable.Write(definition, known));
        var random = new Random(20250620);
        var faulty = Enumerable.Range(1, 2999).OrderBy(_ => random.Next()).Take(50).Order().ToList();
        var revenue = SummaryTable.Headings(definition).ToList().FindIndex(h => h.Contains("营业收入总额", StringComparison.Ordinal));
        var rank = SummaryTable.Headings(definition).Count - 2;
        (int Column, string Code, Func<IReadOnlyList<object?>, object?> Fault)[] faults =
        [
            (5, "credit-code.check-digit", row => Wrong((string)row[5]!)),
            (5, "credit-code.character", row => "O" + ((string)row[5]!)[1..]),
            (2, "summary-table.unknown", _ => "=查无此集群"),
            (5, "summary-table.unknown", _ => Registry.Demo.DemoForm.Code(Scenario.Jinan, 999_998).Value),
            (1, "summary-table.differs", _ => "青岛市"),
            (3, "summary-table.differs", _ => "人工智能"),
            (4, "summary-table.differs", row => row[4] + "分公司"),
            (revenue, "summary-table.differs", _ => 86.400001m),
            (rank, "summary-table.rank-invalid", _ => 3001),
            (rank, "summary-table.rank-invalid", _ => "第一"),
            (rank, "summary-table.rank-missing", _ => null),
            (rank, "summary-table.rank-repeated", _ => 1),
            (rank + 1, "reason.hidden-character", _ => "同意\u202e推荐"),
            (rank + 1, "reason.missing", _ => "  "),
        ];
        var expected = new List<(int, string, string)>();
        foreach (var (row, i) in faulty.Select((row, i) => (row, i)))
        {
            var (column, code, fault) = faults[i % faults.Length];
            sheet[row][column] = fault(sheet[row]);
            expected.Add((row + 2, SummaryTable.Headings(definition)[column], code));
        }

        var report = TableCheck.Run(definition, Scenario.Jinan, [.. Rows(definition, sheet).Skip(1)], known);
        Assert.Equal(3000, report.Rows);
        Assert.Equal(expected, report.Errors.Select(e => (e.Row, e.Column, e.Code)));
        Assert.Empty(report.Changes);
        Assert.All(report.Errors, e => Assert.NotEmpty(e.Reason));
        Assert.Contains(report.Errors, e => e.Value == "同意[U+202E]推荐");
    }

    [Fact]
    public void A_table_that_came_back_as_it_went_out_says_nothing_new_also_where_a_spreadsheet_has_written_its_figures_anew()
    {
        var definition = Roomy(3);
        var known = Known(definition, 3, "49.999999", "0.1234567890123", "86.4");
        var sheet = Sheet(SummaryTable.Write(definition, known));
        foreach (var row in sheet)
            for (var i = 0; i < row.Count; i++)
                row[i] = row[i] is decimal figure ? (double)figure : row[i];
        sheet[1][4] = "　" + ((string)sheet[1][4]!).Normalize(System.Text.NormalizationForm.FormKC) + " ";
        sheet[2][^2] = "３";
        var report = TableCheck.Run(definition, Scenario.Jinan, [.. Rows(definition, sheet).Skip(1)], known);
        Assert.Empty(report.Errors);
        Assert.Empty(report.Changes);
    }

    [Fact]
    public void What_was_seen_is_recorded_only_about_the_very_applications_that_are_held()
    {
        var file = Given.Submitted();
        var seen = new TableReport(1, [], [new TableChange(file.Head.Application, "演示集群", false, null, 1, null, "建议推荐。")], "seen");
        var command = new ImportSummaryTable([], "seen");
        Assert.Null(ImportSummaryTable.Decide(command, Given.Call, Given.NotReported, seen, [file], Scenario.Open).Code());
        var other = file with { Head = file.Head with { Id = "application/two" } };
        Assert.Equal("summary-table.not-seen", ImportSummaryTable.Decide(command, Given.Call, Given.NotReported, seen, [other], Scenario.Open).Code());
        Assert.Equal("summary-table.not-seen", ImportSummaryTable.Decide(command, Given.Call, Given.NotReported, seen, [], Scenario.Open).Code());
    }

    [Fact]
    public async Task Ranks_of_recommended_clusters_change_and_those_of_others_are_kept_for_their_recommendation()
    {
        var batch = await registry.Announce();
        var (first, _) = await scenario.RecommendedAsync(batch);
        var (second, _) = await scenario.SubmittedAsync(batch);
        var client = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var definition = await DefinitionAsync(batch);
        var sheet = Sheet(await client.GetByteArrayAsync($"/api/v1/batches/{batch.Value}/summary-table?rows=open", Ct));
        Assert.Equal(2, sheet.Count);
        (sheet[0][^2], sheet[0][^1]) = (2, "优先推荐\n第二行");
        (sheet[1][^2], sheet[1][^1]) = (1, "=拟推荐");
        var table = File(definition, sheet);

        var report = await CheckAsync(client, batch, table);
        Assert.Equal(0, report.GetProperty("errors").GetArrayLength());
        Assert.Equal([(first.Value, true), (second.Value, false)], report.GetProperty("changes").EnumerateArray().Select(c => (c.GetProperty("application").GetString()!, c.GetProperty("recommended").GetBoolean())));
        Assert.Equal(2, await scenario.VersionAsync(first.Stream));

        var seen = report.GetProperty("seen").GetString()!;
        Assert.Equal("summary-table.not-seen", await registry.Refused(Officer, new ImportSummaryTable(table, new string('0', 64)), batch.Value, Scenario.Open));
        Assert.Equal("recommendation.closed", await registry.Refused(Officer, new ImportSummaryTable(table, seen), batch.Value, Given.Closing));
        await registry.Accepted(Officer, new ImportSummaryTable(table, seen), batch.Value, Given.LastInstant);
        Assert.Equal("summary-table.unchanged", await registry.Refused(Officer, new ImportSummaryTable(table, seen), batch.Value, Scenario.Open));

        await using var session = registry.Store.QuerySession();
        var card = await session.LoadAsync<ApplicationCard>(first.Stream, Ct);
        Assert.Equal((2, Stage.Recommended, Scenario.Open), (card!.Rank, card.Stage, card.Since));
        Assert.Equal(1, await scenario.VersionAsync(second.Stream));
        var prepared = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync($"/api/v1/applications/{second.Value}/prepared-recommendation", Ct));
        Assert.Equal((1, "=拟推荐"), (prepared.GetProperty("rank").GetInt32(), prepared.GetProperty("opinion").GetString()!));
        var again = Sheet(await client.GetByteArrayAsync($"/api/v1/batches/{batch.Value}/summary-table?rows=open", Ct));
        Assert.Equal("优先推荐\n第二行", again[0][^1]);
    }

    [Fact]
    public async Task A_wrong_table_changes_nothing_and_neither_its_refusal_nor_the_store_repeats_what_a_person_typed()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.RecommendedAsync(batch);
        var client = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        var definition = await DefinitionAsync(batch);
        var sheet = Sheet(await client.GetByteArrayAsync($"/api/v1/batches/{batch.Value}/summary-table?rows=open", Ct));
        sheet[0][^2] = "私下说明";
        var table = File(definition, sheet);
        var error = (await CheckAsync(client, batch, table)).GetProperty("errors")[0];
        Assert.Equal((2, "推荐排序", "私下说明", "summary-table.rank-invalid"), (error.GetProperty("row").GetInt32(), error.GetProperty("column").GetString()!, error.GetProperty("value").GetString()!, error.GetProperty("code").GetString()!));
        var outcome = await registry.Give(Officer, new ImportSummaryTable(table, "x"), batch.Value, Scenario.Open);
        Assert.Equal("summary-table.invalid", outcome.Refusal!.Rule.Code);
        Assert.Equal("rows[2].推荐排序", Assert.Single(outcome.Refusal.Errors).Field);
        Assert.DoesNotContain("私下说明", JsonSerializer.Serialize(outcome.Refusal.Errors), StringComparison.Ordinal);
        Assert.Equal(2, await scenario.VersionAsync(id.Stream));

        sheet[0].Add("多一列");
        Assert.Equal("workbook.too-large", await registry.Refused(Officer, new ImportSummaryTable(File(definition, sheet, "多"), "x"), batch.Value, Scenario.Open));
        Assert.Equal("summary-table.headings", await registry.Refused(Officer, new ImportSummaryTable(File(Roomy(3) with { Conditions = [] }, []), "x"), batch.Value, Scenario.Open));
        Assert.Equal("workbook.unreadable", await registry.Refused(Officer, new ImportSummaryTable("名称,排序"u8.ToArray(), "x"), batch.Value, Scenario.Open));
        Assert.Equal("access.not-this-role", await registry.Refused(Scenario.Province(), new ImportSummaryTable(table, "x"), batch.Value, Scenario.Open));
    }

    [Fact]
    public async Task Another_city_s_cluster_is_unknown_to_the_table()
    {
        var batch = await registry.Announce();
        await scenario.SubmittedAsync(batch, Scenario.Zibo);
        var zibo = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Zibo);
        var table = await zibo.GetByteArrayAsync($"/api/v1/batches/{batch.Value}/summary-table?rows=open", Ct);
        var jinan = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Jinan);
        Assert.Equal("summary-table.unknown", (await CheckAsync(jinan, batch, table)).GetProperty("errors")[0].GetProperty("code").GetString());
    }

    private async Task<CallDefinition> DefinitionAsync(BatchId batch)
    {
        await using var session = registry.Store.QuerySession();
        return (await new Calls().ReadAsync(session, batch, Ct))!.Definition;
    }

    private static async Task<JsonElement> CheckAsync(HttpClient client, BatchId batch, byte[] table)
    {
        using var body = new ByteArrayContent(table);
        body.Headers.ContentType = new MediaTypeHeaderValue(SummaryTable.MediaType);
        using var response = await client.PostAsync($"/api/v1/batches/{batch.Value}/summary-table/check", body, Ct);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    /// <summary>The second batch with so many places in every city.</summary>
    private static CallDefinition Roomy(int places)
    {
        var definition = JsonNode.Parse(DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Source)!;
        definition["quotas"] = new JsonObject { ["default"] = places, ["byCity"] = new JsonArray(), ["total"] = null, ["crossCity"] = "applicantsCity" };
        return DefinitionFile.Load(System.Text.Encoding.UTF8.GetBytes(definition.ToJsonString(Json.Api))).Definition!;
    }

    /// <summary>Recommended clusters, ranked in their order.</summary>
    private static List<SummaryRow> Known(CallDefinition definition, int count, params string[] revenues)
    {
        IReadOnlyList<ConditionVerdict>? first = null;
        SummaryRow Row(int i)
        {
            var code = DemoForm.Code(Scenario.Jinan, 500_000 + i);
            var form = DemoForm.Make($"演示集群{i}号", Scenario.Jinan, "SW", $"演示（运营）机构{i}", code, new DemoFigures { Revenue = revenues.Length > 0 ? revenues[i - 1] : "86.4" });
            var check = i == 1 || revenues.Length > 0 ? Judged(form) : first!;
            first ??= check;
            return new SummaryRow(
                new ApplicationCard { Id = $"application/{i}", Application = $"{i}", Batch = "b", Organisation = code.Value, OrganisationName = $"演示（运营）机构{i}", Cluster = $"演示集群{i}号", City = Scenario.Jinan, Industry = "SW", Stage = Stage.Recommended, Rank = i },
                new ApplicationSubmitted(BatchId.Of(definition), code, "", "", Scenario.Jinan, "SW", 1, new Dictionary<string, JsonElement>(), new Dictionary<string, Sealed>(), [], check, ""), i, "建议推荐。");
        }
        IReadOnlyList<ConditionVerdict> Judged(JsonObject form) => ConditionCheck.Evaluate(definition, FormCheck.Validate(definition, JsonSerializer.SerializeToElement(form)).Form, "SW", new DateOnly(2025, 5, 20));
        return [.. Enumerable.Range(1, count).Select(Row)];
    }

    private static string Wrong(string code) => code[..17] + (code[17] == '0' ? '1' : '0');

    /// <summary>The rows below the heading as a person's spreadsheet holds them.</summary>
    private static List<List<object?>> Sheet(byte[] file)
    {
        using var stream = new MemoryStream(file);
        return [.. stream.Query().Skip(1).Cast<IDictionary<string, object?>>().Select(r => r.Values.ToList())];
    }

    private static byte[] File(CallDefinition definition, List<List<object?>> sheet, params string[] more)
    {
        using var table = new System.Data.DataTable();
        foreach (var heading in SummaryTable.Headings(definition).Concat(more))
            table.Columns.Add(heading, typeof(object));
        foreach (var row in sheet)
            table.Rows.Add([.. row]);
        using var file = new MemoryStream();
        file.SaveAs(table, sheetName: "汇总表");
        return file.ToArray();
    }

    private static IReadOnlyList<WorkbookRow> Rows(CallDefinition definition, List<List<object?>> sheet)
    {
        var read = Workbook.Read(File(definition, sheet), 5000, SummaryTable.Headings(definition).Count);
        Assert.Null(read.Refusal);
        return read.Rows;
    }
}
