using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Recognition;

/// <summary>What the meeting decided on one application.</summary>
/// <param name="Reason">Why it is not recognised, as the applicant is told; sealed. Null for a recognised one.</param>
public sealed record DecidedApplication(ApplicationId Application, bool Recognised, string? Reason = null);

/// <summary>Records the collective decision (集体研究) on which publicised applications are recognised.</summary>
/// <param name="Meeting">The meeting; sealed.</param>
/// <param name="Day">Its day.</param>
/// <param name="Signatory">Who signs for it; sealed.</param>
/// <param name="Verdicts">Each application once.</param>
/// <param name="Version">The batch's version seen.</param>
public sealed record DecideRecognition(string Meeting, DateOnly Day, string Signatory, IReadOnlyList<DecidedApplication> Verdicts, long Version)
    : ICommand<DecideRecognition>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "decide-recognition", "/batches/{id}/recognition", Roles.ProvincialOfficer, "Record the collective decision on which applications are recognised.");

    /// <summary>四(四), procedure 8: recognised is what <see cref="Candidate.Unrecognisable"/> lets through; what is not recognised is told why.</summary>
    /// <param name="candidates">The applications in the order of the verdicts.</param>
    public static Decision Decide(DecideRecognition command, IReadOnlyList<Candidate> candidates, DateTimeOffset now)
    {
        if ((TextCheck.Check(command.Meeting, "meeting", 200) ?? TextCheck.Check(command.Signatory, "signatory", 100)) is { } wrong)
            return wrong;
        foreach (var (verdict, candidate) in command.Verdicts.Zip(candidates))
        {
            var fault = verdict.Recognised
                ? candidate.Unrecognisable(now) ?? (verdict.Reason is null ? null : RecognitionRules.ReasonSpare.Refuse(("application", candidate.Id.Value)))
                : candidate.Undecidable(now) ?? TextCheck.Check(verdict.Reason, "reason");
            if (fault is not null)
                return fault;
        }
        // The meeting may sit on the very day that begins when the last window ends.
        var earliest = candidates.Max(c => ChinaTime.ToDay(c.Candidacy.ClosesAt!.Value));
        if (RecognitionRules.DayFault(command.Day, earliest, ChinaTime.ToDay(now)) is { } impossible)
            return impossible;
        return Decision.Accept(new RecognitionDecided(
            new CollectiveDecision(Sealed.Of(command.Meeting.Trim()), command.Day, Sealed.Of(command.Signatory.Trim())),
            [.. command.Verdicts.Select(v => new RecognitionVerdict(v.Application, v.Recognised))]));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(DecideRecognition command, Desk desk) =>
        desk.OnCandidatesAsync(command.Version, [.. command.Verdicts.Select(v => v.Application)], (_, _, candidates) =>
        {
            var decision = Decide(command, candidates, desk.Now);
            if (decision is Decision.Accepted)
                foreach (var (verdict, candidate) in command.Verdicts.Zip(candidates).Where(p => !p.First.Recognised))
                    desk.Append<Application>(candidate.File.Timeline, [new ApplicationNotRecognised(Sealed.Of(verdict.Reason!.Trim()))]);
            return Task.FromResult(decision);
        });
}
