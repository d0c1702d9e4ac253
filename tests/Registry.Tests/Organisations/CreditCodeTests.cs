using System.Text.Json;
using Registry.Organisations;

namespace Registry.Tests.Organisations;

/// <summary>GB 32100-2015. The vectors name their sources in Data/uscc_gb32100.json.</summary>
public sealed class CreditCodeTests
{
    private static readonly JsonElement Vectors = TestData.Json("uscc_gb32100.json");

    public static TheoryData<string> Wrong => [.. Codes("invalid").Where(code => !code.StartsWith('９'))];

    public static TheoryData<string> Right => [.. Codes("valid"), .. Codes("check_zero")];

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_code_is_refused_with_a_reason(string code)
    {
        var check = CreditCode.Check(code);

        Assert.False(check.Valid);
        Assert.Null(check.Code);
        Assert.StartsWith("credit-code.", check.Reason);
        Assert.NotEmpty(check.Sentence!);
    }

    [Theory]
    [InlineData(null, "credit-code.empty")]
    [InlineData("", "credit-code.empty")]
    [InlineData("　 ", "credit-code.empty")]
    [InlineData("914403001922038216\n", "credit-code.control-character")]
    [InlineData("\t914403001922038216", "credit-code.control-character")]
    [InlineData("91440300192203821\u200b6", "credit-code.control-character")]
    [InlineData("\u202e914403001922038216", "credit-code.control-character")]
    [InlineData("91440300192203821\ud800", "credit-code.character")]
    [InlineData("91440300192203821😀", "credit-code.character")]
    [InlineData("914403001922O38216", "credit-code.character")]
    [InlineData("9I4403001922038216", "credit-code.character")]
    [InlineData("91440300-1922038216", "credit-code.character")]
    [InlineData("91440300192203821６６", "credit-code.length")]
    [InlineData("91440300192203821", "credit-code.length")]
    [InlineData("9144030019220382166", "credit-code.length")]
    [InlineData("914403001922038217", "credit-code.check-digit")]
    [InlineData("914403001922032816", "credit-code.check-digit")]
    public void Each_refusal_has_its_stable_code(string? input, string reason) => Assert.Equal(reason, CreditCode.Check(input).Reason);

    [Theory]
    [InlineData("914403001922O38216", "数字 0")]
    [InlineData("9I4403001922038216", "数字 1")]
    [InlineData("9144030019-22038216", "连字符")]
    public void A_letter_that_looks_like_a_digit_is_explained_and_never_guessed(string input, string hint) =>
        Assert.Contains(hint, CreditCode.Check(input).Sentence);

    [Fact]
    public void A_very_long_text_is_refused_without_being_examined() =>
        Assert.Equal("credit-code.length", CreditCode.Check(new string('9', 1_000_000)).Reason);

    [Theory, MemberData(nameof(Right))]
    public void A_code_of_the_standard_is_accepted_without_a_warning_of_ours(string code)
    {
        var check = CreditCode.Check(code);

        Assert.True(check.Valid, check.Sentence);
        Assert.Equal(code, check.Code!.Value.Value);
        Assert.Null(check.Reason);
        if (Codes("valid").Contains(code))
            Assert.Null(check.Warning);
    }

    [Theory]
    [InlineData("９１４４０３００１９２２０３８２１６", "914403001922038216")]
    [InlineData(" 9144 0300 1922 0382 16 ", "914403001922038216")]
    [InlineData("91440300　192203821\u00a06", "914403001922038216")]
    [InlineData("9144030071526726xg", "9144030071526726XG")]
    [InlineData("ｘ", "X")]
    public void Full_width_case_and_spaces_are_put_right(string input, string normal) => Assert.Equal(normal, CreditCode.Check(input).Normal);

    [Fact]
    public void Only_a_wrong_inner_organisation_code_is_a_warning()
    {
        const string innerWrong = "91370100MA3000001";
        var check = CreditCode.Check(innerWrong + CreditCode.CheckCharacter(innerWrong));

        Assert.True(check.Valid);
        Assert.Equal("credit-code.inner-check", check.Warning?.Code);
    }

    [Fact]
    public void Every_single_wrong_character_is_found()
    {
        const string code = "91370200264574251E";
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        for (var place = 0; place < code.Length; place++)
            foreach (var other in alphabet.Where(other => other != code[place]))
                Assert.False(CreditCode.Check(code[..place] + other + code[(place + 1)..]).Valid);
    }

    [Fact]
    public void The_default_value_is_no_code() => Assert.Throws<InvalidOperationException>(() => default(CreditCode).Value);

    [Fact]
    public void Json_holds_the_plain_code_and_takes_no_wrong_one()
    {
        var code = CreditCode.Parse("91370200264574251e");

        Assert.Equal("\"91370200264574251E\"", JsonSerializer.Serialize(code));
        Assert.Equal(code, JsonSerializer.Deserialize<CreditCode>("\"91370200264574251E\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CreditCode>("\"91370200264574251F\""));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CreditCode>("null"));
    }

    private static IEnumerable<string> Codes(string list) => Vectors.GetProperty(list).EnumerateArray().Select(one => one.GetProperty("code").GetString()!);
}
