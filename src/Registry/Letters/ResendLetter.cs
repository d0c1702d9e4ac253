using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform.Mail;

namespace Registry.Letters;

/// <summary>Has a letter tried again that was given up, or that found no address, after the cause is gone. It keeps its Message-ID.</summary>
public sealed record ResendLetter : ICommand<ResendLetter>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "resend-letter", "/letters/{id}/sending", Roles.ProvincialOfficer | Roles.Administrator, "Have a letter tried again that was given up or found no address.");

    /// <summary>What was sent is never sent again by hand: nobody could tell whether the first one arrived.</summary>
    public static Decision Decide(Letter letter) =>
        letter.State is LetterState.GivenUp or LetterState.Unaddressed ? Decision.Accept() : LetterRules.NotStuck.Refuse(("state", letter.State.ToString()));

    /// <inheritdoc />
    public static async Task<Decision> Handle(ResendLetter command, Desk desk)
    {
        await desk.HoldAsync(Hold.Changing($"letter/{desk.Target}"));
        if (await desk.Session.LoadAsync<Letter>(desk.Target!, desk.Cancelled) is not { } letter || !desk.Actor.Sees(letter))
            return CommandRules.NotFound.Refuse();
        var decision = Decide(letter);
        if (decision is not Decision.Accepted)
            return decision;
        desk.Session.Store(letter with { State = LetterState.Waiting, DueAt = desk.Now, Attempts = 0, LastError = null, AskedAgainBy = desk.Actor.Id });
        desk.Answer(letter.Id, 1);
        desk.Send(new LettersWritten());
        return decision;
    }
}
