using MiniExcelLibs;
using Registry.Accounts;
using Registry.Demo;
using Registry.Platform.Commands;
using Registry.Review;

namespace Registry.Tests.Review;

public sealed class ImportExpertsTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly string Employer = DemoForm.Code("371000", 800_001).Value;

    [Fact]
    public async Task Wrong_rows_are_named_and_nothing_is_imported()
    {
        var login = await ExpertAccountAsync();
        var refused = await registry.Give(Scenario.Province(), new ImportExperts(File(
            [login, "演示甲", "none-of-ours", Employer, "371000"],
            ["nobody", "演示乙", "SW", Employer, "371000"],
            [login, "演示丙", "SW", Employer, "371000"],
            [await ExpertAccountAsync(), "演示丁", "SW", "913501000000000000", "371000"])));
        Assert.Equal("review.rows-invalid", refused.Refusal!.Rule.Code);
        Assert.Equal(
            ["rows[3].login review.account-unusable", "rows[4].login review.account-taken", "rows[5].employer review.employer-invalid"],
            refused.Refusal.Errors.Select(e => $"{e.Field} {e.Code}"));
        Assert.Equal(1, (await registry.Accepted(Scenario.Province(), new ImportExperts(File([login, "演示甲", "none-of-ours", Employer, "371000"])))).Details["experts"]);
    }

    [Fact]
    public async Task Another_heading_and_another_file_are_refused()
    {
        Assert.Equal("review.heading-invalid", await registry.Refused(Scenario.Province(), new ImportExperts(File())));
        Assert.Equal("workbook.unreadable", await registry.Refused(Scenario.Province(), new ImportExperts("no workbook"u8.ToArray())));
    }

    [Fact]
    public async Task Fifty_who_import_one_expert_at_once_import_one()
    {
        var command = new ImportExperts(File([await ExpertAccountAsync(), "演示甲", "none-of-ours", Employer, "371000"]));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => registry.Give(Scenario.Province(), command)));
        Assert.Single(outcomes, o => o.Answer is not null);
        Assert.Equal(49, outcomes.Count(o => o.Refusal?.Rule.Code == "review.rows-invalid"));
    }

    private async Task<string> ExpertAccountAsync()
    {
        var login = $"import-{Guid.NewGuid():N}"[..30];
        await registry.Accepted(new Actor("admin", Roles.Administrator), new OpenAccount(login, "a long enough password", "某人", Roles.Expert, null, null));
        return login;
    }

    private static byte[] File(params string[][] rows)
    {
        using var table = new System.Data.DataTable();
        foreach (var column in ExpertRow.Columns)
            table.Columns.Add(column);
        foreach (var row in rows)
            table.Rows.Add([.. row]);
        using var file = new MemoryStream();
        file.SaveAs(table);
        return file.ToArray();
    }
}
