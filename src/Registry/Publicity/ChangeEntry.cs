using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Publicity;

/// <summary>
/// Puts an entry up anew after something material in it was wrong, under another number and with its own full window. Objections to the old number
/// go on: they are about the application. Procedure 6.
/// </summary>
/// <param name="Entry">The number under which it stands.</param>
/// <param name="ClusterName">The cluster's name as it must read.</param>
/// <param name="OrganisationName">The applicant's name as it must read.</param>
/// <param name="PublicReason">What was wrong, in words for the public.</param>
/// <param name="Address">Where the corrected entry stands; left out for a notice on the registry's own site.</param>
/// <param name="PostedAt">Its real posting; left out for a notice on the registry's own site.</param>
/// <param name="Version">The notice's version seen.</param>
public sealed record ChangeEntry(
    int Entry, string ClusterName, string OrganisationName, string PublicReason, string? Address, DateTimeOffset? PostedAt, long Version) : ICommand<ChangeEntry>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "change-entry", "/publicity/{id}/changed-entries", Roles.ProvincialOfficer, "Put a materially changed entry up anew, with a window of its own.");

    /// <summary>四(四), procedure 6: what the public could object to was something else, so its window starts again.</summary>
    public static Decision Decide(ChangeEntry command, NoticeFile file, WorkingDays calendar, DateTimeOffset now)
    {
        if (file.Notice.Line(command.Entry) is not { } line)
            return PublicityRules.UnknownEntry.Refuse(("entry", command.Entry));
        if (file.Notice.Awaited.Any(l => l.Entry.Application == line.Entry.Application))
            return PublicityRules.EntryTwice.Refuse();
        if (!file.IsUp(line.Entry.Application))
            return ApplicationRules.WrongStage.Refuse(("stage", file.Applications[line.Entry.Application].Filing.Stage.ToString()));
        if ((TextCheck.CheckLine(command.ClusterName, "clusterName", 200) ?? TextCheck.CheckLine(command.OrganisationName, "organisationName", 200)) is { } wrong)
            return wrong;
        return AddEntry.PutUp(
            file, line.Entry with { Number = file.Notice.Lines.Count + 1, ClusterName = command.ClusterName.Trim(), OrganisationName = command.OrganisationName.Trim() },
            line.Entry.Number, command.PublicReason, command.Address, command.PostedAt, calendar, now);
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ChangeEntry command, Desk desk) => desk.OnNoticeAsync(
        command.Version, (file, calendar) => desk.OpenOwnWindow(file, Decide(command, file, calendar, desk.Now)));
}
