using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Tests.Platform;

public sealed class WordsTests
{
    [Theory]
    [InlineData(Language.Zh)]
    [InlineData(Language.En)]
    public void Every_rule_has_its_words(Language language)
    {
        var without = RuleBook.All.Where(r => !Texts.Has(language, r.Code)).Select(r => r.Code).Order().ToList();
        Assert.True(without.Count == 0, string.Join("\n", without));
    }

    [Fact]
    public void Both_languages_say_the_same_things()
    {
        Assert.Empty(Texts.Codes(Language.Zh).Except(Texts.Codes(Language.En)));
        Assert.Empty(Texts.Codes(Language.En).Except(Texts.Codes(Language.Zh)));
    }

    [Fact]
    public void No_english_words_hold_chinese()
    {
        // The link to the other language is in that language, and document numbers have no other form.
        var mixed = Texts.Codes(Language.En).Where(c => c != "page.other-language" && !Texts.Of(Language.En, c).Contains('〔', StringComparison.Ordinal) && Texts.Of(Language.En, c).Any(x => x is >= '\u4e00' and <= '\u9fff')).ToList();
        Assert.True(mixed.Count == 0, string.Join("\n", mixed));
    }
}
