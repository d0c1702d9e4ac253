using JasperFx.Events;
using PublicSite;
using Registry.Integrity;
using Registry.Organisations;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly Dictionary<string, FindingSoFar> findings = [];

    /// <summary>A finding with what the service of its decision and rulings have done to it, whether or not it is public yet.</summary>
    private sealed record FindingSoFar(
        FindingConfirmed Confirmed, DateOnly LastDay, FindingStanding Standing, IReadOnlyList<Ruling> Rulings, bool Published, DateTimeOffset AsOf);

    /// <summary>五(三): a finding is public from its publication on, which comes after it was served.</summary>
    private void TakeFinding(IEvent e)
    {
        if (e.Data is FindingConfirmed confirmed)
        {
            findings[confirmed.Finding] = new(confirmed, confirmed.LastDay, FindingStanding.InForce, [], false, e.Timestamp);
            return;
        }
        if (FindingOf(e.Data) is not { } id || !findings.TryGetValue(id, out var finding))
            return;
        findings[id] = e.Data switch
        {
            FindingPublished => finding with { Published = true },
            BanTermCounted counted => finding with { LastDay = counted.LastDay },
            RulingRecorded ruling => finding with { LastDay = ruling.LastDay, Standing = After(ruling), Rulings = [.. finding.Rulings, new Ruling(ruling.Number, ruling.DecidedOn, ruling.PublicBody, After(ruling))] },
            _ => finding,
        } with
        { AsOf = e.Timestamp };
    }

    private static string? FindingOf(object data) => data switch
    {
        FindingPublished p => p.Finding,
        BanTermCounted c => c.Finding,
        RulingRecorded r => r.Finding,
        _ => null,
    };

    private static FindingStanding After(RulingRecorded ruling) => ruling.Outcome switch
    {
        RulingOutcome.Upheld => FindingStanding.Upheld,
        RulingOutcome.TermChanged => FindingStanding.Changed,
        _ => FindingStanding.Rescinded,
    };

    private IEnumerable<PublicFinding> ShownFindings() =>
        from pair in findings
        let f = pair.Value
        where f.Published
        select new PublicFinding
        {
            Id = pair.Key,
            Organisation = f.Confirmed.OrganisationName,
            CreditCode = f.Confirmed.Organisation.Value,
            Batch = KeyOf(batches[f.Confirmed.Batch].Definition),
            WhatWasFalse = f.Confirmed.PublicWhatWasFalse,
            Clause = f.Confirmed.Clause,
            FirstDay = f.Confirmed.FirstDay,
            LastDay = f.LastDay,
            DecidingBody = f.Confirmed.PublicDecidingBody,
            DecidedOn = f.Confirmed.DecidedOn,
            HowToSeekReview = f.Confirmed.PublicHowToSeekReview,
            Standing = f.Standing,
            Rulings = f.Rulings,
            AsOf = f.AsOf,
        };

    /// <summary>
    /// How far a revocation, by the finding it rests on, is the public's to see. Where the definition publishes findings it comes and goes with its finding, which
    /// the site sees to; where it does not, it comes with its own announcement and goes when the finding is rescinded or its term is over.
    /// </summary>
    private (bool Shown, bool Gone, string? Finding) Revocation(string id, bool announced, DateOnly today)
    {
        var finding = findings[id];
        return finding.Published ? (true, false, id) : (announced, announced && (finding.Standing == FindingStanding.Rescinded || finding.LastDay < today), null);
    }
}
