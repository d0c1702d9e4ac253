using Registry.Accounts;
using Registry.Applications;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Integrity;

/// <summary>
/// Lets an application go on after the ban that stopped it has gone; or puts one back that a finding had ended, after a ruling took the finding away.
/// </summary>
/// <param name="Reason">Why; sealed.</param>
/// <param name="Version">The application's version seen.</param>
public sealed record ReleaseApplication(string Reason, long Version) : ICommand<ReleaseApplication>, IOnVersion
{
    /// <summary>Nothing holds the application that could be let go: no ban has stopped it, or the finding that ended it stands.</summary>
    public static readonly Rule NothingToRelease = new("integrity.nothing-to-release", "五(三)", 409);

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "release-application", "/applications/{id}/release", Roles.ProvincialOfficer, "Let an application go on after the ban that stopped it has gone.");

    /// <summary>五(三), procedure 9 (pending applications are stopped, a person decides): only once no ban holds, with a reason.</summary>
    /// <param name="clusterFiled">Whether another live application of the batch is for the same cluster: one that ended cannot come back beside it.</param>
    /// <param name="noPlace">
    /// 四(二): set where the application would take its city's place again and the city has given that place to another meanwhile, as it may before its deadline. The city
    /// withdraws a recommendation or the province amends the quota first; a ruling does not let a city exceed it.
    /// </param>
    public static Decision Decide(ReleaseApplication command, ApplicationFile file, bool clusterFiled, Refusal? noPlace, DateTimeOffset now)
    {
        if (TextCheck.Check(command.Reason, "reason") is { } wrong)
            return wrong;
        if (file.Standing.BanOn(ChinaTime.ToDay(now), file.Call.Definition.Programme.Key) is { } ban)
            return ApplicationRules.OrganisationBanned.Refuse(("lastDay", ban.LastDay));
        var reason = Sealed.Of(command.Reason.Trim());
        if (Ending.Of(file.Timeline) is { } ending)
            return file.Standing.Bans.All(b => b.Finding != ending.Finding || b.RescindedOn is null) ? NothingToRelease.Refuse()
                : clusterFiled ? ApplicationRules.ClusterFiled.Refuse()
                : noPlace is not null ? noPlace
                : Decision.Accept(new ApplicationRestored(ending.Finding, ending.Before, reason));
        var findings = file.Timeline.Fold(Stops.Start, Stops.Next).StoppedBy(file.Standing, file.Call.Definition);
        return findings.Count == 0 || file.Filing.Ended ? NothingToRelease.Refuse() : Decision.Accept(new ApplicationReleased(findings, reason));
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(ReleaseApplication command, Desk desk) => desk.OnApplicationAsync(
        command.Version,
        async file => Decide(command, file, await desk.LiveElsewhereAsync(file.Head), await NoPlaceAsync(desk, file), desk.Now),
        head => [ClusterFilings.HoldOf(head), Quota.Hold(head.Batch)]);

    private static async Task<Refusal?> NoPlaceAsync(Desk desk, ApplicationFile file) =>
        await desk.Session.LoadAsync<ApplicationCard>(file.Head.Id, desk.Cancelled) is { Rank: not null, HoldsPlace: false } card
            ? Quota.Full(file.Call.Definition, card.City, await Quota.PlacesTakenAsync(desk.Session, file.Call.Id, desk.Cancelled))
            : null;
}

/// <summary>The finding that has ended an application, and where the application stood before.</summary>
public sealed record Ending(string Finding, Stage Before)
{
    /// <summary>The ending that holds; null where no finding has ended the application.</summary>
    public static Ending? Of(Timeline application)
    {
        var (stage, ending) = (Stage.Draft, (Ending?)null);
        foreach (var e in application.Events)
        {
            ending = e.Data switch
            {
                ApplicationDisqualified d => new Ending(d.Finding, stage),
                RecognitionRevoked r => new Ending(r.Finding, stage),
                IMovesApplication => null,
                _ => ending,
            };
            if (e.Data is IMovesApplication moves)
                stage = moves.To;
        }
        return ending;
    }
}
