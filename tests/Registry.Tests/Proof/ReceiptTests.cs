using System.Text;
using System.Text.Json.Nodes;
using Alba;
using Marten;
using Marten.Events;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Objections;
using Registry.Platform;
using Registry.Proof;
using Verify;

namespace Registry.Tests.Proof;

/// <summary>
/// The receipt of each kind of filing from end to end: filed by a command, downloaded by its holder before and after the log's publication, and checked by the
/// verifier that shares no code with the writer, from the file alone.
/// </summary>
public sealed class ReceiptTests(PostgresFixture postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submission_an_objection_a_report_a_complaint_and_a_defence_have_receipts_that_prove_offline_what_was_filed()
    {
        await using var host = await RegistryHost.StartAsync(await postgres.CreateRegistryAsync());
        var registry = RegistryFixture.On(postgres, host);
        var scenario = new Scenario(registry);
        var batch = await registry.Announce();
        var (application, clerk) = await scenario.SubmittedAsync(batch);
        var (notice, publicised) = await scenario.PublicisedAsync(batch);
        var (_, _, objection) = await scenario.ObjectedAsync(notice);
        var report = ReceiptCode.New();
        await registry.Accepted(Actor.Citizen, new FileReport(report, "演示集群", "公示期满后发现材料不实"), at: Scenario.InWindow);
        var complaint = ReceiptCode.New();
        await registry.Accepted(Actor.Citizen, new FileComplaint(complaint, ComplaintAbout.Officer, "审核人员与申报单位有往来"), at: Scenario.InWindow);
        var defended = await scenario.DefendedAsync(publicised[0], Scenario.InWindow);

        using var applicant = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        using var integrity = await scenario.SignedInAsync(Roles.IntegrityOfficer);
        async Task<string> OfFilingAsync(string code) => await (await host.Host.Scenario(s =>
        {
            s.Get.Url("/api/v1/objections/log-receipt");
            s.WithRequestHeader(ObjectionsRoom.CodeHeader, code);
        })).ReadAsTextAsync();
        (string Filing, string Field, string Typed, Func<Task<string>> Receipt)[] filings =
        [
            ("application-submitted", "data.ClusterName", (await scenario.LastAsync<Registry.Applications.ApplicationSubmitted>(application.Stream)).ClusterName, () => applicant.GetStringAsync($"/api/v1/applications/{application.Value}/log-receipt", Ct)),
            ("objection-filed", "data.Facts", Scenario.Form(notice).Facts!, () => OfFilingAsync(objection)),
            ("report-filed", "data.Facts", "公示期满后发现材料不实", () => OfFilingAsync(report)),
            ("complaint-filed", "data.Facts", "审核人员与申报单位有往来", () => OfFilingAsync(complaint)),
            ("defence-recorded", "data.Statement", "数据口径不同", () => integrity.GetStringAsync($"/api/v1/cases/{defended.Id.Value}/log-receipt", Ct)),
        ];

        await host.Host.WaitForNonStaleProjectionDataAsync(TimeSpan.FromSeconds(20));
        foreach (var (kind, field, typed, receipt) in filings)
        {
            var (early, findings) = Checked(await receipt());
            Assert.Equal(typed, FieldOf(early, field));
            Assert.Contains(findings, f => f is { Name: "receipt.fields", Outcome: Outcome.Holds });
            Assert.Contains(findings, f => f is { Name: "receipt.proof", Outcome: Outcome.Waiting });
            Assert.Equal(kind, FieldOf(early, "kind"));
        }

        using (RegistryClock.At(DateTimeOffset.UtcNow.AddHours(1)))
            Assert.Null((await host.Host.Services.GetRequiredService<LogPublisher>().PublishAsync(Ct)).Problem);
        var key = VerifierKey.Parse(host.Host.Services.GetRequiredService<LogFiles>().Text("key")!.TrimEnd('\n'))!;
        foreach (var (kind, field, typed, receipt) in filings)
        {
            var kept = await receipt();
            var (whole, findings) = Checked(kept, key);
            Assert.True(findings.All(f => f.Outcome == Outcome.Holds), $"{kind}: {string.Join("; ", findings)}");
            Assert.Equal(["receipt.fields", "receipt.proof"], findings.Select(f => f.Name));
            Assert.Equal(typed, FieldOf(whole, field));
            // Whoever filed is told nothing of who works here, and no change of what was filed survives the check.
            Assert.DoesNotContain(whole["fields"]!.AsArray(), f => f!["name"]!.GetValue<string>() == "actor");
            whole["fields"]!.AsArray().Single(f => f!["name"]!.GetValue<string>() == field)!["value"] = typed + "。";
            Assert.Contains(Checked(whole.ToJsonString(), key).Findings, f => f is { Name: "receipt.fields", Outcome: Outcome.Broken });
        }
    }

    private static string FieldOf(JsonNode receipt, string name) => receipt["fields"]!.AsArray().Single(f => f!["name"]!.GetValue<string>() == name)!["value"]!.GetValue<string>();

    private static (JsonNode Receipt, IReadOnlyList<global::Verify.Finding> Findings) Checked(string receipt, params VerifierKey[] keys)
    {
        var report = new global::Verify.Report("receipt");
        ReceiptCheck.Run(Encoding.UTF8.GetBytes(receipt), keys, report);
        return (JsonNode.Parse(receipt)!, report.Findings);
    }
}
