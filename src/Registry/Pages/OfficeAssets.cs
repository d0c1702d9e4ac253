using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Registry.Pages;

/// <summary>Stylesheet, script and icon of the pages, from the program itself. The address holds the content's digest, so a browser keeps it for good.</summary>
public static class OfficeAssets
{
    private sealed record Asset(byte[] Content, string Type);

    private static readonly FrozenDictionary<string, Asset> Files = new[] { ("office.css", "text/css; charset=utf-8"), ("office.js", "text/javascript; charset=utf-8"), ("icon.svg", "image/svg+xml") }
        .ToDictionary(f => f.Item1, f => new Asset(Read(f.Item1), f.Item2)).ToFrozenDictionary();

    /// <summary>Address of the stylesheet.</summary>
    public static readonly string Style = Address("office.css");

    /// <summary>Address of the script, which nothing needs.</summary>
    public static readonly string Script = Address("office.js");

    /// <summary>Address of the icon.</summary>
    public static readonly string Icon = Address("icon.svg");

    /// <summary>Maps the files.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/office/assets/{digest}/{name}", [HttpMethods.Get, HttpMethods.Head], (string name, HttpContext http) =>
        {
            if (!Files.TryGetValue(name, out var file))
                return Results.NotFound();
            http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
            http.Response.Headers.XContentTypeOptions = "nosniff";
            return Results.Bytes(file.Content, file.Type);
        }).ExcludeFromDescription();

    private static string Address(string name) => $"/office/assets/{Convert.ToHexStringLower(SHA256.HashData(Files[name].Content))[..16]}/{name}";

    private static byte[] Read(string name)
    {
        using var stream = typeof(OfficeAssets).Assembly.GetManifestResourceStream("Pages/assets/" + name)
            ?? throw new InvalidOperationException($"The program lacks its file Pages/assets/{name}.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
