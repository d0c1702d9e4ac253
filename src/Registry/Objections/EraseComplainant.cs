using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>After the file's term: destroys the key under which everything of this complaint is sealed. That it came, and that it was dealt with, stays. Procedure 7.</summary>
/// <param name="Version">The complaint's version seen.</param>
public sealed record EraseComplainant(long Version) : ICommand<EraseComplainant>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("erase-complainant", "/complaints/{id}/erasure", Roles.Supervision | Roles.System, "Destroy what identifies a complainant, after the file's term.");

    /// <inheritdoc />
    public static async Task<Decision> Handle(EraseComplainant command, Desk desk)
    {
        var retention = await desk.LongestRetentionAsync();
        return await desk.OnReportAsync<Complaint>("complaint", command.Version, timeline =>
        {
            var decision = ReporterErasure.Decide(timeline.Fold(ReporterErasure.Start, ReporterErasure.Next), retention, ChinaTime.ToDay(desk.Now));
            if (decision is Decision.Accepted)
                desk.Send(new FilerWasErased(timeline.Stream));
            return decision;
        });
    }
}
