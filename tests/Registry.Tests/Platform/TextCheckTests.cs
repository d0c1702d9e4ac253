using Registry.Platform;

namespace Registry.Tests.Platform;

public sealed class TextCheckTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n\u3000")]
    public void Nothing_said_is_refused(string? text) => Assert.Equal("reason.missing", TextCheck.Check(text, "reason")!.Rule.Code);

    [Theory]
    [InlineData("理由\u202e倒")]
    [InlineData("理\u200b由")]
    [InlineData("理由\u0007。")]
    [InlineData("理由\ufffd。")]
    [InlineData("理由\u2028。")]
    [InlineData("理由\ufe0f。")]
    [InlineData("\u0410dobe 公司")]
    [InlineData("理\u0301\u0301\u0301\u0301\u0301由")]
    public void Abuse_33_what_a_reader_cannot_see_is_refused(string text) => Assert.Equal("reason.hidden-character", TextCheck.Check(text, "reason")!.Rule.Code);

    // An attribute cannot hold half of a character.
    [Fact]
    public void Half_of_a_character_is_refused() => Assert.Equal("reason.hidden-character", TextCheck.Check("理由\ud83d。", "reason")!.Rule.Code);

    [Fact]
    public void A_text_above_its_length_is_refused()
    {
        Assert.Null(TextCheck.Check(new string('长', 5000), "reason"));
        Assert.Null(TextCheck.Check(string.Concat(Enumerable.Repeat("𠮷", 5000)), "reason"));
        Assert.Equal("reason.too-long", TextCheck.Check(new string('长', 5001), "reason")!.Rule.Code);
    }

    [Fact]
    public void Lines_and_rare_characters_are_taken() => Assert.Null(TextCheck.Check("第一行\n第二行\t𠮷", "reason"));
}
