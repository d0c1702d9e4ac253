namespace PublicSite.Checks;

/// <summary>GB 32100-2015: the check character of a unified social credit code.</summary>
internal static class CreditCodes
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static readonly int[] Weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    public static bool IsValid(string code)
    {
        if (code.Length != 18 || code.Any(c => !Alphabet.Contains(c, StringComparison.Ordinal))) return false;
        var sum = Weights.Select((weight, i) => weight * Alphabet.IndexOf(code[i], StringComparison.Ordinal)).Sum();
        return (31 - sum % 31) % 31 == Alphabet.IndexOf(code[17], StringComparison.Ordinal);
    }
}
