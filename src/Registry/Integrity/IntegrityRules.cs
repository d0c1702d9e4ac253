using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>Refusals of the integrity room.</summary>
public static class IntegrityRules
{
    /// <summary>Nothing was ever submitted, so nothing false was.</summary>
    public static readonly Rule NothingSubmitted = new("integrity.nothing-submitted", "五(三)", 409);

    /// <summary>A case from an objection or a report names it.</summary>
    public static readonly Rule ReferenceUnknown = new("integrity.reference-unknown", "procedure 9");

    /// <summary>The case names what is alleged to be false.</summary>
    public static readonly Rule ItemMissing = new("integrity.item-missing", "procedure 9");

    /// <summary>The form has no such field, or there was no such submission, or it had no such file.</summary>
    public static readonly Rule ItemUnknown = new("integrity.item-unknown", "procedure 9");

    /// <summary>The step does not follow on where the case stands.</summary>
    public static readonly Rule WrongStep = new("integrity.wrong-step", "procedure 9", 409);

    /// <summary>The definition knows no such method of service.</summary>
    public static readonly Rule MethodUnknown = new("integrity.method-unknown", "procedure 9");

    /// <summary>The day lies in the future, or before what it follows on.</summary>
    public static readonly Rule DayImpossible = new("integrity.day-impossible", "procedure 9");

    /// <summary>The organisation was not served notice.</summary>
    public static readonly Rule NoticeMissing = new("integrity.notice-missing", "procedure 9", 409);

    /// <summary>The term in which the organisation may state its defence still runs.</summary>
    public static readonly Rule DefenceTermRuns = new("integrity.defence-term-runs", "procedure 9", 409);

    /// <summary>A finding names the clause that was broken.</summary>
    public static readonly Rule ClauseMissing = new("integrity.clause-missing", "procedure 9");

    /// <summary>A proposal to find nothing is not confirmed as a finding, and the other way round.</summary>
    public static readonly Rule OtherProposal = new("integrity.other-proposal", "procedure 9", 409);

    /// <summary>Whoever proposed does not confirm.</summary>
    public static readonly Rule FourEyes = new("integrity.four-eyes", "procedure 9", 403);

    /// <summary>The decision was served before.</summary>
    public static readonly Rule AlreadyServed = new("integrity.already-served", "procedure 9", 409);

    /// <summary>A finding is published after its decision was served.</summary>
    public static readonly Rule NotServed = new("integrity.not-served", "procedure 9", 409);

    /// <summary>It was published before, or the definition does not publish findings.</summary>
    public static readonly Rule NotToPublish = new("integrity.not-to-publish", "五(三)", 409);

    /// <summary>A ruling took the finding away.</summary>
    public static readonly Rule AlreadyRescinded = new("integrity.already-rescinded", "procedure 9", 409);

    /// <summary>A ruling is recorded once, under its number.</summary>
    public static readonly Rule RulingNumber = new("integrity.ruling-number", "procedure 9");

    /// <summary>No ruling waits to be confirmed.</summary>
    public static readonly Rule NoRuling = new("integrity.no-ruling", "procedure 9", 409);

    /// <summary>A changed term has a last day of its own; any other ruling has none.</summary>
    public static readonly Rule RulingTerm = new("integrity.ruling-term", "procedure 9");

    /// <summary>The step is only taken where the case stands at one of these.</summary>
    public static Refusal? NotAt(this CaseState state, params CaseStep[] steps) =>
        steps.Contains(state.Step) ? null : WrongStep.Refuse(("step", state.Step.ToString()));

    /// <summary>Procedure 9: the organisation can state its defence first. A finding waits until it has, or until its term has run.</summary>
    public static Refusal? BeforeDefence(this CaseState state, DateOnly today) =>
        state.DefenceLastDay is not { } last ? NoticeMissing.Refuse()
        : !state.DefenceCame && today <= last ? DefenceTermRuns.Refuse(("lastDay", last))
        : null;

    /// <summary>The method is one of the definition's, and the day is neither in the future nor before what it follows on.</summary>
    public static Refusal? ServiceFault(this CallDefinition definition, string method, DateOnly day, DateOnly earliest, DateOnly today) =>
        definition.Service.Methods.All(m => m.Code != method) ? MethodUnknown.Refuse(("methods", string.Join(", ", definition.Service.Methods.Select(m => m.Code))))
        : DayFault(day, earliest, today);

    /// <summary>The day is neither in the future nor before what it follows on.</summary>
    public static Refusal? DayFault(DateOnly day, DateOnly earliest, DateOnly today) =>
        day < earliest || day > today ? DayImpossible.Refuse(("from", earliest), ("to", today)) : null;
}
