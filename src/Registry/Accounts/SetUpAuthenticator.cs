using Marten;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Accounts;

/// <summary>Sets up the own authenticator, or another one. Part of a sign-in, which offered the secret; so it has no address of its own.</summary>
/// <param name="Secret">The secret that was offered, in Base32.</param>
/// <param name="Code">A code that the authenticator shows: the proof that it holds the secret.</param>
/// <param name="Recovery">What is stored of the recovery codes.</param>
/// <param name="Version">The account's version seen.</param>
public sealed record SetUpAuthenticator(string Secret, string Code, IReadOnlyList<string> Recovery, long Version) : ICommand<SetUpAuthenticator>, IOnVersion
{
    private const Roles Everybody = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.Expert | Roles.IntegrityOfficer | Roles.Auditor | Roles.Supervision | Roles.Administrator;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("set-up-authenticator", null, Everybody, "Set up the own authenticator.");

    /// <summary>Only for oneself, and with a right code.</summary>
    public static Decision Decide(Actor actor, AccountView account, long? step) =>
        actor.Id != account.Opaque ? CommandRules.NotFound.Refuse()
        : step is null ? AccountRules.CodeWrong.Refuse(("field", "code"))
        : Decision.Accept(new AuthenticatorSetUp());

    /// <inheritdoc />
    public static async Task<Decision> Handle(SetUpAuthenticator command, Desk desk)
    {
        var step = SecondFactor.StepOf(command.Secret, command.Code.Trim(), desk.Now);
        var decision = await desk.OnAccountAsync(command.Version, account => Decide(desk.Actor, account, step));
        if (decision is Decision.Accepted)
        {
            var stream = new AccountId(desk.Target!).Stream;
            var credential = await desk.Session.Query<Credential>().FirstAsync(c => c.Account == stream, desk.Cancelled);
            desk.Session.Store(credential with
            {
                Authenticator = desk.Services.GetRequiredService<Vault>().Seal(command.Secret, stream, $"{stream}/authenticator"),
                LastStep = step!.Value,
                Recovery = command.Recovery,
            });
        }
        return decision;
    }
}
