using Registry.Platform;
using Registry.Platform.Mail;

namespace Registry.Tests.Platform;

/// <summary>A setting that cannot be used stops the start and is named.</summary>
public sealed class MailSettingsTests
{
    [Theory]
    [InlineData("REGISTRY_SMTP", "mail.demo.example")]
    [InlineData("REGISTRY_SMTP", "http://mail.demo.example")]
    [InlineData("REGISTRY_SMTP", "smtp://user:secret@mail.demo.example")]
    [InlineData("REGISTRY_MAIL_FROM", "somebody")]
    [InlineData("REGISTRY_MAIL_FROM", "a@b.example, c@d.example")]
    [InlineData("REGISTRY_MAIL_DAYS", "0")]
    [InlineData("REGISTRY_MAIL_DAYS", "soon")]
    [InlineData("REGISTRY_ADDRESS", "registry.demo.example")]
    [InlineData("REGISTRY_SMTP_PASSWORD_FILE", "/no/such/file")]
    [InlineData("REGISTRY_SMTP_USER", "")]
    public void A_wrong_setting_is_named(string setting, string value)
    {
        var given = new Dictionary<string, string> { ["REGISTRY_SMTP"] = "smtp://mail.demo.example", ["REGISTRY_MAIL_FROM"] = "registry@demo.example", ["REGISTRY_SMTP_USER"] = "registry", ["REGISTRY_SMTP_PASSWORD_FILE"] = Environment.ProcessPath! };
        given[setting] = value;
        var refused = Assert.Throws<StartRefusedException>(() => MailSettings.Read(name => given.GetValueOrDefault(name)));
        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_without_a_sender_is_refused_and_nothing_at_all_means_the_pickup_folder()
    {
        Assert.Contains("REGISTRY_MAIL_FROM", Assert.Throws<StartRefusedException>(() => MailSettings.Read(n => n == "REGISTRY_SMTP" ? "smtps://mail.demo.example:465" : null)).Message, StringComparison.Ordinal);
        Assert.Equal((null, 7), MailSettings.Read(_ => null) is var s ? (s.Server, s.PickupDays) : default);
    }
}
