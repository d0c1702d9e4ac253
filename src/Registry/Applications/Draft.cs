using System.Text;
using Registry.Organisations;
using Registry.Platform.Sealing;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>
/// An application's draft: a plain document, no event of its legal history. Its fixed part (batch, organisation, city) is what access is decided on,
/// before and after submission.
/// </summary>
public sealed record Draft
{
    /// <summary>The application's stream.</summary>
    public required string Id { get; init; }

    /// <summary>The batch.</summary>
    public required BatchId Batch { get; init; }

    /// <summary>The applicant's credit code.</summary>
    public required CreditCode Organisation { get; init; }

    /// <summary>The applicant's city.</summary>
    public required string City { get; init; }

    /// <summary>The form so far, as JSON, sealed whole. Null until the first save.</summary>
    public Sealed? Form { get; init; }

    /// <summary>Files uploaded so far.</summary>
    public IReadOnlyList<EvidenceFile> Evidence { get; init; } = [];

    /// <summary>Keys of the indicators whose evidence is sensitive: handed over on a disc, never uploaded.</summary>
    public IReadOnlyList<string> Sensitive { get; init; } = [];

    /// <summary>Under which of its keys the form lies: one further after each destruction.</summary>
    public int Generation { get; init; }

    /// <summary>How often it was saved.</summary>
    public int Saves { get; init; }

    /// <summary>When it was last saved, UTC.</summary>
    public DateTimeOffset SavedAt { get; init; }

    /// <summary>The opaque id.</summary>
    public ApplicationId Application => new(Id["application/".Length..]);

    /// <summary>A cluster is told apart by its name: without spaces, in one Unicode form, letter case aside.</summary>
    public static string ClusterKey(string name) =>
        string.Concat(name.InForm(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant();
}
