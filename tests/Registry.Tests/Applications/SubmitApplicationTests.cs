using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Registry.Applications;
using Registry.Demo;
using Registry.Organisations;
using Registry.Platform.Sealing;

namespace Registry.Tests.Applications;

public sealed class SubmitApplicationTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private static readonly DateTimeOffset LastInstant = new(2025, 6, 20, 15, 59, 59, 999, TimeSpan.Zero);
    private static readonly DateTimeOffset Closing = new(2025, 6, 20, 16, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_saved_before_the_submission_gets_its_turn_is_submitted()
    {
        var (id, clerk) = await scenario.DraftedAsync(await registry.Announce());
        var other = TestContext.Current.CancellationToken;
        await using var holder = (NpgsqlConnection)registry.Store.Storage.Database.CreateConnection();
        await holder.OpenAsync(other);
        await using var holding = await holder.BeginTransactionAsync(other);
        await LockAsync(holder, id.Stream);

        using var own = new Activity("submission").Start();
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> asked) => asked.Parent.TraceId == own.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = done => _ = done.TagObjects.Any(t => t.Value is string text && text.Contains("mt_doc_draft", StringComparison.Ordinal)) && read.TrySetResult(),
        };
        ActivitySource.AddActivityListener(listener);
        var submission = registry.Give(clerk, new SubmitApplication(0), id.Value, Scenario.Open);
        // It has read the draft to name its locks, and cannot read it again before this connection lets go.
        await read.Task.WaitAsync(other);
        await using (var session = registry.Store.LightweightSession())
        {
            var draft = (await session.LoadAsync<Draft>(id.Stream, other))!;
            session.Store(draft with { Evidence = [.. draft.Evidence, draft.Evidence[0] with { Sha256 = new string('b', 64) }] });
            await session.SaveChangesAsync(other);
        }
        await holding.CommitAsync(other);

        Assert.NotNull((await submission).Answer);
        await using var query = registry.Store.QuerySession();
        var submitted = (ApplicationSubmitted)(await query.Events.FetchStreamAsync(id.Stream, token: other)).Single().Data;
        Assert.Contains(submitted.Evidence, e => e.Sha256 == new string('b', 64));
    }

    private static async Task LockAsync(NpgsqlConnection connection, string name)
    {
        var number = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(@n)", connection) { Parameters = { new("n", number) } };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Refused_at_24_00_of_the_last_day_and_accepted_a_millisecond_before()
    {
        var batch = await registry.Announce();
        var (late, lateClerk) = await scenario.DraftedAsync(batch);
        var (onTime, clerk) = await scenario.DraftedAsync(batch);
        Assert.Equal("application.closed", await registry.Refused(lateClerk, new SubmitApplication(0), late.Value, Closing));
        var answer = await registry.Accepted(clerk, new SubmitApplication(0), onTime.Value, LastInstant);
        Assert.Equal(LastInstant, answer.Details["receivedAt"]);
    }

    [Fact]
    public async Task Refused_before_the_opening_instant()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.DraftedAsync(batch);
        Assert.Equal("application.not-open-yet", await registry.Refused(clerk, new SubmitApplication(0), id.Value, new DateTimeOffset(2025, 5, 13, 15, 59, 59, 999, TimeSpan.Zero)));
    }

    [Fact]
    public async Task Refused_without_evidence_for_an_indicator_and_the_indicator_is_named()
    {
        var batch = await registry.Announce();
        var code = Scenario.NewOrganisation(Scenario.Jinan);
        var clerk = Scenario.Clerk(code, Scenario.Jinan);
        var opened = await registry.Accepted(clerk, new OpenDraft(batch), at: Scenario.Open);
        var form = DemoForm.Make("演示集群", Scenario.Jinan, "SW", "演示机构", code);
        await registry.Accepted(clerk, new SaveDraft(System.Text.Json.JsonSerializer.SerializeToElement(form), 0), opened.Id, Scenario.Open);
        var outcome = await registry.Give(clerk, new SubmitApplication(0), opened.Id, Scenario.Open);
        Assert.Equal("application.evidence-missing", outcome.Refusal!.Rule.Code);
        Assert.Contains(outcome.Refusal.Errors, e => e.Field == "revenue_digital_above_size");
    }

    [Fact]
    public async Task Refused_with_every_wrong_field_named_and_nothing_is_appended()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.DraftedAsync(batch, change: f =>
        {
            f["firms_above_size_leading"] = "二十";
            f["leading_firms"]![0]!["credit_code"] = "91310115MA1H8R7C6D";
        });
        var outcome = await registry.Give(clerk, new SubmitApplication(0), id.Value, Scenario.Open);
        Assert.Equal("application.form-invalid", outcome.Refusal!.Rule.Code);
        Assert.Contains(outcome.Refusal.Errors, e => e.Field == "firms_above_size_leading");
        Assert.Contains(outcome.Refusal.Errors, e => e.Field.StartsWith("leading_firms[", StringComparison.Ordinal) && e.Field.EndsWith("credit_code", StringComparison.Ordinal));
        Assert.Equal(0, await scenario.VersionAsync(id.Stream));
    }

    [Fact]
    public async Task Refused_without_the_undertaking_of_truth()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.DraftedAsync(batch, change: f => f["truth_undertaking"] = false);
        Assert.Contains(await registry.Refused(clerk, new SubmitApplication(0), id.Value, Scenario.Open), new[] { "application.undertaking-missing", "application.form-invalid" });
    }

    [Fact]
    public async Task Refused_for_another_organisation_than_the_account_s()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.DraftedAsync(batch, change: f => f["applicant_uscc"] = DemoForm.Code(Scenario.Jinan, 999_999).Value);
        Assert.Equal("application.identity-differs", await registry.Refused(clerk, new SubmitApplication(0), id.Value, Scenario.Open));
    }

    [Fact]
    public async Task A_foreign_application_reads_like_one_that_does_not_exist()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.DraftedAsync(batch);
        var stranger = Scenario.Clerk(Scenario.NewOrganisation(Scenario.Jinan), Scenario.Jinan);
        Assert.Equal("access.not-found", await registry.Refused(stranger, new SubmitApplication(0), id.Value, Scenario.Open));
        Assert.Equal("access.not-found", await registry.Refused(stranger, new SubmitApplication(0), "no-such-application", Scenario.Open));
    }

    [Fact]
    public async Task Refused_while_the_organisation_is_banned_and_accepted_on_the_day_after()
    {
        var batch = await registry.Announce();
        var code = Scenario.NewOrganisation(Scenario.Jinan);
        await using (var session = registry.Store.LightweightSession())
        {
            session.Events.StartStream<Organisation>(Organisation.Stream(code),
                new OrganisationBanned("f1", "c1", "shandong-digital-clusters", new DateOnly(2022, 6, 10), new DateOnly(2025, 6, 10)));
            await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var (id, clerk) = await scenario.DraftedAsync(batch, organisation: code);
        var lastMinute = new DateTimeOffset(2025, 6, 10, 15, 59, 59, TimeSpan.Zero);
        var outcome = await registry.Give(clerk, new SubmitApplication(0), id.Value, lastMinute);
        Assert.Equal("application.organisation-banned", outcome.Refusal!.Rule.Code);
        Assert.Equal(new DateOnly(2025, 6, 10), outcome.Refusal.Arguments["lastDay"]);
        await registry.Accepted(clerk, new SubmitApplication(0), id.Value, lastMinute.AddSeconds(1));
    }

    [Fact]
    public async Task Fifty_drafts_for_one_cluster_submitted_at_once_leave_one_live_application()
    {
        var batch = await registry.Announce();
        var code = Scenario.NewOrganisation(Scenario.Jinan);
        var drafts = new List<(ApplicationId Id, Registry.Accounts.Actor Clerk)>();
        for (var i = 0; i < 50; i++)
            drafts.Add(await scenario.DraftedAsync(batch, organisation: code, cluster: i % 2 == 0 ? "演示 同一集群" : "演示同一集群", at: Scenario.Open.AddDays(-i % 4)));
        var outcomes = await Task.WhenAll(drafts.Select(d => registry.Give(d.Clerk, new SubmitApplication(0), d.Id.Value, Scenario.Open)));
        Assert.Single(outcomes, o => o.Answer is not null);
        Assert.All(outcomes.Where(o => o.Answer is null), o => Assert.Equal("application.cluster-filed", o.Refusal!.Rule.Code));
    }

    [Fact]
    public async Task A_second_cluster_of_the_same_organisation_is_accepted_and_a_withdrawn_one_may_be_filed_again()
    {
        var batch = await registry.Announce();
        var code = Scenario.NewOrganisation(Scenario.Jinan);
        var (first, clerk) = await scenario.SubmittedAsync(batch, organisation: code, cluster: "甲集群");
        await scenario.SubmittedAsync(batch, organisation: code, cluster: "乙集群");
        await registry.Accepted(clerk, new WithdrawApplication("不再申报", 1), first.Value, Scenario.Open);
        await scenario.SubmittedAsync(batch, organisation: code, cluster: "甲集群");
    }

    [Fact]
    public async Task What_was_submitted_can_be_put_together_again_with_the_same_hash_and_its_prose_is_sealed()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch);
        await using var session = registry.Store.QuerySession();
        var submitted = (ApplicationSubmitted)(await session.Events.FetchStreamAsync(id.Stream, token: TestContext.Current.CancellationToken))[0].Data;
        var vault = registry.Host.Services.GetRequiredService<Vault>();
        var form = FrozenForm.Join(submitted, vault.Open);
        Assert.Equal(submitted.FormHash, FrozenForm.Hash(form, submitted.Evidence, 1));
        Assert.DoesNotContain("contact_name", submitted.Facts.Keys);
        Assert.Equal("演示联系人", form["contact_name"]!.GetValue<string>());
        Assert.Equal($"{id.Stream}/personal", submitted.Prose["contact_name"].Box!.Key);

        registry.Host.Services.GetRequiredService<KeyStore>().Destroy($"{id.Stream}/personal");
        var erased = FrozenForm.Join(submitted, vault.Open);
        Assert.Null(erased["contact_name"]);
        Assert.NotNull(erased["positioning"]);
    }

    [Fact]
    public async Task What_is_frozen_is_in_one_Unicode_form_and_its_credit_codes_in_theirs()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch, change: f =>
        {
            f["services"] = "Cafe\u0301 平台";
            var code = (string)f["leading_firms"]![0]!["credit_code"]!;
            f["leading_firms"]![0]!["credit_code"] = $" {code[..8].ToLowerInvariant()} {code[8..].ToLowerInvariant()}";
        });
        await using var session = registry.Store.QuerySession();
        var submitted = (ApplicationSubmitted)(await session.Events.FetchStreamAsync(id.Stream, token: TestContext.Current.CancellationToken))[0].Data;
        var form = FrozenForm.Join(submitted, registry.Host.Services.GetRequiredService<Vault>().Open);
        Assert.Equal("Caf\u00e9 平台", form["services"]!.GetValue<string>());
        Assert.Equal(CreditCode.Check((string)form["leading_firms"]![0]!["credit_code"]!).Normal, form["leading_firms"]![0]!["credit_code"]!.GetValue<string>());
        Assert.Equal(submitted.FormHash, FrozenForm.Hash(form, submitted.Evidence, 1));
    }

    [Fact]
    public async Task Refused_with_somebody_s_number_in_a_name_that_becomes_public()
    {
        var (id, clerk) = await scenario.DraftedAsync(await registry.Announce(), cluster: "演示集群 联系 13800138000");
        var outcome = await registry.Give(clerk, new SubmitApplication(0), id.Value, Scenario.Open);
        Assert.Equal("application.form-invalid", outcome.Refusal!.Rule.Code);
        Assert.Equal(("cluster_name", "text.personal-data"), Assert.Single(outcome.Refusal.Errors) is var one ? (one.Field, one.Code) : default);
    }

    [Fact]
    public async Task What_is_frozen_is_the_text_that_was_checked()
    {
        var (id, _) = await scenario.SubmittedAsync(await registry.Announce(), change: f => f["services"] = "  第一行\r\n第二行  ");
        await using var session = registry.Store.QuerySession();
        var submitted = (ApplicationSubmitted)(await session.Events.FetchStreamAsync(id.Stream, token: TestContext.Current.CancellationToken))[0].Data;
        Assert.Equal("第一行\n第二行", FrozenForm.Join(submitted, registry.Host.Services.GetRequiredService<Vault>().Open)["services"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unmet_condition_does_not_refuse_and_is_recorded_with_its_figures()
    {
        var batch = await registry.Announce();
        var (id, _) = await scenario.SubmittedAsync(batch, figures: new DemoFigures { Revenue = "49.999999" });
        await using var session = registry.Store.QuerySession();
        var submitted = (ApplicationSubmitted)(await session.Events.FetchStreamAsync(id.Stream, token: TestContext.Current.CancellationToken))[0].Data;
        Assert.Equal(Verdict.NotMet, submitted.Check.Single(c => c.Condition == "C2").Verdict);
        Assert.Equal(Verdict.Met, submitted.Check.Single(c => c.Condition == "C3").Verdict);
    }

    [Fact]
    public async Task Refused_while_nothing_was_filled_in_and_a_withdrawal_needs_its_reason()
    {
        var batch = await registry.Announce();
        var clerk = Scenario.Clerk(Scenario.NewOrganisation(Scenario.Jinan), Scenario.Jinan);
        var opened = await registry.Accepted(clerk, new OpenDraft(batch), at: Scenario.Open);
        Assert.Equal("application.draft-empty", await registry.Refused(clerk, new SubmitApplication(0), opened.Id, Scenario.Open));
        var (id, owner) = await scenario.SubmittedAsync(batch);
        Assert.Equal("reason.missing", await registry.Refused(owner, new WithdrawApplication(" ", 1), id.Value, Scenario.Open));
        Assert.Equal("application.wrong-stage", await registry.Refused(owner, new SubmitApplication(1), id.Value, Scenario.Open));
    }

    [Fact]
    public async Task A_draft_saved_in_two_windows_is_not_overwritten()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.DraftedAsync(batch);
        var form = System.Text.Json.JsonSerializer.SerializeToElement(new JsonObject { ["cluster_name"] = "别的" });
        Assert.Equal("application.draft-changed", await registry.Refused(clerk, new SaveDraft(form, 0), id.Value, Scenario.Open));
    }
}
