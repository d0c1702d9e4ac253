using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Registry.Tests.Files;

/// <summary>
/// As much of an S3 server as the store speaks to, written from the protocol's description and not from the client: it checks each signature itself,
/// the hash of each body, and the condition of a write. It can be told to fail.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    public const string AccessKey = "AKTEST", SecretKey = "secret/with+signs=", Bucket = "evidence";
    private readonly WebApplication app;

    private S3Server(WebApplication app) => this.app = app;

    /// <summary>What lies in the bucket, by key.</summary>
    public ConcurrentDictionary<string, (byte[] Content, DateTimeOffset At)> Objects { get; } = new();

    /// <summary>Answers every request with this status; zero for none.</summary>
    public int Failing { get; set; }

    /// <summary>Never answers.</summary>
    public bool Hanging { get; set; }

    /// <summary>Most keys on one page of a list.</summary>
    public int PageSize { get; set; } = 1000;

    public Uri Address => new(app.Urls.First());

    public static async Task<S3Server> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new S3Server(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        if (Hanging)
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }
        if (Failing != 0)
        {
            await ErrorAsync(http, Failing, "SlowDown");
            return;
        }
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (!IsSigned(http, body.ToArray()))
        {
            await ErrorAsync(http, 403, "SignatureDoesNotMatch");
            return;
        }
        var path = Uri.UnescapeDataString(http.Request.Path.Value!)[1..];
        var (bucket, key) = path.Split('/', 2) is [var b, var k] ? (b, k) : (path, "");
        if (bucket != Bucket)
            await ErrorAsync(http, 404, "NoSuchBucket");
        else if (key.Length == 0)
            await ListAsync(http);
        else
            await ObjectAsync(http, key, body.ToArray());
    }

    private async Task ObjectAsync(HttpContext http, string key, byte[] body)
    {
        switch (http.Request.Method)
        {
            case "PUT" when http.Request.Headers["x-amz-copy-source"].ToString() is { Length: > 0 } source:
                var from = Uri.UnescapeDataString(source).TrimStart('/').Split('/', 2)[1];
                if (!Objects.TryGetValue(from, out var copied))
                    await ErrorAsync(http, 404, "NoSuchKey");
                else
                {
                    Objects[key] = (copied.Content, DateTimeOffset.UtcNow);
                    http.Response.ContentType = "application/xml";
                    await http.Response.WriteAsync($"<CopyObjectResult><LastModified>{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ}</LastModified><ETag>\"x\"</ETag></CopyObjectResult>");
                }
                break;
            case "PUT":
                if (http.Request.Headers.IfNoneMatch == "*" ? !Objects.TryAdd(key, (body, DateTimeOffset.UtcNow)) : (Objects[key] = (body, DateTimeOffset.UtcNow)) == default)
                    await ErrorAsync(http, 412, "PreconditionFailed");
                break;
            case "GET" or "HEAD" when Objects.TryGetValue(key, out var found):
                http.Response.ContentLength = found.Content.Length;
                http.Response.Headers.LastModified = found.At.ToString("R", CultureInfo.InvariantCulture);
                if (http.Request.Method == "GET")
                    await http.Response.Body.WriteAsync(found.Content);
                break;
            case "DELETE":
                Objects.TryRemove(key, out _);
                http.Response.StatusCode = 204;
                break;
            default:
                await ErrorAsync(http, 404, "NoSuchKey");
                break;
        }
    }

    private async Task ListAsync(HttpContext http)
    {
        var (prefix, after) = (http.Request.Query["prefix"].ToString(), http.Request.Query["continuation-token"].ToString());
        var keys = Objects.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(k, after) > 0).Order(StringComparer.Ordinal).ToList();
        var page = keys.Take(PageSize).ToList();
        var xml = new StringBuilder("<ListBucketResult>");
        xml.Append(CultureInfo.InvariantCulture, $"<IsTruncated>{(page.Count < keys.Count ? "true" : "false")}</IsTruncated>");
        if (page.Count < keys.Count)
            xml.Append(CultureInfo.InvariantCulture, $"<NextContinuationToken>{page[^1]}</NextContinuationToken>");
        foreach (var key in page)
            xml.Append(CultureInfo.InvariantCulture, $"<Contents><Key>{key}</Key><LastModified>{Objects[key].At:yyyy-MM-ddTHH:mm:ss.fffZ}</LastModified><Size>{Objects[key].Content.Length}</Size></Contents>");
        http.Response.ContentType = "application/xml";
        await http.Response.WriteAsync(xml.Append("</ListBucketResult>").ToString());
    }

    private static Task ErrorAsync(HttpContext http, int status, string code)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/xml";
        return http.Request.Method == "HEAD" ? Task.CompletedTask : http.Response.WriteAsync($"<Error><Code>{code}</Code><Message>{code}</Message></Error>");
    }

    private static bool IsSigned(HttpContext http, byte[] body)
    {
        // AWS4-HMAC-SHA256 Credential=key/day/region/s3/aws4_request, SignedHeaders=a;b, Signature=hex
        var parts = http.Request.Headers.Authorization.ToString().Replace("AWS4-HMAC-SHA256 ", "", StringComparison.Ordinal).Split(',', StringSplitOptions.TrimEntries)
            .Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
        if (!parts.TryGetValue("Credential", out var credential) || credential.Split('/') is not [AccessKey, var day, var region, "s3", "aws4_request"])
            return false;
        var bodyHash = http.Request.Headers["x-amz-content-sha256"].ToString();
        if (bodyHash != Convert.ToHexStringLower(SHA256.HashData(body)))
            return false;
        var raw = http.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var headers = parts["SignedHeaders"].Split(';').Select(h => (h, h == "host" ? http.Request.Host.Value! : http.Request.Headers[h].ToString()));
        return parts["Signature"] == Signature(http.Request.Method, raw[0], raw.Length > 1 ? raw[1] : "", headers, bodyHash, http.Request.Headers["x-amz-date"].ToString(), day, region, SecretKey);
    }

    /// <summary>Signature version 4, from its description.</summary>
    public static string Signature(
        string method, string path, string query, IEnumerable<(string Name, string Value)> headers, string bodyHash, string instant, string day, string region, string secret)
    {
        var sorted = string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Contains('=', StringComparison.Ordinal) ? p : p + "=").Order(StringComparer.Ordinal));
        var lines = headers.Select(h => (Name: h.Name.ToLowerInvariant(), Value: string.Join(' ', h.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)))).OrderBy(h => h.Name, StringComparer.Ordinal).ToList();
        var canonical = $"{method}\n{path}\n{sorted}\n{string.Concat(lines.Select(l => $"{l.Name}:{l.Value}\n"))}\n{string.Join(';', lines.Select(l => l.Name))}\n{bodyHash}";
        var toSign = $"AWS4-HMAC-SHA256\n{instant}\n{day}/{region}/s3/aws4_request\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = new[] { day, region, "s3", "aws4_request" }.Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (k, step) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(step)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }
}
