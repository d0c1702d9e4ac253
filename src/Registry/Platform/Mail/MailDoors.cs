using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Registry.Platform.Mail;

/// <summary>What became of handing a message over. A code and no words of the server: they may hold an address.</summary>
/// <param name="Error">Null if it was taken.</param>
/// <param name="ForGood">Trying again would not help.</param>
/// <param name="Shut">Nothing of this letter stood in the way, but the door: another letter would not pass it now either.</param>
public sealed record HandedOver(string? Error = null, bool ForGood = false, bool Shut = false);

/// <summary>The way out of the registry.</summary>
public interface IMailDoor
{
    /// <summary>Hands one message over.</summary>
    Task<HandedOver> HandOverAsync(string letter, MimeMessage message, CancellationToken ct);

    /// <summary>Destroys what still lies here of these letters, because somebody was erased.</summary>
    void Destroy(IEnumerable<string> letters);

    /// <summary>Destroys what has lain here for too long.</summary>
    int Sweep(DateTimeOffset now);
}

/// <summary>
/// The default: each message is one file in the pickup folder, from where a mail program of the office takes it. The file bears the letter's id,
/// so the same letter is never there twice. It holds an address in plain, so it is readable to its owner alone, is overwritten and removed after
/// the days of the setting, and at once when the person is erased.
/// </summary>
public sealed class PickupFolder(string folder, int days) : IMailDoor
{
    /// <inheritdoc />
    public async Task<HandedOver> HandOverAsync(string letter, MimeMessage message, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        await message.WriteToAsync(bytes, ct);
        try
        {
            DurableFile.TryCreate(PathOf(letter), bytes.ToArray());
            return new HandedOver();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new HandedOver("pickup-unwritable", Shut: true);
        }
    }

    /// <inheritdoc />
    public void Destroy(IEnumerable<string> letters)
    {
        foreach (var path in letters.Select(PathOf).Where(File.Exists))
            DurableFile.Destroy(path);
    }

    /// <inheritdoc />
    public int Sweep(DateTimeOffset now)
    {
        var old = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.TopDirectoryOnly).Where(f => f.LastWriteTimeUtc < now.UtcDateTime.AddDays(-days)).ToList();
        old.ForEach(f => DurableFile.Destroy(f.FullName));
        return old.Count;
    }

    private string PathOf(string letter) => Path.Combine(folder, $"{letter}.eml");
}

/// <summary>A mail server. What it has taken is its own to keep; nothing of a letter stays here.</summary>
public sealed class MailServer(MailSettings settings) : IMailDoor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public async Task<HandedOver> HandOverAsync(string letter, MimeMessage message, CancellationToken ct)
    {
        var server = settings.Server!;
        using var client = new TolerantClient { Timeout = (int)Patience.TotalMilliseconds };
        try
        {
            var security = server.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect
                : settings.ServerIsHere ? SecureSocketOptions.StartTlsWhenAvailable
                : SecureSocketOptions.StartTls;
            await client.ConnectAsync(server.Host, server.IsDefaultPort || server.Port < 0 ? server.Scheme == "smtps" ? 465 : 587 : server.Port, security, ct);
            if (settings.User is { } user)
                await client.AuthenticateAsync(user, (await File.ReadAllTextAsync(settings.PasswordFile!, ct)).Trim(), ct);
            await client.SendAsync(message, ct);
            await client.DisconnectAsync(quit: true, ct);
            return new HandedOver();
        }
        catch (SmtpCommandException e)
        {
            return new HandedOver($"smtp-{(int)e.StatusCode}", ForGood: (int)e.StatusCode >= 500 && e.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted);
        }
        catch (AuthenticationException)
        {
            return new HandedOver("smtp-sign-in", Shut: true);
        }
        catch (SslHandshakeException)
        {
            return new HandedOver("smtp-tls", Shut: true);
        }
        catch (NotSupportedException)
        {
            return new HandedOver("smtp-tls", Shut: true);
        }
        catch (Exception e) when (e is SmtpProtocolException or SocketException or IOException or TimeoutException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return new HandedOver("smtp-unreachable", Shut: true);
        }
    }

    /// <inheritdoc />
    public void Destroy(IEnumerable<string> letters) { }

    /// <inheritdoc />
    public int Sweep(DateTimeOffset now) => 0;

    /// <summary>One address that the server does not take must not keep the letter from the others of the same office.</summary>
    private sealed class TolerantClient : SmtpClient
    {
        private SmtpStatusCode lastRefusal = SmtpStatusCode.MailboxUnavailable;

        protected override void OnRecipientNotAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => lastRefusal = response.StatusCode;

        protected override void OnNoRecipientsAccepted(MimeMessage message) =>
            throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, lastRefusal, "no recipient was accepted");
    }
}
