using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>Orders an on-site check of an application under review.</summary>
/// <param name="Reason">Why; sealed.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record OrderOnSiteCheck(string Reason, long Version) : ICommand<OrderOnSiteCheck>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("order-on-site-check", "/applications/{id}/on-site-check", Roles.ProvincialOfficer, "Order an on-site check.");

    /// <summary>四(三): 必要时进行现场核查, with a reason, while the application is under review.</summary>
    public static Decision Decide(OrderOnSiteCheck command, ApplicationFile file, CheckState check, DateTimeOffset now) =>
        file.Banned(now) is { } banned ? banned
        : file.NotIn(Stage.Admitted) is { } stage ? stage
        : check.Ordered ? ReviewRules.CheckOrderedAlready.Refuse()
        : TextCheck.Check(command.Reason, "reason") is { } wrong ? wrong
        : Decision.Accept(new OnSiteCheckOrdered(Sealed.Of(command.Reason.Trim())));

    /// <inheritdoc />
    public static Task<Decision> Handle(OrderOnSiteCheck command, Desk desk) =>
        desk.OnApplicationAsync(command.Version, file => Decide(command, file, file.Timeline.Fold(CheckState.Start, CheckState.Next), desk.Now));
}
