namespace Registry.Programme;

/// <summary>The data files of this room, which are part of the program.</summary>
internal static class EmbeddedData
{
    /// <param name="path">Path below the room's folder, with forward slashes.</param>
    public static byte[] Bytes(string path)
    {
        using var stream = typeof(EmbeddedData).Assembly.GetManifestResourceStream("Programme/" + path)
            ?? throw new ArgumentException($"No embedded data file {path}.", nameof(path));
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
