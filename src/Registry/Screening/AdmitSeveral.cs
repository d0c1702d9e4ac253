using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Screening;

/// <summary>One application of a bulk admission, with the version that was seen.</summary>
public sealed record SelectedApplication(ApplicationId Application, long Version);

/// <summary>The province admits several reported clusters without remarks in one stroke: all of them or none. Procedure 4.</summary>
/// <param name="Applications">Each once, at most as many as a batch has places.</param>
/// <param name="Reason">Why; it holds for each.</param>
public sealed record AdmitSeveral(IReadOnlyList<SelectedApplication> Applications, string Reason) : ICommand<AdmitSeveral>
{
    /// <summary>Most applications in one command.</summary>
    public const int Most = 100;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("admit-several", "/batches/{id}/admissions", Roles.ProvincialOfficer, "Admit several clusters without remarks at once.");

    /// <summary>四(二): every one must pass on its own, as it was seen, and be without remarks: no proposal of its city to speak to (三), no concern of a department, no return before. What is wrong is listed by place.</summary>
    public static Decision Decide(AdmitSeveral command, IReadOnlyList<(ApplicationFile File, Recheck Recheck)> applications, string officer, DateTimeOffset now)
    {
        var wrong = applications
            .Select((a, i) => (Place: $"applications[{i}]", Refusal: Unfit(command.Applications[i], a.File, a.Recheck, command.Reason, officer, now)))
            .Where(w => w.Refusal is not null)
            .ToList();
        return wrong.Count > 0
            ? wrong[0].Refusal! with { Errors = [.. wrong.Select(w => w.Refusal!.AsError(w.Place))] }
            : Decision.Accept().With("admitted", applications.Count);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(AdmitSeveral command, Desk desk)
    {
        var ids = command.Applications.Select(a => a.Application).ToList();
        if (ids.Count is 0 or > Most || ids.Distinct().Count() < ids.Count)
            return ScreeningRules.SelectionInvalid.Refuse(("most", Most));
        var batch = new BatchId(desk.Target!);
        if (await desk.OpenAsync(batch, ids) is not { } opened)
            return CommandRules.NotFound.Refuse();
        if (ScreeningDesk.IsListFixed(opened.Batch))
            return ScreeningRules.ListFixed.Refuse();
        var decision = Decide(command, [.. opened.Files.Select(f => (f, f.Timeline.Fold(Recheck.Start, Recheck.Next)))], desk.Actor.Id, desk.Now);
        if (decision is Decision.Accepted)
            foreach (var file in opened.Files)
                desk.Append<Application>(file.Timeline, [new ApplicationAdmitted(Sealed.Of(command.Reason.Trim()), [], file.CheckNow())]);
        desk.Answer(batch.Value, opened.Batch.Version);
        return decision;
    }

    private static Refusal? Unfit(SelectedApplication selected, ApplicationFile file, Recheck recheck, string reason, string officer, DateTimeOffset now) =>
        selected.Version != file.Timeline.Version ? file.Timeline.ChangedSince(selected.Version)
        : recheck.Proposals.Count > 0 ? ScreeningRules.HasProposals.Refuse(("cluster", file.Filing.Last!.ClusterName))
        : recheck.Concerns.Count > 0 || file.Filing.Term is not null ? ScreeningRules.HasRemarks.Refuse(("cluster", file.Filing.Last!.ClusterName))
        : AdmitApplication.Decide(new AdmitApplication(reason, [], selected.Version), file, recheck, officer, now) is Decision.Refused refused ? refused.Refusal
        : null;
}
