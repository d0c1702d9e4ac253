using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Programme;

namespace Registry.Tests;

/// <summary>A case that was carried on to some step.</summary>
/// <param name="Version">The case's version.</param>
/// <param name="Finding">The finding's id, once it is confirmed.</param>
public sealed record OpenedCase(CaseId Id, long Version, string? Finding = null);

public sealed partial class Scenario
{
    /// <summary>26 May 2025, 10:00 in Beijing.</summary>
    public static readonly DateTimeOffset CaseDay = new(2025, 5, 26, 2, 0, 0, TimeSpan.Zero);

    /// <summary>A case that an officer opened about the application.</summary>
    public async Task<OpenedCase> CaseOpenedAsync(ApplicationId application, DateTimeOffset? at = null)
    {
        var answer = await registry.Accepted(
            Integrity(), new OpenCase(CaseSource.Officer, null, "营业收入与年报不符", [new AllegedItem("revenue_digital_above_size", 1, null)]), application.Value, at ?? CaseDay);
        return new OpenedCase(new CaseId(answer.Id!), answer.Version);
    }

    /// <summary>The organisation was served notice and stated its defence.</summary>
    public async Task<OpenedCase> DefendedAsync(ApplicationId application, DateTimeOffset? at = null)
    {
        var opened = await CaseOpenedAsync(application, at);
        var served = await registry.Accepted(Integrity(), new ServeNotice("direct", DayOf(at), opened.Version), opened.Id.Value, at ?? CaseDay);
        var defended = await registry.Accepted(Integrity(), new RecordDefence(null, "数据口径不同", served.Version), opened.Id.Value, at ?? CaseDay);
        return opened with { Version = defended.Version };
    }

    /// <summary>A finding was proposed by the first integrity officer and decided collectively; the second one may confirm it.</summary>
    public async Task<OpenedCase> FindingDecidedAsync(ApplicationId application, DateTimeOffset? at = null)
    {
        var opened = await DefendedAsync(application, at);
        var proposed = await registry.Accepted(Integrity(), AFinding(opened.Version), opened.Id.Value, at ?? CaseDay);
        var decided = await registry.Accepted(
            Integrity(), new DecideFinding("厅党组会议", DayOf(at), "签发人甲", proposed.Version), opened.Id.Value, at ?? CaseDay);
        return opened with { Version = decided.Version };
    }

    /// <summary>The finding is confirmed: the organisation is banned, its application ended.</summary>
    public async Task<OpenedCase> BannedAsync(ApplicationId application, DateTimeOffset? at = null, DateTimeOffset? confirmedAt = null)
    {
        var decided = await FindingDecidedAsync(application, at);
        var confirmed = await registry.Accepted(Integrity(2), new ConfirmFinding(decided.Version), decided.Id.Value, confirmedAt ?? at ?? CaseDay);
        return decided with { Version = confirmed.Version, Finding = (string)confirmed.Details["finding"]! };
    }

    /// <summary>The finding was served and published.</summary>
    public async Task<OpenedCase> FindingPublishedAsync(ApplicationId application, DateTimeOffset? at = null)
    {
        var banned = await BannedAsync(application, at);
        var served = await registry.Accepted(Integrity(), new ServeDecision("direct", DayOf(at), banned.Version), banned.Id.Value, at ?? CaseDay);
        var published = await registry.Accepted(Integrity(), new PublishFinding(served.Version), banned.Id.Value, at ?? CaseDay);
        return banned with { Version = published.Version };
    }

    /// <summary>A ruling on the finding was entered by one officer and confirmed by another.</summary>
    public async Task<OpenedCase> RuledAsync(OpenedCase found, RulingOutcome outcome, DateOnly decidedOn, DateOnly? lastDay = null, DateTimeOffset? at = null)
    {
        var entered = await registry.Accepted(
            Integrity(), new RecordRuling($"鲁政复〔{decidedOn.Year}〕{found.Version}号", "省人民政府", outcome, decidedOn, lastDay, found.Version), found.Id.Value, at ?? CaseDay);
        var confirmed = await registry.Accepted(Integrity(2), new ConfirmRuling(entered.Version), found.Id.Value, at ?? CaseDay);
        return found with { Version = confirmed.Version };
    }

    private static DateOnly DayOf(DateTimeOffset? at) => ChinaTime.ToDay(at ?? CaseDay);

    /// <summary>A proposal that false material was used.</summary>
    public static ProposeFinding AFinding(long version) =>
        new(true, "五(三)", "申报书所填上一年度营业收入与实际不符", "自收到决定之日起六十日内可向省人民政府申请行政复议。", "核对年报与申报书", version);
}
