using System.Text.Json.Nodes;
using Registry.Applications;

namespace Registry.Pages.Parts;

/// <summary>A submission as its readers are shown it, whichever query answered: a page cannot show the form and forget what of it is withheld.</summary>
/// <param name="Sensitive">Indicators whose evidence is handed over on a disc.</param>
/// <param name="Withheld">Fields whose text is withheld or destroyed.</param>
public sealed record Submitted(
    JsonNode Form, IReadOnlyList<EvidenceAnswer> Evidence, IReadOnlyList<string>? Sensitive, IReadOnlyDictionary<string, Withholding>? Withheld)
{
    /// <summary>A submission as its officers and its applicant read it.</summary>
    public static Submitted Of(SubmissionAnswer s) => new(s.Form, s.Evidence, s.Sensitive, s.Withheld);

    /// <summary>A submission as its experts read it.</summary>
    public static Submitted Of(Registry.Review.DossierAnswer d) => new(d.Form, d.Evidence, d.Sensitive, d.Withheld);
}
