using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Registry.Accounts;

namespace Registry.Pages;

/// <summary>
/// What was typed into a form that arrived after its session had ended. Only the typed text is kept, without secrets and little of it in memory: whoever sends it
/// may be anybody. Files run through unread, because nobody who is not signed in may leave a file here. Their sender is told to choose them again.
/// </summary>
internal static class FormOfEndedSession
{
    /// <summary>Most characters that are kept.</summary>
    public const int Longest = 200_000;

    /// <summary>Says that files were chosen and have to be chosen again.</summary>
    public const string FilesLeftOut = "files-left-out";

    private const int MostFields = 20_000;

    /// <summary>Most characters that one takes in a form's body: a Chinese one is three bytes in UTF-8, each written as % and two digits.</summary>
    private const int LongestWritten = 9;

    /// <summary>Whether a form sent to this address is worth keeping. Those that sign in or change how one does are nothing without their secrets.</summary>
    public static bool IsKept(PathString path) => !path.StartsWithSegments(SignInPages.Address) && !path.StartsWithSegments(OwnAccountPages.Address);

    /// <summary>Reads the typed fields.</summary>
    /// <exception cref="InvalidDataException">The form is longer than any that can be kept, or is none.</exception>
    public static async Task<Posted> ReadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType || !MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type))
            return Posted.Empty;
        var typed = type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            ? await PartsAsync(http, HeaderUtilities.RemoveQuotes(type.Boundary).ToString())
            : await PairsAsync(http);
        return new Posted(typed.Where(f => f.Key != PageGate.TokenField).ToDictionary(f => f.Key, f => f.Value.Select(v => (v ?? "").ReplaceLineEndings("\n")).ToArray())).WithoutSecrets();
    }

    private static async Task<Dictionary<string, Microsoft.Extensions.Primitives.StringValues>> PairsAsync(HttpContext http)
    {
        var (typed, left) = (new KeyValueAccumulator(), Longest);
        using var reader = new FormReader(http.Request.Body) { ValueLengthLimit = LongestWritten * Longest };
        while (await reader.ReadNextPairAsync(http.RequestAborted) is { } pair)
            Take(ref typed, ref left, pair.Key, pair.Value);
        return typed.GetResults();
    }

    private static async Task<Dictionary<string, Microsoft.Extensions.Primitives.StringValues>> PartsAsync(HttpContext http, string boundary)
    {
        var (typed, left) = (new KeyValueAccumulator(), Longest);
        var reader = new MultipartReader(boundary, http.Request.Body);
        while (await reader.ReadNextSectionAsync(http.RequestAborted) is { } section)
            if (section.GetContentDispositionHeader() is { } about && about.IsFormDisposition())
            {
                var text = await TextAsync(section.Body, left, http.RequestAborted);
                Take(ref typed, ref left, HeaderUtilities.RemoveQuotes(about.Name).ToString(), text);
            }
            else if (section.GetContentDispositionHeader()?.FileName.Length > 2 && !typed.GetResults().ContainsKey(FilesLeftOut))
                typed.Append(FilesLeftOut, "true");
        return typed.GetResults();
    }

    /// <summary>Takes one field, whose name counts like what was typed into it.</summary>
    private static void Take(ref KeyValueAccumulator typed, ref int left, string name, string text)
    {
        left -= name.Length + text.Length;
        if (left < 0)
            throw new InvalidDataException("longer than any form that is kept");
        if (typed.ValueCount >= MostFields)
            throw new InvalidDataException("too many fields");
        typed.Append(name, text);
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
