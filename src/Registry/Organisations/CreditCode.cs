using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Registry.Platform;

namespace Registry.Organisations;

/// <summary>
/// A unified social credit code (GB 32100-2015): eighteen characters, the last one a check. A value that exists is valid
/// and in its normal form; it is obtained from <see cref="Check"/> or <see cref="Parse"/> only.
/// </summary>
[JsonConverter(typeof(CreditCodeJson))]
public readonly record struct CreditCode
{
    private const int Length = 18;

    /// <summary>Room for generous spacing; anything longer is not examined.</summary>
    private const int LongestInput = 64;

    /// <summary>The standard's characters in the order of their values 0 to 30: no I, O, S, V, Z.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    /// <summary>Weights of the organisation code (GB 11714-1997) that stands in places 9 to 17.</summary>
    private static readonly int[] InnerWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    private readonly string? _value;

    private CreditCode(string value) => _value = value;

    /// <summary>The code in its normal form. The default value of the type is no code and has none.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default CreditCode is not a credit code.");

    /// <summary>The code of the county-level district in which the body was registered (places 3 to 8).</summary>
    public string District => Value[2..8];

    public override string ToString() => _value ?? "";

    /// <summary>The code, for text that is known to be one (stored data, constants). Anything else is a bug and throws.</summary>
    public static CreditCode Parse(string text) =>
        Check(text) is { Code: { } code } ? code : throw new FormatException("Not a unified social credit code.");

    /// <summary>
    /// Reads what a person typed. Full width, case and spaces are put right; letters that look like digits are not, since
    /// a guessed code would be another organisation's. A code of which only the inner organisation code fails its own check
    /// is valid with a warning: such codes were issued.
    /// </summary>
    public static CreditCodeCheck Check(string? input)
    {
        if (input is null || input.All(c => c is ' ' or '\u3000' or '\u00a0'))
            return Refused("", "credit-code.empty", "请填写统一社会信用代码。");
        if (input.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format))
            return Refused(null, "credit-code.control-character", "统一社会信用代码中有换行、制表符或不可见字符，请删除后重新填写。");
        if (input.Length > LongestInput)
            return Refused(null, "credit-code.length", $"统一社会信用代码应为 18 位，填写的内容有 {input.Length} 个字符。");
        if (input.Any(char.IsSurrogate))
            return Refused(null, "credit-code.character", "统一社会信用代码中有无法识别的字符，请重新填写。");

        var normal = input.InForm(NormalizationForm.FormKC).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        if (normal.FirstOrDefault(c => !Alphabet.Contains(c, StringComparison.Ordinal)) is var wrong and not '\0')
            return Refused(normal, "credit-code.character", WhyNot(wrong, normal.IndexOf(wrong, StringComparison.Ordinal) + 1));
        if (normal.Length != Length)
            return Refused(normal, "credit-code.length", $"统一社会信用代码应为 18 位，现为 {normal.Length} 位。");
        if (CheckCharacter(normal) is var expected && expected != normal[^1])
            return Refused(normal, "credit-code.check-digit", $"统一社会信用代码校验不符：按前 17 位计算，第 18 位应为 {expected}，现为 {normal[^1]}，请核对各位。");

        return new CreditCodeCheck(normal, new CreditCode(normal), null, null, InnerCodeHolds(normal) ? null : new(
            "credit-code.inner-check", "代码有效，但其中第 9 至 17 位的组织机构代码校验不符（GB 11714），请再核对一次。"));
    }

    /// <summary>The check character that belongs to the first seventeen characters of a code.</summary>
    public static char CheckCharacter(string code)
    {
        var sum = Weights.Select((weight, i) => weight * Alphabet.IndexOf(code[i], StringComparison.Ordinal)).Sum();
        return Alphabet[(31 - sum % 31) % 31];
    }

    private static bool InnerCodeHolds(string code)
    {
        var sum = InnerWeights.Select((weight, i) => weight * (code[8 + i] is var c && char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10)).Sum();
        var expected = (11 - sum % 11) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
        return code[16] == expected;
    }

    private static string WhyNot(char wrong, int place) => wrong switch
    {
        'O' => $"第 {place} 位是字母 O，代码中不使用字母 O，可能是数字 0，请核对后改正。",
        'I' => $"第 {place} 位是字母 I，代码中不使用字母 I，可能是数字 1，请核对后改正。",
        'Z' => $"第 {place} 位是字母 Z，代码中不使用字母 Z，可能是数字 2，请核对后改正。",
        'S' => $"第 {place} 位是字母 S，代码中不使用字母 S，可能是数字 5，请核对后改正。",
        'V' => $"第 {place} 位是字母 V，代码中不使用字母 V，可能是字母 U 或 Y，请核对后改正。",
        _ when char.GetUnicodeCategory(wrong) is System.Globalization.UnicodeCategory.DashPunctuation =>
            $"第 {place} 位是连字符，统一社会信用代码中没有连字符，请删除（带连字符的可能是旧的组织机构代码）。",
        _ => $"第 {place} 位的“{wrong}”不是统一社会信用代码使用的字符。"
    };

    private static CreditCodeCheck Refused(string? normal, string code, string sentence) => new(normal, null, code, sentence, null);
}

/// <summary>What <see cref="CreditCode.Check"/> found.</summary>
/// <param name="Normal">The text in normal form, also of a refused code; null where it holds characters that are not shown.</param>
/// <param name="Code">The code, if it is valid.</param>
/// <param name="Reason">Stable code of the refusal.</param>
/// <param name="Sentence">The refusal in Chinese.</param>
/// <param name="Warning">Given with a valid code of which the inner organisation code fails its check.</param>
public sealed record CreditCodeCheck(string? Normal, CreditCode? Code, string? Reason, string? Sentence, CreditCodeWarning? Warning)
{
    public bool Valid => Code is not null;
}

/// <summary>Something a person should look at; it refuses nothing.</summary>
public sealed record CreditCodeWarning(string Code, string Sentence);

/// <summary>Writes a code as a string, reads only valid ones.</summary>
public sealed class CreditCodeJson : JsonConverter<CreditCode>
{
    public override CreditCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FromText(reader.TokenType is JsonTokenType.String ? reader.GetString() : null);

    public override void Write(Utf8JsonWriter writer, CreditCode value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    public override CreditCode ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => FromText(reader.GetString());

    public override void WriteAsPropertyName(Utf8JsonWriter writer, CreditCode value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);

    private static CreditCode FromText(string? text) =>
        CreditCode.Check(text) is { Code: { } code } ? code : throw new JsonException("Not a unified social credit code.");
}
