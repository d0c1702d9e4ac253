using Registry.Objections;

namespace Registry.Tests.Objections;

/// <summary>Must hold 41 and 43: what in an officer's wording leads to the objector, and what anybody may be told.</summary>
public sealed class SecretTests
{
    [Theory]
    [InlineData("李四", "0531-86112233", "李 四反映。")]
    [InlineData("王五", "联系电话：0531-86112233 李四", "李四来电。")]
    [InlineData("王五", "手机李四", "李四来电。")]
    [InlineData("王五", "0531-86112233", "请致电 86112233。")]
    [InlineData("王五", "li.si@demo.example", "Li.Si@demo.example 来信。")]
    [InlineData("王五", "微信 lisi_1975", "微信号 LISI_1975 反映。")]
    [InlineData("王五", "济南市历下区演示路一号院", "住济南市历下区演示路一号院。")]
    [InlineData("Li Na", null, "Li Na 反映。")]
    public void What_leads_to_the_objector_gives_it_away(string name, string? contact, string wording) => Assert.True(new Secret(name, contact).IsGivenAwayBy(wording));

    [Theory]
    [InlineData("青岛演示海洋（山东）有限公司", "0532-86112233 济南市", "山东某有限公司填报的企业数与济南市年鉴不符。")]
    [InlineData("Li Na", "tel 0532-86112233", "填报的 reliability 指标不符。")]
    [InlineData("王五", "电话 市南区 演示厅", "市南区的联系电话有误，演示厅未答复。")]
    public void Words_that_many_share_give_nobody_away(string name, string contact, string wording) => Assert.False(new Secret(name, contact).IsGivenAwayBy(wording));
}
