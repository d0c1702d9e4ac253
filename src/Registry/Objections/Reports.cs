using JasperFx.Events;
using Marten.Events.Aggregation;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Objections;

/// <summary>Marks report streams: a problem that anyone reports at any time (举报).</summary>
public sealed class Report;

/// <summary>Marks complaint streams: a complaint about an officer or an expert.</summary>
public sealed class Complaint;

/// <summary>Whom a complaint is about.</summary>
public enum ComplaintAbout
{
    /// <summary>An officer.</summary>
    Officer,
    /// <summary>An expert.</summary>
    Expert,
    /// <summary>Somebody else who takes part in the procedure.</summary>
    Other,
}

/// <summary>举报: somebody reported a problem. A name is welcome and not required. Everything written is sealed under the report's own key.</summary>
[RecordedAs("report-filed")]
public sealed record ReportFiled(string Number, DateTimeOffset ArrivedAt, Sealed Subject, Sealed Facts, Sealed? Name, Sealed? Contact);

/// <summary>An officer dealt with the report; whoever holds its code reads the answer.</summary>
[RecordedAs("report-settled")]
public sealed record ReportSettled(Sealed Outcome);

/// <summary>Somebody complained about a person who takes part in the procedure. Only supervision reads it.</summary>
[RecordedAs("complaint-filed")]
public sealed record ComplaintFiled(string Number, DateTimeOffset ArrivedAt, ComplaintAbout About, Sealed Facts, Sealed? Name, Sealed? Contact);

/// <summary>Supervision dealt with the complaint.</summary>
[RecordedAs("complaint-settled")]
public sealed record ComplaintSettled(Sealed Outcome);

/// <summary>After the file's term everything sealed in this report or complaint was destroyed with its key.</summary>
/// <param name="RetainedUntil">Last day of the term that had ended.</param>
/// <param name="FileYears">The term in years.</param>
/// <param name="Basis">The law that the definition names for it.</param>
[RecordedAs("reporter-erased")]
public sealed record ReporterErased(DateOnly RetainedUntil, int FileYears, string? Basis);

/// <summary>Refusals of reports and complaints.</summary>
public static class ReportRules
{
    /// <summary>It was dealt with already.</summary>
    public static readonly Rule Settled = new("report.settled", "procedure 7", 409);
}

/// <summary>A report or a complaint in a list; what was written stays sealed until it is shown to those who may read it.</summary>
public sealed record ReportCard
{
    /// <summary>Its stream.</summary>
    public required string Id { get; init; }

    /// <summary>The public number.</summary>
    public required string Number { get; init; }

    /// <summary>When it had arrived, UTC.</summary>
    public DateTimeOffset ArrivedAt { get; init; }

    /// <summary>Whom a complaint is about; null for a report.</summary>
    public ComplaintAbout? About { get; init; }

    /// <summary>What a report is about.</summary>
    public Sealed? Subject { get; init; }

    /// <summary>What was written.</summary>
    public required Sealed Facts { get; init; }

    /// <summary>Who wrote it, if they said.</summary>
    public Sealed? Name { get; init; }

    /// <summary>How to reach them, if they said.</summary>
    public Sealed? Contact { get; init; }

    /// <summary>How it ended.</summary>
    public Sealed? Outcome { get; init; }

    /// <summary>The day on which it was dealt with: the file's term runs from it.</summary>
    public DateOnly? EndedOn { get; init; }

    /// <summary>What was sealed in it is destroyed.</summary>
    public bool Erased { get; init; }

    /// <summary>The stream's version.</summary>
    public long Version { get; init; }

    /// <summary>The opaque id.</summary>
    public string Opaque => Id[(Id.IndexOf('/', StringComparison.Ordinal) + 1)..];
}

/// <summary>Folds <see cref="ReportCard"/>.</summary>
public sealed partial class ReportCardProjection : SingleStreamProjection<ReportCard, string>
{
    /// <summary>Only reports and complaints.</summary>
    public ReportCardProjection()
    {
        IncludeType<ReportFiled>();
        IncludeType<ReportSettled>();
        IncludeType<ComplaintFiled>();
        IncludeType<ComplaintSettled>();
        IncludeType<ReporterErased>();
    }

    /// <inheritdoc />
    public override ReportCard? Evolve(ReportCard? card, string id, IEvent e) => e.Data switch
    {
        ReportFiled r => new ReportCard { Id = id, Number = r.Number, ArrivedAt = r.ArrivedAt, Subject = r.Subject, Facts = r.Facts, Name = r.Name, Contact = r.Contact, Version = 1 },
        ComplaintFiled c => new ReportCard { Id = id, Number = c.Number, ArrivedAt = c.ArrivedAt, About = c.About, Facts = c.Facts, Name = c.Name, Contact = c.Contact, Version = 1 },
        ReportSettled s => card! with { Outcome = s.Outcome, EndedOn = ChinaTime.ToDay(e.Timestamp), Version = card.Version + 1 },
        ComplaintSettled s => card! with { Outcome = s.Outcome, EndedOn = ChinaTime.ToDay(e.Timestamp), Version = card.Version + 1 },
        ReporterErased => card! with { Erased = true, Version = card.Version + 1 },
        _ => card,
    };
}
