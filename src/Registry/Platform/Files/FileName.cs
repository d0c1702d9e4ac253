using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>The name a file was sent under. It is shown and given back, never used as a path; so it must read as what it is.</summary>
public static class FileName
{
    private const int LongestBytes = 255;

    /// <summary>Extensions of what a system runs or a browser shows as a page: they have no place before the last one either.</summary>
    private static readonly HashSet<string> Running =
        ["exe", "com", "bat", "cmd", "scr", "pif", "msi", "ps1", "vbs", "js", "jse", "wsf", "hta", "lnk", "jar", "sh", "html", "htm", "xhtml", "svg", "php", "jsp", "asp", "aspx", "xlsm", "docm", "zip", "rar", "7z", "iso"];

    /// <summary>The last part of a name that some browsers send with its folders.</summary>
    public static string Last(string name) => name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Trim();

    /// <summary>Why the name is not taken, or null: hidden characters, too long, an extension that is not the content's, or a further one that runs.</summary>
    public static Refusal? Check(string name, string type)
    {
        var extensions = ExtensionsOf(type);
        var parts = name.ToLowerInvariant().Split('.');
        return PlainText.Check(name, multiline: false, LongestBytes).Code is null && System.Text.Encoding.UTF8.GetByteCount(name) <= LongestBytes
            && parts.Length >= 2 && parts[0].Length > 0 && extensions.Contains(parts[^1])
            && !parts[1..^1].Any(p => Running.Contains(p.Trim())) && !name.Contains("%00", StringComparison.Ordinal)
                ? null
                : FileRules.Name.Refuse(("extension", "." + extensions[0]));
    }

    /// <summary>Extensions of a media type; the usual one first.</summary>
    public static string[] ExtensionsOf(string type) => type switch
    {
        FileKinds.Pdf => ["pdf"],
        FileKinds.Png => ["png"],
        FileKinds.Jpeg => ["jpg", "jpeg"],
        FileKinds.Workbook => ["xlsx"],
        _ => ["docx"],
    };
}
