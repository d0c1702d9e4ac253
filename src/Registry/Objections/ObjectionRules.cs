using Registry.Platform.Commands;

namespace Registry.Objections;

/// <summary>Refusals of filing an objection. Each tells the objector what to do instead.</summary>
public static class FilingRules
{
    /// <summary>The receipt code is too short or not random.</summary>
    public static readonly Rule CodeWeak = new("objection.code-weak", "procedure 7");

    /// <summary>This receipt code was used for another filing.</summary>
    public static readonly Rule CodeUsed = new("objection.code-used", "procedure 7", 409);

    /// <summary>The entry does not stand in publicity.</summary>
    public static readonly Rule NotInPublicity = new("objection.not-in-publicity", "四(四)");

    /// <summary>Before the verified posting.</summary>
    public static readonly Rule TooEarly = new("objection.too-early", "四(四)");

    /// <summary>At or after 24:00 of the last day: reports are taken at any time instead.</summary>
    public static readonly Rule TooLate = new("objection.too-late", "四(四)");

    /// <summary>An objection is made under the true name.</summary>
    public static readonly Rule Anonymous = new("objection.anonymous", "procedure 7");

    /// <summary>Something else is missing or unreadable; the errors name the fields.</summary>
    public static readonly Rule FormInvalid = new("objection.form-invalid", "procedure 7");

    /// <summary>The notice does not announce this channel.</summary>
    public static readonly Rule ChannelNotAnnounced = new("objection.channel-not-announced", "procedure 7");

    /// <summary>An arrival that is entered lies in the past.</summary>
    public static readonly Rule ArrivalInFuture = new("objection.arrival-in-future", "procedure 7");

    /// <summary>A file is of no accepted kind.</summary>
    public static readonly Rule FileKind = new("objection.file-kind", "procedure 7", 415);

    /// <summary>A file is too large.</summary>
    public static readonly Rule FileTooLarge = new("objection.file-too-large", "procedure 7", 413);

    /// <summary>Under one receipt code only so many files and bytes are kept.</summary>
    public static readonly Rule UploadsFull = new("objection.uploads-full", "procedure 7", 413);

    /// <summary>One source asks or uploads faster than any person.</summary>
    public static readonly Rule TooFast = new("objection.too-fast", "procedure 7", 429);
}

/// <summary>Refusals of handling an objection.</summary>
public static class HandlingRules
{
    /// <summary>The step does not follow on where the objection stands.</summary>
    public static readonly Rule WrongStage = new("objection.wrong-stage", "procedure 7", 409);

    /// <summary>What is missing is told once.</summary>
    public static readonly Rule AskedBefore = new("objection.asked-before", "procedure 7", 409);

    /// <summary>The term to complete it is over.</summary>
    public static readonly Rule CompletionLate = new("objection.completion-late", "procedure 7");

    /// <summary>An objection that was asked for completion is not refused before the term is over.</summary>
    public static readonly Rule TermRuns = new("objection.term-runs", "procedure 7", 409);

    /// <summary>An objection that was asked for completion is not accepted before it is completed or the term is over.</summary>
    public static readonly Rule CompletionAwaited = new("objection.completion-awaited", "procedure 7", 409);

    /// <summary>Nothing is concluded while somebody who was asked for a view has time to state it.</summary>
    public static readonly Rule StatementAwaited = new("objection.statement-awaited", "procedure 7", 409);

    /// <summary>No open account of a provincial officer.</summary>
    public static readonly Rule NoSuchOfficer = new("objection.no-such-officer", "procedure 7");

    /// <summary>The officer it is assigned to verifies it.</summary>
    public static readonly Rule NotAssigned = new("objection.not-assigned", "procedure 7", 403);

    /// <summary>Only who handles the objection opens what is sealed in it: the assigned officer, and the second person of a proposed conclusion.</summary>
    public static readonly Rule NotHandling = new("objection.not-handling", "procedure 7", 403);

    /// <summary>A conclusion rests on findings.</summary>
    public static readonly Rule FindingsMissing = new("objection.findings-missing", "procedure 7");

    /// <summary>A conclusion is confirmed or returned by somebody else than its proposer.</summary>
    public static readonly Rule SecondPerson = new("objection.second-person", "procedure 7", 403);

    /// <summary>A wording for others names the objector, or holds a telephone number, an identity number or an address.</summary>
    public static readonly Rule WordingIdentifies = new("objection.wording-identifies", "procedure 7");

    /// <summary>Nothing was asked of this side, or it was answered.</summary>
    public static readonly Rule NothingAsked = new("objection.nothing-asked", "procedure 7", 409);

    /// <summary>The term to state a view lies in the future.</summary>
    public static readonly Rule TermPast = new("objection.term-past", "procedure 7");

    /// <summary>The file is kept until its term ends.</summary>
    public static readonly Rule StillRetained = new("objection.still-retained", "procedure 7");
}
