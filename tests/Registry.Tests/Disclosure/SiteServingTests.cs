using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Registry.Disclosure;

namespace Registry.Tests.Disclosure;

/// <summary>How the files of the site are handed out, without a registry around it.</summary>
public sealed class SiteServingTests : IDisposable
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddLogging().BuildServiceProvider();
    private readonly string _folder = Directory.CreateTempSubdirectory("serving-").FullName;
    private readonly SiteServing _site;

    public SiteServingTests()
    {
        _site = new SiteServing(_folder);
        Write("one", "index.html", "first");
        Write("one", "index.html.br", "packed by br");
        Write("one", "index.html.gz", "packed by gz");
        Write("one", "data/SHA256SUMS", "sums");
        Write("one", "large.json", new string('x', 300_000));
        Write("two", "index.html", "second");
        File.WriteAllText(Path.Combine(_folder, "secret"), "not public");
        Switch("one");
    }

    public void Dispose()
    {
        _site.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("GET", "/secret")]
    [InlineData("GET", "/../secret")]
    [InlineData("GET", "/../../secret")]
    [InlineData("GET", "//secret")]
    [InlineData("GET", "/data")]
    [InlineData("GET", "//index.html")]
    [InlineData("GET", "/data//SHA256SUMS")]
    [InlineData("GET", "/data/../index.html")]
    [InlineData("GET", "/./index.html")]
    [InlineData("GET", "/index.html\0")]
    [InlineData("POST", "/index.html")]
    [InlineData("GET", "")]
    public async Task What_is_no_file_of_the_release_is_not_answered(string method, string path) => Assert.Null(await AskAsync(path, method: method));

    [Theory]
    [InlineData("", "first", "")]
    [InlineData("identity", "first", "")]
    [InlineData("gzip, br", "packed by br", "br")]
    [InlineData("gzip", "packed by gz", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "packed by gz", "gzip")]
    [InlineData("br;q=0, gzip;q=0", "first", "")]
    [InlineData("*;q=0, nonsense", "first", "")]
    public async Task The_packed_twin_goes_to_whoever_understands_it(string accepted, string content, string coding)
    {
        for (var time = 0; time < 2; time++)
        {
            var answer = (await AskAsync("/", ("Accept-Encoding", accepted)))!;
            Assert.Equal((200, content, coding, "text/html; charset=utf-8", "Accept-Encoding"), (answer.Status, answer.Text, answer.Header("Content-Encoding"), answer.Header("Content-Type"), answer.Header("Vary")));
        }
    }

    [Fact]
    public async Task A_range_counts_the_bytes_of_the_file_itself()
    {
        var answer = (await AskAsync("/index.html", ("Accept-Encoding", "br"), ("Range", "bytes=1-3")))!;
        Assert.Equal((206, "irs", ""), (answer.Status, answer.Text, answer.Header("Content-Encoding")));
        Assert.Equal(416, (await AskAsync("/index.html", ("Range", "bytes=9000-")))!.Status);
        Assert.Equal("xx", (await AskAsync("/large.json", ("Range", "bytes=299998-")))!.Text);
    }

    [Fact]
    public async Task Whoever_has_a_file_is_told_so_and_each_coding_has_a_tag_of_its_own()
    {
        foreach (var path in new[] { "/index.html", "/large.json" })
        {
            var tag = (await AskAsync(path))!.Header("ETag");
            Assert.Equal((304, ""), (await AskAsync(path, ("If-None-Match", tag))) is { } same ? (same.Status, same.Text) : default);
            Assert.Equal(200, (await AskAsync(path, ("If-None-Match", "\"other\"")))!.Status);
        }
        Assert.NotEqual((await AskAsync("/"))!.Header("ETag"), (await AskAsync("/", ("Accept-Encoding", "br")))!.Header("ETag"));
    }

    [Fact]
    public async Task A_switch_is_seen_by_the_next_request()
    {
        Assert.Equal("first", (await AskAsync("/"))!.Text);
        Switch("two");
        Assert.Equal("second", (await AskAsync("/", ("Accept-Encoding", "br")))!.Text);
        Assert.Null(await AskAsync("/large.json"));
        File.Delete(Path.Combine(_folder, "current"));
        Assert.Null(await AskAsync("/"));
    }

    [Fact]
    public async Task A_file_without_an_ending_is_text_and_a_large_one_comes_whole()
    {
        var sums = (await AskAsync("/data/SHA256SUMS"))!;
        Assert.Equal(("text/plain; charset=utf-8", "sums"), (sums.Header("Content-Type"), sums.Text));
        Assert.Equal(300_000, (await AskAsync("/large.json"))!.Text.Length);
        Assert.Equal((200, ""), await AskAsync("/large.json", method: "HEAD") is { } head ? (head.Status, head.Text) : default);
    }

    private sealed record Seen(int Status, string Text, IHeaderDictionary Headers)
    {
        public string Header(string name) => Headers[name].ToString();
    }

    private Task<Seen?> AskAsync(string path, params (string Name, string Value)[] headers) => AskAsync(path, "GET", headers);

    private async Task<Seen?> AskAsync(string path, string method, params (string Name, string Value)[] headers)
    {
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { RequestServices = Services };
        (http.Request.Method, http.Request.Path, http.Response.Body) = (method, new PathString(path), body);
        foreach (var (name, value) in headers) http.Request.Headers[name] = value;
        if (_site.Answer(http) is not { } answering) return null;
        await answering;
        return new(http.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()), http.Response.Headers);
    }

    private void Switch(string release)
    {
        File.Delete(Path.Combine(_folder, "current"));
        File.CreateSymbolicLink(Path.Combine(_folder, "current"), Path.Combine("releases", release));
    }

    private void Write(string release, string path, string text)
    {
        var file = Path.Combine(_folder, "releases", release, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
