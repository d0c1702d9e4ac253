using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Registry.Objections;
using Registry.Platform;

namespace Registry.Tests.Platform;

public sealed class TrustedProxiesTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Proxies = "127.0.0.1, 10.20.0.0/24 2001:db8::/64";

    [Theory]
    [InlineData("proxy.example.cn", "proxy.example.cn")]
    [InlineData("127.0.0.1, 10.20.0.7/24", "10.20.0.7/24")]
    [InlineData("10.20.0.0/33", "10.20.0.0/33")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]
    public void A_setting_that_cannot_be_meant_keeps_the_program_from_starting_and_is_named(string setting, string part)
    {
        var refused = Assert.Throws<StartRefusedException>(() => TrustedProxies.Read(_ => setting));
        Assert.Contains("REGISTRY_PROXIES", refused.Message, StringComparison.Ordinal);
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    public void Without_the_setting_nobody_is_trusted(string? setting) => Assert.Empty(TrustedProxies.Read(_ => setting));

    [Theory]
    // Asked directly: what a client says about itself counts for nothing.
    [InlineData("203.0.113.9", "198.51.100.1", "203.0.113.9")]
    [InlineData("10.20.1.1", "198.51.100.1", "10.20.1.1")]
    // Through one proxy, through two, and with a forged beginning.
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1", "203.0.113.9, 10.20.0.5", "203.0.113.9")]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.9, 10.20.0.5", "203.0.113.9")]
    [InlineData("127.0.0.1", "10.20.0.77, 203.0.113.9, 10.20.0.5", "203.0.113.9")]
    [InlineData("2001:db8::1", "2001:db8:1::9", "2001:db8:1::9")]
    // What cannot be read ends the way back at the last hop that is known.
    [InlineData("127.0.0.1", "unknown", "127.0.0.1")]
    [InlineData("127.0.0.1", "198.51.100.1, rubbish, 10.20.0.5", "10.20.0.5")]
    [InlineData("127.0.0.1", "", "127.0.0.1")]
    public async Task The_client_is_the_right_most_address_that_is_no_named_proxy(string peer, string forwarded, string client)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        http.Request.Headers["X-Forwarded-For"] = forwarded;
        http.Request.Headers["X-Forwarded-Host"] = "elsewhere.example";
        http.Request.Headers["X-Forwarded-Proto"] = "https";
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("registry.example"));
        var options = TrustedProxies.OptionsOf(TrustedProxies.Read(_ => Proxies));
        await new ForwardedHeadersMiddleware(_ => Task.CompletedTask, NullLoggerFactory.Instance, Options.Create(options)).Invoke(http);
        Assert.Equal((IPAddress.Parse(client), "http", "registry.example"), (http.Connection.RemoteIpAddress, http.Request.Scheme, http.Request.Host.Value));
    }

    [Fact]
    public async Task Abuse_19_without_the_setting_a_client_cannot_make_itself_another_one()
    {
        for (var i = 0; i < FilingLimits.StatusPerMinute; i++)
            Assert.Equal(404, await AskAsync(registry, "203.0.113.77", $"198.51.100.{i}"));
        Assert.Equal(429, await AskAsync(registry, "203.0.113.77", "198.51.100.200"));
    }

    [Fact]
    public async Task With_the_setting_clients_behind_a_proxy_are_told_apart_and_none_makes_itself_another_one()
    {
        await using var host = await RegistryHost.StartAsync(
            await registry.Postgres.CreateRegistryAsync(), s => s with { Proxies = TrustedProxies.Read(_ => "10.20.0.1") });
        var program = RegistryFixture.On(registry.Postgres, host);
        for (var i = 0; i < FilingLimits.StatusPerMinute; i++)
            Assert.Equal(404, await AskAsync(program, "10.20.0.1", $"198.51.100.{i}, 203.0.113.5"));
        Assert.Equal(429, await AskAsync(program, "10.20.0.1", "198.51.100.200, 203.0.113.5"));
        Assert.Equal(404, await AskAsync(program, "10.20.0.1", "203.0.113.6"));
    }

    private static async Task<int> AskAsync(RegistryFixture program, string peer, string forwarded)
    {
        var answer = await program.Host.Server.SendAsync(c =>
        {
            c.Connection.RemoteIpAddress = IPAddress.Parse(peer);
            c.Request.Method = HttpMethods.Get;
            c.Request.Path = "/api/v1/objections/status";
            c.Request.Headers[ObjectionsRoom.CodeHeader] = ReceiptCode.New();
            c.Request.Headers["X-Forwarded-For"] = forwarded;
        }, TestContext.Current.CancellationToken);
        return answer.Response.StatusCode;
    }
}
