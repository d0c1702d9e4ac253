using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Integrity;

/// <summary>Proposes that false material was used, or that none was. It replaces an earlier proposal.</summary>
/// <param name="FalseMaterial">Whether false material was used.</param>
/// <param name="Clause">The clause that was broken, for example 五(三).</param>
/// <param name="PublicWhatWasFalse">What was false, worded for publication: no person in it.</param>
/// <param name="PublicHowToSeekReview">How, where and until when a review may be sought, worded for publication.</param>
/// <param name="Reason">The reasoning, for the file; sealed.</param>
/// <param name="Version">The case's version seen.</param>
public sealed record ProposeFinding(
    bool FalseMaterial, string? Clause, string? PublicWhatWasFalse, string? PublicHowToSeekReview, string Reason, long Version) : ICommand<ProposeFinding>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("propose-finding", "/cases/{id}/proposal", Roles.IntegrityOfficer, "Propose a finding of false material, or none.");

    /// <summary>Procedure 9: a finding rests on a clause, says in public words what was false and how to seek review, and has its reasoning on file.</summary>
    public static Decision Decide(ProposeFinding command, CaseState state)
    {
        if ((state.NotAt(CaseStep.Opened, CaseStep.Proposed, CaseStep.Decided) ?? TextCheck.Check(command.Reason, "reason")) is { } refusal)
            return refusal;
        if (!command.FalseMaterial)
            return Decision.Accept(new FindingProposed(false, null, null, null, Sealed.Of(command.Reason.Trim())));
        if (state.DefenceLastDay is null)
            return IntegrityRules.NoticeMissing.Refuse();
        if (string.IsNullOrWhiteSpace(command.Clause))
            return IntegrityRules.ClauseMissing.Refuse();
        if ((TextCheck.Check(command.Clause, "clause", 100)
            ?? TextCheck.Check(command.PublicWhatWasFalse, "publicWhatWasFalse", 2000)
            ?? TextCheck.Check(command.PublicHowToSeekReview, "publicHowToSeekReview", 2000)) is { } wrong)
            return wrong;
        return Decision.Accept(new FindingProposed(
            true, command.Clause.Trim(), command.PublicWhatWasFalse!.Trim(), command.PublicHowToSeekReview!.Trim(), Sealed.Of(command.Reason.Trim())));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ProposeFinding command, Desk desk) => desk.OnCaseAsync(command.Version, file => Decide(command, file.State));
}
