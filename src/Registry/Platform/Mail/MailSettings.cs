using System.Globalization;
using System.Net;
using System.Net.Mail;

namespace Registry.Platform.Mail;

/// <summary>How mail leaves. Without a server it is put as files into the pickup folder. Checked at start; an error names the setting.</summary>
public sealed record MailSettings
{
    /// <summary>
    /// The mail server, <c>REGISTRY_SMTP</c>: <c>smtp://host:587</c> with STARTTLS, <c>smtps://host:465</c> with TLS from the start. Null: the pickup folder.
    /// A server on the loopback address is spoken to without TLS if it offers none.
    /// </summary>
    public Uri? Server { get; init; }

    /// <summary>Name to sign in with, <c>REGISTRY_SMTP_USER</c>.</summary>
    public string? User { get; init; }

    /// <summary>File with the password, <c>REGISTRY_SMTP_PASSWORD_FILE</c>: a password in the environment would be seen by every child process.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The sender, <c>REGISTRY_MAIL_FROM</c>. Its domain ends every Message-ID.</summary>
    public string From { get; init; } = "registry@localhost";

    /// <summary>Where links in mails lead, <c>REGISTRY_ADDRESS</c>; by default the address that the program listens on.</summary>
    public Uri? Address { get; init; }

    /// <summary>Days after which a file that nobody has taken from the pickup folder is destroyed, <c>REGISTRY_MAIL_DAYS</c>.</summary>
    public int PickupDays { get; init; } = 7;

    /// <summary>Part of the sender after the @.</summary>
    public string Domain => From[(From.IndexOf('@', StringComparison.Ordinal) + 1)..];

    /// <summary>Reads the settings.</summary>
    /// <param name="read">Gives a variable of the environment.</param>
    /// <exception cref="StartRefusedException">One of them cannot be used; the message names it.</exception>
    public static MailSettings Read(Func<string, string?> read)
    {
        var server = Text("REGISTRY_SMTP") is { } given ? ServerOf(given) : null;
        var from = Text("REGISTRY_MAIL_FROM");
        if (server is not null && from is null)
            throw Wrong("REGISTRY_MAIL_FROM", "使用邮件服务器时必须给出发件人地址", "a mail server needs a sender address");
        if (from is not null && !IsAddress(from))
            throw Wrong("REGISTRY_MAIL_FROM", "不是有效的邮箱地址", "not an e-mail address");
        var (user, password) = (Text("REGISTRY_SMTP_USER"), Text("REGISTRY_SMTP_PASSWORD_FILE"));
        if (user is null != password is null)
            throw Wrong(user is null ? "REGISTRY_SMTP_USER" : "REGISTRY_SMTP_PASSWORD_FILE", "用户名和密码文件须同时给出", "a user and a password file go together");
        if (password is not null && !File.Exists(password))
            throw Wrong("REGISTRY_SMTP_PASSWORD_FILE", "找不到该文件", "there is no such file");
        Uri? address = null;
        if (Text("REGISTRY_ADDRESS") is { } home && !(Uri.TryCreate(home, UriKind.Absolute, out address) && address.Scheme is "http" or "https" && address.Query.Length == 0))
            throw Wrong("REGISTRY_ADDRESS", "应为 http 或 https 网址", "must be an http or https address");
        var days = new MailSettings().PickupDays;
        if (Text("REGISTRY_MAIL_DAYS") is { } kept && !(int.TryParse(kept, NumberStyles.None, CultureInfo.InvariantCulture, out days) && days is >= 1 and <= 365))
            throw Wrong("REGISTRY_MAIL_DAYS", "应为 1 至 365 的整数", "must be a whole number from 1 to 365");
        return new MailSettings { Server = server, User = user, PasswordFile = password, From = from ?? new MailSettings().From, Address = address, PickupDays = days };

        string? Text(string name) => string.IsNullOrWhiteSpace(read(name)) ? null : read(name)!.Trim();
    }

    /// <summary>Whether a text is one e-mail address, and nothing else.</summary>
    public static bool IsAddress(string text) =>
        text.Length <= 254 && text.All(c => c is > ' ' and <= '~') && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text && parsed.DisplayName.Length == 0;

    /// <summary>The server is on this machine.</summary>
    public bool ServerIsHere => Server is { } server && (server.IsLoopback || IPAddress.TryParse(server.Host, out var ip) && IPAddress.IsLoopback(ip));

    private static Uri ServerOf(string given) =>
        Uri.TryCreate(given, UriKind.Absolute, out var uri) && uri.Scheme is "smtp" or "smtps" && uri.Host.Length > 0 && uri.AbsolutePath is "" or "/" && uri.UserInfo.Length == 0
            ? uri
            : throw Wrong("REGISTRY_SMTP", "应写作 smtp://主机:端口 或 smtps://主机:端口", "must read smtp://host:port or smtps://host:port");

    private static StartRefusedException Wrong(string setting, string chinese, string english) =>
        new(StartRefusedException.MachineNotReady, $"设置 {setting} 无效:{chinese}。", $"The setting {setting} cannot be used: {english}.");
}
