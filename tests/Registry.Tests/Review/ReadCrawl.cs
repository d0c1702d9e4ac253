using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Registry.Platform;

namespace Registry.Tests.Review;

/// <summary>What one reader got at one address: status, what stands in it, and the headers that could tell of a change.</summary>
internal sealed record Read(string Walker, string Route, string Path, HttpStatusCode Status, string Body);

/// <summary>
/// Walks every address that can be read, as each of these readers: all queries of the API, all pages below /office (made by hand and generated), their CSV files, the second
/// language, health and OpenAPI. What differs from request to request and means nothing (form tokens, fresh keys) is taken out.
/// </summary>
internal sealed partial class ReadCrawl(RegistryHost host, IReadOnlyDictionary<string, string?> tokens, Func<string, IReadOnlyList<string>> idsFor)
{
    private static readonly string[] Others = ["/health/live", "/health/ready", "/openapi/v1.json", "/office", "/office?format=csv"];

    private IEnumerable<RouteEndpoint> Endpoints => host.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("GET") == true);

    /// <summary>Every route that is walked: those of the API, and each of them again as a page, besides the pages made by hand.</summary>
    public IReadOnlyList<string> Routes
    {
        get
        {
            var all = Endpoints.Select(e => "/" + e.RoutePattern.RawText!.Trim('/')).Distinct().ToArray();
            var api = all.Where(r => r.StartsWith("/api/v1/", StringComparison.Ordinal)).ToArray();
            var lists = api.Where(r => !r.Contains('{', StringComparison.Ordinal) || r.EndsWith('s')).Select(r => "/office" + r["/api/v1".Length..] + "?format=csv");
            return [.. api, .. api.Select(r => "/office" + r["/api/v1".Length..]), .. all.Where(r => r.StartsWith("/office/", StringComparison.Ordinal) && !r.Contains("**", StringComparison.Ordinal) && !r.Contains("/language/", StringComparison.Ordinal)), .. lists, .. Others];
        }
    }

    /// <summary>Everything, as it is at this instant.</summary>
    public async Task<IReadOnlyList<Read>> WalkAsync(DateTimeOffset at, CancellationToken ct)
    {
        var reads = new List<Read>();
        using var client = new HttpClient(host.Host.Server.CreateHandler()) { BaseAddress = new Uri("http://localhost") };
        foreach (var (walker, token) in tokens)
            foreach (var route in Routes.Distinct())
                foreach (var path in Paths(route))
                {
                    using var moved = RegistryClock.At(at);
                    using var request = new HttpRequestMessage(HttpMethod.Get, path);
                    if (token is not null && path.StartsWith("/api/", StringComparison.Ordinal))
                        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                    else if (token is not null)
                        request.Headers.Add("Cookie", $"registry-session={token}");
                    using var response = await client.SendAsync(request, ct);
                    var told = string.Join('\n', response.Headers.Concat(response.Content.Headers)
                        .Where(h => h.Key is "ETag" or "Last-Modified" or "Content-Disposition" or "Location").Select(h => $"{h.Key}: {string.Join(',', h.Value)}"));
                    // A page says which address was asked for, in the sign-in's way back and in the links to the other language: the asker knew it.
                    var body = new[] { path, WebUtility.HtmlEncode(path), Uri.EscapeDataString(path) }
                        .Aggregate($"{told}\n\n{Plain(await TextAsync(response, ct))}", (text, asked) => text.Replace(asked, "", StringComparison.Ordinal));
                    reads.Add(new Read(walker, route, path, response.StatusCode, body));
                }
        return reads;
    }

    private IEnumerable<string> Paths(string route)
    {
        var open = route.Replace("{sha256}", new string('0', 64), StringComparison.Ordinal).Replace("{section}", "basic", StringComparison.Ordinal);
        return open.Contains("{id}", StringComparison.Ordinal) ? idsFor(route).Select(id => open.Replace("{id}", id, StringComparison.Ordinal))
            : open.Contains('{', StringComparison.Ordinal) ? [] : [open];
    }

    private static string Plain(string body) => Fresh().Replace(body, "");

    [GeneratedRegex("name=\"(form-token|key|number|salt|receiptCode|form\\.receiptCode)\" value=\"[^\"]*\"")]
    private static partial Regex Fresh();

    /// <summary>A workbook notes when it was packed and numbers its parts at random; what counts is what stands in its sheets.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
            return await response.Content.ReadAsStringAsync(ct);
        await using var workbook = new ZipArchive(await response.Content.ReadAsStreamAsync(ct), ZipArchiveMode.Read);
        var text = new StringBuilder();
        foreach (var entry in workbook.Entries.Where(e => e.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal) || e.FullName == "xl/sharedStrings.xml").OrderBy(e => e.FullName, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(await entry.OpenAsync(ct));
            text.Append(entry.FullName).Append('\n').Append(await reader.ReadToEndAsync(ct)).Append('\n');
        }
        return text.ToString();
    }
}
