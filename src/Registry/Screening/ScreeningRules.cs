using Registry.Platform.Commands;

namespace Registry.Screening;

/// <summary>Refusals of the provincial re-check.</summary>
public static class ScreeningRules
{
    /// <summary>The list for expert review is fixed: nothing joins or leaves it any more.</summary>
    public static readonly Rule ListFixed = new("screening.list-fixed", "四(二)", 409);

    /// <summary>The city proposed to relax or accept something, and the province has not spoken to it.</summary>
    public static readonly Rule ProposalUnanswered = new("screening.proposal-unanswered", "三");

    /// <summary>What the province refuses to relax or accept leaves the condition unmet: such a cluster is not admitted.</summary>
    public static readonly Rule ProposalRefused = new("screening.proposal-refused", "三");

    /// <summary>Under the definition in force the figures fall short of a condition, and the city has not proposed to relax or accept it: the application goes back first.</summary>
    public static readonly Rule ConditionOpen = new("screening.condition-open", "三");

    /// <summary>An answer to something that the city did not propose, or a second one.</summary>
    public static readonly Rule ProposalUnknown = new("screening.proposal-unknown", "三");

    /// <summary>The definition has no such consultation.</summary>
    public static readonly Rule ConsultationUnknown = new("screening.consultation-unknown", "procedure 2");

    /// <summary>A reply is not dated later than today.</summary>
    public static readonly Rule ReplyInFuture = new("screening.reply-in-future", "procedure 2");

    /// <summary>Admission waits for a reply that the definition requires.</summary>
    public static readonly Rule ConsultationMissing = new("screening.consultation-missing", "procedure 2");

    /// <summary>Whoever recommended or reported a cluster does not admit it.</summary>
    public static readonly Rule SamePerson = new("screening.same-person", "design: four eyes", 403);

    /// <summary>A return's last day is not before today.</summary>
    public static readonly Rule TermPast = new("screening.term-past", "procedure 4");

    /// <summary>The city still has time until the end of the term that the province has set.</summary>
    public static readonly Rule TermRunning = new("screening.term-running", "procedure 4", 409);

    /// <summary>A bulk admission names at least one application, each once.</summary>
    public static readonly Rule SelectionInvalid = new("screening.selection-invalid", "procedure 4");

    /// <summary>With a proposal of its city the application needs an admission of its own.</summary>
    public static readonly Rule HasProposals = new("screening.has-proposals", "三");

    /// <summary>A department raised something, or the province had returned it: the application needs an admission of its own.</summary>
    public static readonly Rule HasRemarks = new("screening.has-remarks", "procedure 4");

    /// <summary>The reason of an admission is withheld or destroyed; the list names every application with its reason.</summary>
    public static readonly Rule ReasonWithheld = new("screening.reason-withheld", "procedure 4", 409);

    /// <summary>The list is fixed only after the cities' deadline.</summary>
    public static readonly Rule ReportsOpen = new("screening.reports-open", "四(二)", 409);

    /// <summary>The list is fixed only when every reported application is decided.</summary>
    public static readonly Rule Undecided = new("screening.undecided", "四(二)", 409);

    /// <summary>Nothing was admitted.</summary>
    public static readonly Rule NothingAdmitted = new("screening.nothing-admitted", "四(二)");
}
