using JasperFx.Events;
using PublicSite;
using Registry.Integrity;
using Registry.Organisations;

namespace Registry.Disclosure;

public sealed partial class DisclosureFold
{
    private readonly Dictionary<string, FindingConfirmed> confirmed = [];
    private readonly Dictionary<string, PublicFinding> findings = [];

    /// <summary>五(三): a finding is public from its publication on, which comes after it was served.</summary>
    private void TakeFinding(IEvent e)
    {
        switch (e.Data)
        {
            case FindingConfirmed c:
                confirmed[c.Finding] = c;
                break;
            case FindingPublished p when confirmed.TryGetValue(p.Finding, out var c):
                findings[p.Finding] = new PublicFinding
                {
                    Id = p.Finding,
                    Organisation = c.OrganisationName,
                    CreditCode = c.Organisation.Value,
                    Batch = KeyOf(batches[c.Batch].Definition),
                    WhatWasFalse = c.PublicWhatWasFalse,
                    Clause = c.Clause,
                    FirstDay = c.FirstDay,
                    LastDay = c.LastDay,
                    DecidingBody = c.PublicDecidingBody,
                    DecidedOn = c.DecidedOn,
                    HowToSeekReview = c.PublicHowToSeekReview,
                    Standing = FindingStanding.InForce,
                    AsOf = e.Timestamp,
                };
                break;
            case BanTermChanged changed when findings.TryGetValue(changed.Finding, out var finding):
                findings[changed.Finding] = finding with { LastDay = changed.LastDay, AsOf = e.Timestamp };
                break;
            case RulingRecorded ruling when findings.TryGetValue(ruling.Finding, out var finding):
                var standing = ruling.Outcome switch
                {
                    RulingOutcome.Upheld => FindingStanding.Upheld,
                    RulingOutcome.TermChanged => FindingStanding.Changed,
                    _ => FindingStanding.Rescinded,
                };
                findings[ruling.Finding] = finding with
                {
                    Standing = standing,
                    LastDay = ruling.LastDay,
                    Rulings = [.. finding.Rulings, new Ruling(ruling.Number, ruling.DecidedOn, ruling.PublicBody, standing)],
                    AsOf = e.Timestamp,
                };
                break;
        }
    }
}
