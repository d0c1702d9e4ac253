using Registry.Programme;
using Registry.Recognition;
using static Registry.Tests.TestData;

namespace Registry.Tests.Recognition;

public sealed class DocumentNumberTests
{
    private static readonly Issuer Issuer = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!.Issuer;

    [Theory]
    [InlineData("")]
    [InlineData("鲁工信2025年12号")]
    [InlineData("鲁工信〔25〕12号")]
    [InlineData("鲁工信〔2025〕012号")]
    [InlineData("鲁工信〔2025〕第12号")]
    [InlineData("鲁工信〔2025〕12")]
    [InlineData("鲁工信〔2024〕12号")]
    [InlineData("鲁政发〔2025〕12号")]
    [InlineData("鲁工信〔2025〕12号 附件")]
    [InlineData("鲁工信〔2025〕0号")]
    public void What_is_no_number_of_the_issuer_in_the_documents_year_is_refused(string text) =>
        Assert.Equal("recognition.number-invalid", DocumentNumber.Fault(DocumentNumber.Normal(text), Issuer, Day("2025-08-01"))!.Rule.Code);

    [Theory]
    [InlineData("鲁工信〔2025〕12号", "鲁工信〔2025〕12号")]
    [InlineData("鲁工信电子[2025]12号", "鲁工信电子〔2025〕12号")]
    [InlineData("鲁工信（２０２５）１２ 号", "鲁工信〔2025〕12号")]
    public void Brackets_and_widths_are_put_right(string text, string normal)
    {
        Assert.Equal(normal, DocumentNumber.Normal(text));
        Assert.Null(DocumentNumber.Fault(normal, Issuer, Day("2025-08-01")));
    }
}
