using Registry.Platform;

namespace Registry.Accounts;

/// <summary>The identity provider of an authority that runs one, spoken to by OpenID Connect. Without the settings nobody is sent anywhere.</summary>
/// <param name="Issuer">Its issuer identifier, <c>REGISTRY_OIDC_ISSUER</c>: an https address, or http on the loopback address.</param>
/// <param name="Client">Our client identifier there, <c>REGISTRY_OIDC_CLIENT</c>.</param>
/// <param name="SecretFile">File with our client secret, <c>REGISTRY_OIDC_SECRET_FILE</c>.</param>
/// <param name="Name">What its users call it, <c>REGISTRY_OIDC_NAME</c>.</param>
public sealed record ExternalSignInSettings(Uri Issuer, string Client, string SecretFile, string Name)
{
    /// <summary>Reads the settings; null when no issuer is given.</summary>
    /// <param name="read">Gives a variable of the environment.</param>
    /// <exception cref="StartRefusedException">One of them cannot be used; the message names it.</exception>
    public static ExternalSignInSettings? Read(Func<string, string?> read)
    {
        if (Text("REGISTRY_OIDC_ISSUER") is not { } issuer)
            return null;
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var address) || !(address.Scheme == "https" || address is { Scheme: "http", IsLoopback: true }) || address.Query.Length > 0)
            throw Wrong("REGISTRY_OIDC_ISSUER", "须为 https 网址（仅本机可用 http）", "must be an https address (http only on this machine)");
        if (Text("REGISTRY_OIDC_CLIENT") is not { } client)
            throw Wrong("REGISTRY_OIDC_CLIENT", "须给出客户端标识", "the client identifier is missing");
        if (Text("REGISTRY_OIDC_SECRET_FILE") is not { } file || !File.Exists(file))
            throw Wrong("REGISTRY_OIDC_SECRET_FILE", "找不到客户端密钥文件", "there is no such file with the client secret");
        return new(address, client, file, Text("REGISTRY_OIDC_NAME") ?? "统一身份认证");

        string? Text(string name) => string.IsNullOrWhiteSpace(read(name)) ? null : read(name)!.Trim();
    }

    private static StartRefusedException Wrong(string setting, string zh, string en) =>
        new(StartRefusedException.MachineNotReady, $"设置 {setting} 无效：{zh}。", $"The setting {setting} cannot be used: {en}.");
}
