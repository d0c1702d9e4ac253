using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>举报: reports a problem, at any time, by anyone, with or without a name. The way for whoever comes after a window. Procedure 7, 9.</summary>
/// <param name="ReceiptCode">Made by the form before it is sent; leads back to the report.</param>
/// <param name="Subject">What it is about: a cluster, an organisation.</param>
/// <param name="Facts">What happened.</param>
/// <param name="Name">Who reports.</param>
/// <param name="Contact">How to reach them.</param>
public sealed record FileReport(string ReceiptCode, string Subject, string Facts, string? Name = null, string? Contact = null) : ICommand<FileReport>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("file-report", "/reports", Roles.Public, "Report a problem at any time, with or without a name.");

    /// <summary>Procedure 7: nothing is asked but what happened.</summary>
    public static Decision Decide(FileReport command, string number, DateTimeOffset now) =>
        (TextCheck.Check(command.Subject, "subject", 200) ?? TextCheck.Check(command.Facts, "facts")
            ?? TextCheck.CheckOptional(command.Name, "name", 100) ?? TextCheck.CheckOptional(command.Contact, "contact", 200)) is { } wrong ? wrong
        : Decision.Accept(new ReportFiled(
            number, now, Sealed.Of(command.Subject.Trim()), Sealed.Of(command.Facts.Trim()), SealedOrNone(command.Name), SealedOrNone(command.Contact)));

    /// <inheritdoc />
    public static Task<Decision> Handle(FileReport command, Desk desk) =>
        desk.ReceiveReportAsync<Report>("report", command.ReceiptCode, number => Decide(command, number, desk.Now));

    internal static Sealed? SealedOrNone(string? text) => string.IsNullOrWhiteSpace(text) ? null : Sealed.Of(text.Trim());
}
