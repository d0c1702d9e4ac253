using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Objections;

/// <summary>Complains about an officer, an expert or somebody else who takes part. It goes to supervision, never to those who handle the case. Procedure 7.</summary>
/// <param name="ReceiptCode">Made by the form before it is sent; leads back to the complaint.</param>
/// <param name="About">Whom it is about.</param>
/// <param name="Facts">What happened.</param>
/// <param name="Name">Who complains.</param>
/// <param name="Contact">How to reach them.</param>
public sealed record FileComplaint(string ReceiptCode, ComplaintAbout About, string Facts, string? Name = null, string? Contact = null) : ICommand<FileComplaint>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("file-complaint", "/complaints", Roles.Public, "Complain about an officer or an expert; only supervision reads it.");

    /// <summary>Procedure 7: nothing is asked but what happened.</summary>
    public static Decision Decide(FileComplaint command, string number, DateTimeOffset now) =>
        (TextCheck.Check(command.Facts, "facts")
            ?? TextCheck.CheckOptional(command.Name, "name", 100) ?? TextCheck.CheckOptional(command.Contact, "contact", 200)) is { } wrong ? wrong
        : Decision.Accept(new ComplaintFiled(
            number, now, command.About, Sealed.Of(command.Facts.Trim()), FileReport.SealedOrNone(command.Name), FileReport.SealedOrNone(command.Contact)));

    /// <inheritdoc />
    public static Task<Decision> Handle(FileComplaint command, Desk desk) =>
        desk.ReceiveReportAsync<Complaint>("complaint", command.ReceiptCode, number => Decide(command, number, desk.Now));
}
