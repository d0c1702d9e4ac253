using System.Globalization;
using System.Text.Json;

namespace Registry.Tests;

/// <summary>The data files of the tests.</summary>
internal static class TestData
{
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(TestData).Assembly.GetManifestResourceStream("Data/" + name)
            ?? throw new ArgumentException($"No test data file {name}.", nameof(name));
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>The folder of the sources.</summary>
    public static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Registry.sln")))
                folder = Path.GetDirectoryName(folder)!;
            return folder;
        }
    }

    public static JsonElement Json(string name) => JsonDocument.Parse(Bytes(name)).RootElement;

    /// <summary>2025-06-20.</summary>
    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>2025-06-20T23:59:59.999+08:00.</summary>
    public static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
