using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Tests.Platform;

public sealed class TextsTests
{
    [Theory]
    [InlineData(Language.Zh)]
    [InlineData(Language.En)]
    public void Every_rule_that_can_refuse_has_words(Language language) =>
        Assert.DoesNotContain(RuleBook.All, r => !Texts.Has(language, r.Code));

    [Fact]
    public void Both_languages_have_words_for_the_same_codes() =>
        Assert.Equal(Texts.Codes(Language.Zh).Order(StringComparer.Ordinal), Texts.Codes(Language.En).Order(StringComparer.Ordinal));
}
