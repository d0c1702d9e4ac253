using Registry.Platform;

namespace Registry.Tests.Platform;

public sealed class DocumentNumberTests
{
    [Theory]
    [InlineData("")]
    [InlineData("鲁工信2025年12号")]
    [InlineData("鲁工信〔25〕12号")]
    [InlineData("鲁工信〔2025〕012号")]
    [InlineData("鲁工信〔2025〕第12号")]
    [InlineData("鲁工信〔2025〕12")]
    [InlineData("鲁工信〔2025〕12号 附件")]
    [InlineData("鲁工信〔2025〕0号")]
    [InlineData("〔2025〕12号")]
    [InlineData("LGX〔2025〕12号")]
    public void What_is_no_document_number_is_not_read(string text) => Assert.Null(DocumentNumber.Parse(text));

    // An attribute cannot hold half of a character.
    [Fact]
    public void Half_of_a_character_is_no_letter_of_one() => Assert.Null(DocumentNumber.Parse("鲁工信\ud800〔2025〕12号"));

    [Theory]
    [InlineData("鲁工信〔2025〕12号", "鲁工信〔2025〕12号")]
    [InlineData("鲁工信电子[2025]12号", "鲁工信电子〔2025〕12号")]
    [InlineData("鲁工信（２０２５）１２ 号\n", "鲁工信〔2025〕12号")]
    public void Brackets_widths_and_spaces_are_put_right(string text, string written) => Assert.Equal(written, DocumentNumber.Parse(text)!.ToString());
}
