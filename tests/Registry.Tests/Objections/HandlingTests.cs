using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Tests.Objections;

public sealed class HandlingTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly Actor Officer = Scenario.Province();
    private static readonly DateTimeOffset Then = Scenario.InWindow.AddHours(1);
    private readonly Scenario scenario = new(registry);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_proposer_neither_confirms_nor_returns_the_conclusion()
    {
        var id = await ProposedAsync();
        Assert.Equal("objection.second-person", await registry.Refused(Officer, new ConfirmConclusion(5), id, Then));
        Assert.Equal("objection.second-person", await registry.Refused(Officer, new ReturnConclusion("再核实", 5), id, Then));
        await registry.Accepted(Scenario.Province(2), new ReturnConclusion("再核实", 5), id, Then);
        Assert.Equal("objection.wrong-stage", await registry.Refused(Scenario.Province(2), new ConfirmConclusion(6), id, Then));
    }

    [Fact]
    public async Task Only_the_assigned_officer_verifies_and_a_conclusion_rests_on_findings()
    {
        var objected = await ObjectedAsync();
        var id = objected.Objection.Value;
        Assert.Equal("objection.wrong-stage", await registry.Refused(Officer, new RecordFindings("核实", 1), id, Then));
        await registry.Accepted(Officer, new AcceptObjection(1), id, Then);
        Assert.Equal("objection.not-assigned", await registry.Refused(Officer, new RecordFindings("核实", 2), id, Then));
        Assert.Equal("objection.no-such-officer", await registry.Refused(Officer, new AssignObjection(2, "nobody"), id, Then));
        await registry.Accepted(Officer, new AssignObjection(2), id, Then);
        Assert.Equal("objection.not-assigned", await registry.Refused(Scenario.Province(2), new RecordFindings("核实", 3), id, Then));
        Assert.Equal("objection.findings-missing", await registry.Refused(Officer, new ProposeConclusion(true, "理由", "措辞", 3), id, Then));
    }

    [Theory]
    [InlineData("演示异议人甲反映的情况不属实。")]
    [InlineData("演示 异议人 甲反映的情况不属实。")]
    [InlineData("来电 0531-00000000 反映。演示联系方式 0531-00000000")]
    [InlineData("来电 0531-00000000 者反映。")]
    [InlineData("请致电 0531－88888888 了解。")]
    [InlineData("请致电 13812345678 了解。")]
    [InlineData("身份证号 370102199001011234 的反映人。")]
    [InlineData("来自 someone@example.cn 的邮件。")]
    public async Task Abuse_43_a_wording_for_the_public_that_gives_somebody_away_is_refused(string wording)
    {
        var objected = await ObjectedAsync();
        var id = objected.Objection.Value;
        await registry.Accepted(Officer, new AcceptObjection(1), id, Then);
        await registry.Accepted(Officer, new AssignObjection(2), id, Then);
        await registry.Accepted(Officer, new RecordFindings("核实", 3), id, Then);
        Assert.Equal("objection.wording-identifies", await registry.Refused(Officer, new ProposeConclusion(true, "理由", wording, 4), id, Then));
        Assert.Equal("objection.wording-identifies", await registry.Refused(Officer, new AskStatement(StatementBy.City, wording, new DateOnly(2025, 7, 20), 4), id, Then));
    }

    [Fact]
    public async Task Confirmed_it_is_no_longer_open_and_only_number_outcome_and_reason_stand_in_the_applications_history()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce(), 2);
        await scenario.ObjectedAsync(notice, 2);
        var concluded = await scenario.ObjectionConcludedAsync(notice, conditionsMet: false);
        var number = (await scenario.LastAsync<ObjectionFiled>(concluded.Objection.Stream)).Number;
        Assert.Equal(new ObjectionConcluded(number, false, "经核实，申报材料所列规上企业数量属实。"), await scenario.LastAsync<ObjectionConcluded>(concluded.Application.Stream));
        await using var session = registry.Store.QuerySession();
        Assert.Empty((await session.LoadAsync<OpenObjections>(applications[0].Value, Ct))!.Open);
        Assert.Single((await session.LoadAsync<OpenObjections>(applications[1].Value, Ct))!.Open);
        Assert.Equal(Stage.Publicised, await scenario.StageAsync(applications[0]));
    }

    [Fact]
    public async Task Nothing_about_an_objection_stands_in_the_applications_history_before_it_is_concluded()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce());
        var before = await scenario.VersionAsync(applications[0].Stream);
        await scenario.ObjectedAsync(notice);
        Assert.Equal(before, await scenario.VersionAsync(applications[0].Stream));
    }

    [Fact]
    public async Task What_is_missing_is_told_once_and_completed_up_to_the_terms_last_instant()
    {
        var objected = await ObjectedAsync();
        var id = objected.Objection.Value;
        await registry.Accepted(Officer, new AskCompletion("请补充统计公报的出处。", 1), id, Then);
        Assert.Equal(new DateOnly(2025, 7, 16), (await scenario.LastAsync<CompletionAsked>(objected.Objection.Stream)).LastDay);
        var end = ChinaTime.EndOf(new DateOnly(2025, 7, 16));
        Assert.Equal("objection.term-runs", await registry.Refused(Officer, new RefuseObjection("未补正", 2), id, end.AddMilliseconds(-1)));
        Assert.Equal("objection.completion-awaited", await registry.Refused(Officer, new AcceptObjection(2), id, end.AddMilliseconds(-1)));
        Assert.Equal("objection.file-kind", await registry.Refused(Actor.Citizen, new CompleteObjection(objected.Code, "见附件", [new UploadedFile(new string('a', 64), "未上传.pdf")]), at: Then));
        Assert.Equal("objection.completion-late", await registry.Refused(Actor.Citizen, new CompleteObjection(objected.Code, "见附件"), at: end));
        await registry.Accepted(Actor.Citizen, new CompleteObjection(objected.Code, "见附件"), at: end.AddMilliseconds(-1));
        Assert.Equal("objection.asked-before", await registry.Refused(Officer, new AskCompletion("再补", 3), id, end));
        Assert.Equal("access.not-found", await registry.Refused(Actor.Citizen, new CompleteObjection(ReceiptCode.New(), "见附件"), at: Then));
    }

    [Fact]
    public async Task Not_completed_in_time_it_stays_open_until_an_officer_refuses_it()
    {
        var objected = await ObjectedAsync();
        await registry.Accepted(Officer, new AskCompletion("请补充证据。", 1), objected.Objection.Value, Then);
        await using (var session = registry.Store.QuerySession())
            Assert.Single((await session.LoadAsync<OpenObjections>(objected.Application.Value, Ct))!.Open);
        var incomplete = (await ObjectedAsync()).Objection.Value;
        await registry.Accepted(Officer, new AskCompletion("请补充证据。", 1), incomplete, Then);
        await registry.Accepted(Officer, new AcceptObjection(2), incomplete, ChinaTime.EndOf(new DateOnly(2025, 7, 16)));
        await registry.Accepted(Officer, new RefuseObjection("逾期未补正。", 2), objected.Objection.Value, ChinaTime.EndOf(new DateOnly(2025, 7, 16)));
        await using (var session = registry.Store.QuerySession())
            Assert.Empty((await session.LoadAsync<OpenObjections>(objected.Application.Value, Ct))!.Open);
    }

    [Fact]
    public async Task Abuse_42_a_receipt_code_alone_never_ends_an_objection()
    {
        var objected = await ObjectedAsync();
        Assert.Equal("access.not-signed-in", await registry.Refused(Actor.Citizen, new RecordWithdrawal("我要撤回", 1), objected.Objection.Value, Then));
        await registry.Accepted(Officer, new RecordWithdrawal("本人持身份证到场确认。", 1), objected.Objection.Value, Then);
        Assert.Equal("objection.wrong-stage", await registry.Refused(Officer, new AcceptObjection(2), objected.Objection.Value, Then));
    }

    [Fact]
    public async Task A_view_is_asked_for_until_today_at_the_earliest()
    {
        var objected = await ObjectedAsync();
        await registry.Accepted(Officer, new AcceptObjection(1), objected.Objection.Value, Then);
        var today = ChinaTime.ToDay(Then);
        Assert.Equal("objection.not-assigned", await registry.Refused(Officer, new AskStatement(StatementBy.City, "请说明。", today, 2), objected.Objection.Value, Then));
        await registry.Accepted(Officer, new AssignObjection(2), objected.Objection.Value, Then);
        Assert.Equal("objection.term-past", await registry.Refused(Officer, new AskStatement(StatementBy.City, "请说明。", today.AddDays(-1), 3), objected.Objection.Value, Then));
        await registry.Accepted(Officer, new AskStatement(StatementBy.City, "请说明。", today, 3), objected.Objection.Value, Then);
    }

    [Fact]
    public async Task Nothing_is_concluded_while_somebody_who_was_asked_has_time_to_state_a_view()
    {
        var id = (await ObjectedAsync()).Objection.Value;
        await registry.Accepted(Officer, new AcceptObjection(1), id, Then);
        await registry.Accepted(Officer, new AssignObjection(2), id, Then);
        await registry.Accepted(Officer, new AskStatement(StatementBy.City, "请说明。", new DateOnly(2025, 7, 16), 3), id, Then);
        await registry.Accepted(Officer, new AskStatement(StatementBy.Applicant, "请说明。", new DateOnly(2025, 7, 17), 4), id, Then);
        await registry.Accepted(Officer, new AskStatement(StatementBy.Applicant, "请再说明。", new DateOnly(2025, 7, 16), 5), id, Then);
        Assert.Equal(new DateOnly(2025, 7, 17), (await scenario.LastAsync<StatementAsked>($"objection/{id}")).LastDay);
        await registry.Accepted(Officer, new RecordFindings("核实", 6), id, Then);
        var conclusion = new ProposeConclusion(true, "理由", "经核实，条件符合。", 7);
        Assert.Equal("objection.statement-awaited", await registry.Refused(Officer, conclusion, id, ChinaTime.EndOf(new DateOnly(2025, 7, 17)).AddMilliseconds(-1)));
        await registry.Accepted(Scenario.CityOfficer(Scenario.Jinan), new GiveStatement("属实。", 7), id, Then);
        Assert.Equal("objection.statement-awaited", await registry.Refused(Officer, conclusion with { Version = 8 }, id, Then));
        await registry.Accepted(Officer, conclusion with { Version = 8 }, id, ChinaTime.EndOf(new DateOnly(2025, 7, 17)));
    }

    [Fact]
    public async Task The_city_and_the_applicant_state_their_view_only_when_asked_and_only_their_own()
    {
        var (notice, applications) = await scenario.PublicisedAsync(await registry.Announce(), 2);
        var objected = await scenario.ObjectedAsync(notice);
        var id = objected.Objection.Value;
        await registry.Accepted(Officer, new AcceptObjection(1), id, Then);
        await registry.Accepted(Officer, new AssignObjection(2), id, Then);
        var city = Scenario.CityOfficer(Scenario.Jinan);
        Assert.Equal("access.not-found", await registry.Refused(city, new GiveStatement("情况说明", 3), id, Then));
        await registry.Accepted(Officer, new AskStatement(StatementBy.City, "有人反映规上企业数量不实，请说明。", new DateOnly(2025, 7, 20), 3), id, Then);
        Assert.Equal("access.not-found", await registry.Refused(Scenario.CityOfficer(Scenario.Zibo), new GiveStatement("情况说明", 4), id, Then));
        await registry.Accepted(city, new GiveStatement("数量属实。", 4), id, Then);
        Assert.Equal("objection.nothing-asked", await registry.Refused(city, new GiveStatement("再次说明", 5), id, Then));
        Assert.NotEqual(applications[1], objected.Application);
    }

    [Fact]
    public async Task The_reply_comes_after_the_conclusion_and_the_file_is_kept_for_its_term()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        var objected = await scenario.ObjectedAsync(notice);
        Assert.Equal("objection.wrong-stage", await registry.Refused(Officer, new AnswerObjector("答复", 1), objected.Objection.Value, Then));
        Assert.Equal("objection.wrong-stage", await registry.Refused(Officer, new EraseObjector(1), objected.Objection.Value, Then));
        var concluded = await scenario.ObjectionConcludedAsync(notice, true);
        await registry.Accepted(Officer, new AnswerObjector("经核实，条件符合。", 6), concluded.Objection.Value, Then);
        Assert.Equal("objection.still-retained", await registry.Refused(Officer, new EraseObjector(7), concluded.Objection.Value, ChinaTime.EndOf(new DateOnly(2035, 7, 14)).AddMilliseconds(-1)));
    }

    private async Task<(ObjectionId Objection, ApplicationId Application, string Code)> ObjectedAsync()
    {
        var (notice, _) = await scenario.PublicisedAsync(await registry.Announce());
        return await scenario.ObjectedAsync(notice);
    }

    private async Task<string> ProposedAsync()
    {
        var id = (await ObjectedAsync()).Objection.Value;
        await registry.Accepted(Officer, new AcceptObjection(1), id, Then);
        await registry.Accepted(Officer, new AssignObjection(2), id, Then);
        await registry.Accepted(Officer, new RecordFindings("核实", 3), id, Then);
        await registry.Accepted(Officer, new ProposeConclusion(true, "理由", "经核实，条件符合。", 4), id, Then);
        return id;
    }
}
