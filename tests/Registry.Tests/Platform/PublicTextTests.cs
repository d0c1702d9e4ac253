using Registry.Integrity;
using Registry.Platform;

namespace Registry.Tests.Platform;

public sealed class PublicTextTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private static readonly string[] Offices = ["0531-51782658", "dzxxc_sjxw@shandong.cn"];
    private readonly Scenario scenario = new(registry);

    [Theory]
    [InlineData("联系人电话13800138000")]
    [InlineData("联系人电话 138 0013 8000")]
    [InlineData("联系人电话１３８００１３８０００")]
    [InlineData("拨打0531-88886666核实")]
    [InlineData("拨打（0531）88886666核实")]
    [InlineData("身份证11010519491231002X")]
    [InlineData("账号6222021234567890128")]
    [InlineData("发至someone@example.com")]
    public void A_number_or_mailbox_of_a_person_is_refused(string text) =>
        Assert.Equal("text.personal-data", PublicText.Check("publicReason", text, Offices)?.Rule.Code);

    [Theory]
    [InlineData("自收到决定之日起六十日内可申请行政复议，咨询电话0531-51782658，邮箱dzxxc_sjxw@shandong.cn")]
    [InlineData("该单位（914403001922038216）填报上一年度营业收入5000000000元，实际2500000000.00元")]
    [InlineData("依据鲁政办字〔2025〕27号，2025-05-26作出")]
    public void Office_contacts_credit_codes_amounts_and_days_may_stand_in_public(string text) =>
        Assert.Null(PublicText.Check("publicReason", text, Offices));

    [Fact]
    public async Task A_finding_that_names_a_telephone_is_refused_at_its_proposal_and_nothing_is_recorded()
    {
        var batch = await registry.Announce();
        var defended = await scenario.DefendedAsync(await scenario.WrittenAsync(batch, Scenario.NewOrganisation(Scenario.Jinan)));
        var named = Scenario.AFinding(defended.Version) with { PublicWhatWasFalse = "经办人（13800138000）提供的审计报告系伪造" };
        var refused = await registry.Give(Scenario.Integrity(), named, defended.Id.Value, Scenario.CaseDay);
        Assert.Equal(("text.personal-data", "publicWhatWasFalse"), (refused.Refusal!.Rule.Code, refused.Refusal.Arguments["field"]));
        Assert.Equal(defended.Version, await scenario.VersionAsync(defended.Id.Stream));
        await registry.Accepted(Scenario.Integrity(), Scenario.AFinding(defended.Version) with { PublicHowToSeekReview = "可向省厅（0531-51782658）咨询。" }, defended.Id.Value, Scenario.CaseDay);
    }
}
