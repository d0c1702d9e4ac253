namespace Registry.Cli;

/// <summary>JSON files as people save them: some editors put a mark of three bytes before the text, which JSON itself does not know.</summary>
internal static class JsonFile
{
    /// <summary>The bytes of the file without that mark.</summary>
    public static ReadOnlyMemory<byte> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes;
    }
}
