using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Registry.Accounts;

namespace Registry.Pages;

/// <summary>
/// What was typed into a form that arrived after its session had ended. Only the typed text is kept, and little of it in memory: files run through unread,
/// because nobody who is not signed in may leave a file here. Their sender is told to choose them again.
/// </summary>
internal static class FormOfEndedSession
{
    /// <summary>Most characters that are kept.</summary>
    public const int Longest = 200_000;

    /// <summary>Says that files were chosen and have to be chosen again.</summary>
    public const string FilesLeftOut = "files-left-out";

    private const int MostFields = 20_000;

    /// <summary>Reads the typed fields.</summary>
    /// <exception cref="InvalidDataException">The form is longer than any that can be kept, or is none.</exception>
    public static async Task<Posted> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType || !MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type))
            return Posted.Empty;
        var typed = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? await PartsAsync(http, HeaderUtilities.RemoveQuotes(type.Boundary).ToString())
            : await new FormReader(http.Request.Body) { ValueCountLimit = MostFields, ValueLengthLimit = Longest * 4 }.ReadFormAsync(http.RequestAborted);
        return new Posted(typed.Where(f => f.Key != PageGate.TokenField).ToDictionary(f => f.Key, f => f.Value.Select(v => (v ?? "").ReplaceLineEndings("\n")).ToArray()));
    }

    private static async Task<Dictionary<string, Microsoft.Extensions.Primitives.StringValues>> PartsAsync(HttpContext http, string boundary)
    {
        var (typed, left) = (new KeyValueAccumulator(), Longest);
        var reader = new MultipartReader(boundary, http.Request.Body);
        while (await reader.ReadNextSectionAsync(http.RequestAborted) is { } section)
            if (section.GetContentDispositionHeader() is { } about && about.IsFormDisposition())
            {
                var text = await TextAsync(section.Body, left, http.RequestAborted);
                left -= text.Length;
                if (typed.ValueCount >= MostFields)
                    throw new InvalidDataException("too many fields");
                typed.Append(HeaderUtilities.RemoveQuotes(about.Name).ToString(), text);
            }
            else if (section.GetContentDispositionHeader()?.FileName.Length > 2 && !typed.GetResults().ContainsKey(FilesLeftOut))
                typed.Append(FilesLeftOut, "true");
        return typed.GetResults();
    }

    private static async Task<string> TextAsync(Stream body, int most, CancellationToken ct)
    {
        using var reader = new StreamReader(body, Encoding.UTF8);
        var text = new StringBuilder();
        var part = new char[4096];
        for (int read; (read = await reader.ReadAsync(part, ct)) > 0;)
            if (text.Append(part, 0, read).Length > most)
                throw new InvalidDataException("longer than any form that is kept");
        return text.ToString();
    }
}
