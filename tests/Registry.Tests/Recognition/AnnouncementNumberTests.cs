using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recognition;
using static Registry.Tests.TestData;

namespace Registry.Tests.Recognition;

public sealed class AnnouncementNumberTests
{
    private static readonly Issuer Issuer = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Definition!.Issuer;

    [Theory]
    [InlineData("not a number")]
    [InlineData("鲁工信〔2024〕12号")]
    [InlineData("鲁政发〔2025〕12号")]
    [InlineData("鲁工信软件和信息〔2025〕12号")]
    public void What_is_no_number_of_the_issuer_in_the_documents_year_is_refused(string number) =>
        Assert.Equal("recognition.number-invalid", Fault(number)!.Rule.Code);

    [Theory]
    [InlineData("鲁工信〔2025〕12号")]
    [InlineData("鲁工信电子〔2025〕12号")]
    public void The_letters_of_a_division_may_follow_the_issuers(string number) => Assert.Null(Fault(number));

    private static Refusal? Fault(string number) => RecognitionRules.NumberFault(DocumentNumber.Parse(number), Issuer, Day("2025-08-01"));
}
