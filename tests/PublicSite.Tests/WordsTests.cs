using System.Text.RegularExpressions;
using PublicSite;

namespace PublicSite.Tests;

public sealed class WordsTests
{
    [Fact]
    public void Every_language_has_the_same_words_with_the_same_gaps()
    {
        Assert.Equal(Words.Chinese.Keys.Order(StringComparer.Ordinal), Words.English.Keys.Order(StringComparer.Ordinal));
        foreach (var key in Words.Chinese.Keys)
        {
            Assert.NotEmpty(Words.English[key]);
            Assert.True(Gaps(Words.English[key]).IsSubsetOf(Gaps(Words.Chinese[key])) && Gaps(Words.Chinese[key]).IsSubsetOf(Gaps(Words.English[key])), key);
        }
    }

    [Fact]
    public void Every_value_that_a_page_can_show_has_its_word()
    {
        Named<WindowState>();
        Named<SkipReason>();
        Named<ObjectionOutcome>();
        Named<AnnouncementKind>();
        Named<ClusterStanding>();
        Named<PublicEventKind>();
        Named<EarlierListStatus>();
        Named<Completeness>();
        Named<FindingStanding>();
        Named<PageKind>();
    }

    [Fact]
    public void A_missing_word_is_an_error_and_never_an_empty_place() =>
        Assert.Throws<KeyNotFoundException>(() => Words.Chinese["no.such-word"]);

    private static void Named<T>() where T : struct, Enum =>
        Assert.All(Words.All, words => Assert.All(Enum.GetValues<T>(), value => Assert.NotEmpty(words.Of(value))));

    private static HashSet<string> Gaps(string text) => [.. Regex.Matches(text, @"\{\w+\}").Select(m => m.Value)];
}
