using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Programme;

namespace Registry.Integrity;

/// <summary>A case in a list. Kept in the append's own transaction: recognition reads from it whether a case about an application is open.</summary>
public sealed record CaseCard
{
    /// <summary>The case's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The id in URLs.</summary>
    public required string Case { get; init; }

    /// <summary>The application it is about.</summary>
    public required string Application { get; init; }

    /// <summary>The application's batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The organisation's credit code.</summary>
    public required string Organisation { get; init; }

    /// <summary>The organisation's name, as it was filed.</summary>
    public required string OrganisationName { get; init; }

    /// <summary>The cluster's name, as it was filed.</summary>
    public required string ClusterName { get; init; }

    /// <summary>The application's city.</summary>
    public required string City { get; init; }

    /// <summary>The day of opening.</summary>
    public DateOnly OpenedOn { get; init; }

    /// <summary>Where it stands.</summary>
    public CaseStep Step { get; init; }

    /// <summary>While it is open, its application is not recognised.</summary>
    public bool Open { get; init; }

    /// <summary>Last day of the defence term.</summary>
    public DateOnly? DefenceLastDay { get; init; }

    /// <summary>Whether a defence came in.</summary>
    public bool DefenceCame { get; init; }

    /// <summary>The finding's id.</summary>
    public string? Finding { get; init; }

    /// <summary>When the decision was served.</summary>
    public DateOnly? ServedOn { get; init; }

    /// <summary>When the finding was published.</summary>
    public DateOnly? PublishedOn { get; init; }

    /// <summary>Number of a ruling that waits for a second officer.</summary>
    public string? RulingToConfirm { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }
}

/// <summary>Folds <see cref="CaseCard"/>.</summary>
public sealed partial class CaseCardProjection : SingleStreamProjection<CaseCard, string>
{
    /// <summary>Reads case streams only.</summary>
    public CaseCardProjection()
    {
        IncludeType<CaseOpened>();
        IncludeType<CaseNoticeServed>();
        IncludeType<DefenceRecorded>();
        IncludeType<HearingHeld>();
        IncludeType<FindingProposed>();
        IncludeType<FindingDecided>();
        IncludeType<FindingConfirmed>();
        IncludeType<FindingServed>();
        IncludeType<FindingPublished>();
        IncludeType<RulingEntered>();
        IncludeType<RulingRecorded>();
        IncludeType<CaseClosed>();
    }

    /// <inheritdoc />
    public override CaseCard? Evolve(CaseCard? card, string id, IEvent e)
    {
        var next = e.Data switch
        {
            CaseOpened o => new CaseCard
            {
                Id = id,
                Case = id["case/".Length..],
                Application = o.Application.Value,
                Batch = o.Batch.Value,
                Organisation = o.Organisation.Value,
                OrganisationName = o.OrganisationName,
                ClusterName = o.ClusterName,
                City = o.City,
                OpenedOn = ChinaTime.ToDay(e.Timestamp),
                Step = CaseStep.Opened,
                Open = true,
            },
            CaseNoticeServed n => card! with { DefenceLastDay = n.DefenceLastDay },
            DefenceRecorded => card! with { DefenceCame = true },
            FindingProposed => card! with { Step = CaseStep.Proposed },
            FindingDecided => card! with { Step = CaseStep.Decided },
            FindingConfirmed f => card! with { Step = CaseStep.Confirmed, Open = false, Finding = f.Finding },
            FindingServed s => card! with { ServedOn = s.ServedOn },
            FindingPublished p => card! with { PublishedOn = p.Day },
            RulingEntered r => card! with { RulingToConfirm = r.Number },
            RulingRecorded => card! with { RulingToConfirm = null },
            CaseClosed => card! with { Step = CaseStep.Closed, Open = false },
            _ => card!,
        };
        return next with { Version = next.Version + 1 };
    }
}

/// <summary>A finding as the public may read it: no field for a person, none for what is not to be published.</summary>
public sealed record FindingView
{
    /// <summary>The case's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The finding with its texts and days.</summary>
    public required FindingConfirmed Finding { get; init; }

    /// <summary>The ban's last day as it stands.</summary>
    public DateOnly LastDay { get; init; }

    /// <summary>When it was published; null before, and then it is nobody's to see.</summary>
    public DateOnly? PublishedOn { get; init; }

    /// <summary>From when a ruling has taken it away.</summary>
    public DateOnly? RescindedOn { get; init; }

    /// <summary>Rulings on it, in order.</summary>
    public IReadOnlyList<RulingRecorded> Rulings { get; init; } = [];
}

/// <summary>Folds <see cref="FindingView"/>.</summary>
public sealed partial class FindingViewProjection : SingleStreamProjection<FindingView, string>
{
    /// <summary>Reads what comes after a confirmation only.</summary>
    public FindingViewProjection()
    {
        IncludeType<FindingConfirmed>();
        IncludeType<FindingServed>();
        IncludeType<FindingPublished>();
        IncludeType<RulingRecorded>();
    }

    /// <inheritdoc />
    public override FindingView? Evolve(FindingView? view, string id, IEvent e) => e.Data switch
    {
        FindingConfirmed f => new FindingView { Id = id, Finding = f, LastDay = f.LastDay },
        FindingServed s => view! with { LastDay = s.LastDay },
        FindingPublished p => view! with { PublishedOn = p.Day },
        RulingRecorded r => view! with
        {
            LastDay = r.LastDay,
            Rulings = [.. view.Rulings, r],
            RescindedOn = r.Outcome == RulingOutcome.Rescinded ? r.DecidedOn : view.RescindedOn,
        },
        _ => view,
    };
}
