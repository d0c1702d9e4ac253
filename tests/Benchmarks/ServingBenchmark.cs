using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Benchmarks;

/// <summary>A running registry and nginx (Debian's, one worker for each core) hand out the same files of the public site, in turns, measured by wrk.</summary>
public static partial class ServingBenchmark
{
    private const int Port = 18088, Rounds = 3;

    /// <param name="address">Where the registry listens, such as http://127.0.0.1:5080.</param>
    /// <param name="folder">The folder that it serves (site/current of its data folder).</param>
    public static async Task<int> RunAsync(string address, string folder)
    {
        var own = Directory.CreateTempSubdirectory("nginx-");
        // The folder is a link that is switched at each publication, and may be readable for this user only.
        await File.WriteAllTextAsync(Path.Combine(own.FullName, "nginx.conf"), $$"""
            daemon off; pid {{own.FullName}}/pid; error_log stderr error; worker_processes auto; {{(Environment.UserName == "root" ? "user root;" : "")}}
            events { worker_connections 1024; }
            http {
              include /etc/nginx/mime.types; charset utf-8; access_log off; sendfile on; tcp_nopush on; gzip_static on; gzip_vary on; etag on;
              client_body_temp_path {{own.FullName}}/body; proxy_temp_path {{own.FullName}}/proxy; fastcgi_temp_path {{own.FullName}}/fastcgi; uwsgi_temp_path {{own.FullName}}/uwsgi; scgi_temp_path {{own.FullName}}/scgi;
              server { listen 127.0.0.1:{{Port}}; root {{folder}}; add_header Cache-Control no-cache; }
            }
            """);
        using var nginx = Process.Start(new ProcessStartInfo("nginx", ["-c", Path.Combine(own.FullName, "nginx.conf")]))!;
        try
        {
            var largest = new DirectoryInfo(Path.Combine(folder, "clusters")).EnumerateFiles("*.html").MaxBy(f => f.Length)!;
            string[] paths = ["index.html", $"clusters/{largest.Name}", "assets/site.css", "manifest.json"];
            Console.WriteLine("| file | coding | bytes | registry, requests/s (median of three) | nginx, requests/s | registry against nginx |");
            Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
            foreach (var (path, coding) in from path in paths from coding in new[] { "identity", "gzip" } select (path, coding))
            {
                List<double> registry = [], other = [];
                // Once without counting: a program that was just started is still being compiled.
                await AskAsync($"{address.TrimEnd('/')}/{path}", coding);
                for (var round = 0; round < Rounds; round++)
                {
                    registry.Add(await AskAsync($"{address.TrimEnd('/')}/{path}", coding));
                    other.Add(await AskAsync($"http://127.0.0.1:{Port}/{path}", coding));
                }
                var (a, b) = (registry.Order().ElementAt(Rounds / 2), other.Order().ElementAt(Rounds / 2));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {path} | {coding} | {new FileInfo(Path.Combine(folder, path)).Length} | {a:F0} | {b:F0} | {a / b:F2} |"));
            }
            return 0;
        }
        finally
        {
            nginx.Kill(entireProcessTree: true);
            await nginx.WaitForExitAsync();
            own.Delete(recursive: true);
        }
    }

    private static async Task<double> AskAsync(string address, string coding)
    {
        var start = new ProcessStartInfo("wrk", ["-t1", "-c32", "-d3s", "-H", $"Accept-Encoding: {coding}", address]) { RedirectStandardOutput = true };
        using var wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk does not start");
        var text = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (text.Contains("Non-2xx", StringComparison.Ordinal) || Rate().Match(text) is not { Success: true } rate)
            throw new InvalidOperationException($"{address}: {text}");
        return double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();
}
