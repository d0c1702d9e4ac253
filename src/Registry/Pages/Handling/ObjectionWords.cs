using Registry.Objections;

namespace Registry.Pages.Handling;

/// <summary>What an objection waits for, in plain words.</summary>
public static class ObjectionWords
{
    /// <summary>It blocks recognition.</summary>
    public static bool IsOpen(ObjectionStage stage) => stage is ObjectionStage.Filed or ObjectionStage.CompletionAsked or ObjectionStage.Accepted or ObjectionStage.ConclusionProposed;

    /// <summary>Something must still be done, be it only the answer to the objector.</summary>
    public static bool Waits(ObjectionAnswer o) => IsOpen(o.Stage) || !o.Answered && o.Stage is ObjectionStage.Concluded or ObjectionStage.Inadmissible && !o.Answered;

    /// <summary>Who waits for whom.</summary>
    public static string WaitsFor(PageContext page, ObjectionAnswer o) => page.Say("page.objection.waits." + o switch
    {
        { Stage: ObjectionStage.Filed, AssignedTo: null } => "assignment",
        { Stage: ObjectionStage.Filed } => "acceptance",
        { Stage: ObjectionStage.CompletionAsked } => "completion",
        { Stage: ObjectionStage.Accepted, AssignedTo: null } => "assignment",
        { Stage: ObjectionStage.Accepted, Awaited.Count: > 0 } => "statement",
        { Stage: ObjectionStage.Accepted, Verified: false } => "findings",
        { Stage: ObjectionStage.Accepted } => "conclusion",
        { Stage: ObjectionStage.ConclusionProposed } => "second-person",
        { Stage: ObjectionStage.Withdrawn } => "nothing",
        { Answered: false } => "reply",
        _ => "nothing",
    }, ("day", o.CompletionLastDay is { } day ? BeijingTime.Day(day, page.Language) : ""), ("who", string.Join(page.Say("page.comma"), o.Awaited.Select(a => page.Say("enum.StatementBy." + a)))));
}
