using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Registry.Platform;

/// <summary>
/// Which machines in front of the program are believed when they say for whom they ask. Anybody can send <c>X-Forwarded-For</c>, so without the setting it is
/// ignored; with it the client is the right-most address that no named proxy has: everything left of that was written by the client itself. Must hold: 19, 40.
/// </summary>
public static class TrustedProxies
{
    /// <summary>The setting: addresses and networks with commas or spaces between them, such as <c>127.0.0.1, 10.20.0.0/24</c>.</summary>
    public const string Setting = "REGISTRY_PROXIES";

    /// <summary>Reads the setting; nothing when it is not given.</summary>
    /// <param name="read">Gives a variable of the environment.</param>
    /// <exception cref="StartRefusedException">A part of it is no address and no network, or is a network of everybody; the message names it.</exception>
    public static IReadOnlyList<System.Net.IPNetwork> Read(Func<string, string?> read) =>
        [.. (read(Setting) ?? "").Split([',', ' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(NetworkOf)];

    /// <summary>
    /// Takes the client's address from the named proxies. Where people come by an https address, their requests count as made over TLS: it ends at the proxy, and
    /// the last hop says nothing of it. It stands before everything that reads address or scheme.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var settings = app.Services.GetRequiredService<RegistrySettings>();
        if (settings.Proxies is { Count: > 0 } proxies)
            app.UseForwardedHeaders(OptionsOf(proxies));
        if (settings.Mail.Address?.Scheme == Uri.UriSchemeHttps)
            app.Use((http, next) =>
            {
                http.Request.Scheme = Uri.UriSchemeHttps;
                return next(http);
            });
    }

    /// <summary>Only the address is taken over, from as many hops as are named proxies; neither the host nor the scheme.</summary>
    public static ForwardedHeadersOptions OptionsOf(IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
        // The framework trusts the loopback address by itself; here only what is named is trusted.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownIPNetworks.Add(proxy);
        return options;
    }

    private static System.Net.IPNetwork NetworkOf(string part)
    {
        if (IPAddress.TryParse(part, out var address))
            return new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8);
        // A network that is named by one of its machines may be a slip of the pen for that machine alone.
        if (!part.Contains('/', StringComparison.Ordinal) || !System.Net.IPNetwork.TryParse(part, out var network)
            || !IPAddress.TryParse(part[..part.IndexOf('/', StringComparison.Ordinal)], out var first) || !first.Equals(network.BaseAddress))
            throw Wrong($"“{part}”不是 IP 地址,也不是网段(主机位须为 0)", $"\"{part}\" is neither an address nor a network (whose host bits are zero)");
        return network.PrefixLength > 0 ? network : throw Wrong($"“{part}”包含所有地址", $"\"{part}\" holds every address");
    }

    private static StartRefusedException Wrong(string chinese, string english) =>
        new(StartRefusedException.MachineNotReady, $"设置 {Setting} 无效:{chinese}。", $"The setting {Setting} cannot be used: {english}.");
}
