namespace PublicSite;

/// <summary>The files that travel inside the assembly: words, stylesheet, the optional script.</summary>
internal static class Assets
{
    public static Stream Open(string name) =>
        typeof(Assets).Assembly.GetManifestResourceStream($"PublicSite.{name}")
        ?? throw new FileNotFoundException($"The assembly holds no resource 'PublicSite.{name}'.");

    public static byte[] Read(string name)
    {
        using var stream = Open(name);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
