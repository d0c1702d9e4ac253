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
    [InlineData("理由\ufffe。")]
    [InlineData("理由\uffff。")]
    [InlineData("理由\u2028。")]
    [InlineData("理由\ufe0f。")]
    [InlineData("\u0410dobe 公司")]
    [InlineData("理\u0301\u0301\u0301\u0301\u0301由")]
    public void Abuse_33_what_a_reader_cannot_see_is_refused(string text) => Assert.Equal("reason.hidden-character", TextCheck.Check(text, "reason")!.Rule.Code);

    [Fact]
    public void The_code_unit_that_has_no_Unicode_form_breaks_no_reader()
    {
        Assert.Equal("credit-code.character", Registry.Organisations.CreditCode.Check("91370100MA3D00012\ufffe").Reason);
        Assert.Null(DocumentNumber.Parse("鲁工信〔2025〕12\ufffe号"));
        Assert.Equal("sensitive.disc-invalid", new Func<Registry.Platform.Commands.Decision>(() => Registry.Applications.Sensitive.RecordHandOver.Decide(
            new("1\ufffe", new(2025, 6, 1), 0), new("x"), "370100", "a", Registry.Applications.Sensitive.HandOverState.Start, 1, new(2025, 6, 2, 0, 0, 0, TimeSpan.Zero)))() is Registry.Platform.Commands.Decision.Refused refused ? refused.Refusal.Rule.Code : null);
        Assert.Equal("甲\ufffe", Registry.Applications.Draft.ClusterKey("甲 \ufffe"));
        Assert.Equal("number.invalid", Assert.Single(Applications.Forms.Check(Applications.Forms.With("revenue_digital_above_size", "\"50\\ufffe\"")).Errors).Code);
    }

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
