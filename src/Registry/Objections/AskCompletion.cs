using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>Tells the objector, once, what is missing, with the definition's term in working days to complete it. Procedure 7.</summary>
/// <param name="Missing">What is missing; the objector reads it.</param>
/// <param name="Version">The objection's version seen.</param>
public sealed record AskCompletion(string Missing, long Version) : ICommand<AskCompletion>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("ask-completion", "/objections/{id}/completion-request", Roles.ProvincialOfficer, "Tell the objector once what is missing.");

    /// <summary>Procedure 7: once, with a term that is counted by the official calendar and recorded.</summary>
    public static Decision Decide(AskCompletion command, ObjectionOnDesk objection, WorkingDays calendar, DateTimeOffset now)
    {
        if (objection.NotIn(ObjectionStage.Filed, ObjectionStage.Accepted) is { } wrong)
            return wrong;
        if (objection.State.Asked)
            return HandlingRules.AskedBefore.Refuse();
        if (TextCheck.Check(command.Missing, "missing") is { } missing)
            return missing;
        var answer = calendar.AddWorkingDays(ChinaTime.ToDay(now), objection.Call.Definition.Objections.CompletionWorkingDays);
        if (answer is DayAnswer.NotPublished unpublished)
            return unpublished.Refusal();
        var lastDay = ((DayAnswer.Computed)answer).Day;
        return Decision.Accept(new CompletionAsked(Sealed.Of(command.Missing.Trim()), lastDay)).With("lastDay", lastDay);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(AskCompletion command, Desk desk)
    {
        var calendar = await desk.CalendarAsync();
        return await desk.OnObjectionAsync(command.Version, objection => Decide(command, objection, calendar, desk.Now));
    }
}
