namespace PublicSite.Checks;

/// <summary>A page that a slow line opens at once: HTML and stylesheet together stay below a limit.</summary>
internal static class SizeCheck
{
    /// <summary>Bytes of one page's HTML and the stylesheet.</summary>
    public const int Limit = 60 * 1024;

    public static IEnumerable<SiteProblem> Check(string path, int pageBytes, int stylesheetBytes)
    {
        if (pageBytes + stylesheetBytes > Limit)
            yield return new(path, "page.too-large", $"{pageBytes} + {stylesheetBytes} > {Limit} bytes");
    }
}
