using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>An expert declares an interest in an organisation, at any time and for every later panel.</summary>
/// <param name="Organisation">Its credit code.</param>
/// <param name="Note">What the interest is; sealed.</param>
/// <param name="Version">The expert's version seen.</param>
public sealed record DeclareInterest(string Organisation, string Note, long Version) : ICommand<DeclareInterest>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("declare-interest", "/experts/{id}/interests", Roles.ProvincialOfficer | Roles.Expert, "Declare an expert's interest in an organisation.");

    /// <summary>Procedure 5: a declared conflict excludes an expert from the applications that name the organisation.</summary>
    public static Decision Decide(DeclareInterest command) =>
        CreditCode.Check(command.Organisation) is not { Code: { } organisation } ? ReviewRules.EmployerInvalid.Refuse()
        : TextCheck.Check(command.Note, "note") is { } wrong ? wrong
        : Decision.Accept(new InterestDeclared(organisation, Sealed.Of(command.Note.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(DeclareInterest command, Desk desk) => desk.OnExpertAsync(command.Version, _ => Decide(command));
}
