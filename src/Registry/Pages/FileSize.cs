using System.Globalization;

namespace Registry.Pages;

/// <summary>Sizes of files for people.</summary>
public static class FileSize
{
    /// <summary>So many bytes as KB or MB.</summary>
    public static string Text(long bytes) => bytes < 1024 ? $"{bytes} B"
        : bytes < 1024 * 1024 ? (bytes / 1024m).ToString("0.#", CultureInfo.InvariantCulture) + " KB"
        : (bytes / 1024m / 1024m).ToString("0.#", CultureInfo.InvariantCulture) + " MB";
}
