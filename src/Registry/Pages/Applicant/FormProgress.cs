using System.Text.Json;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Pages.Applicant;

/// <summary>How far one section is.</summary>
/// <param name="Items">What is to be filled in or attached.</param>
/// <param name="Open">What of it is missing or wrong.</param>
/// <param name="Started">Whether anything was filled in.</param>
public sealed record SectionProgress(FormSection Section, int Items, IReadOnlyList<FormRemark> Open, bool Started)
{
    /// <summary>Items that are as they must be.</summary>
    public int Done => Items - Math.Min(Items, OpenItems);

    private int OpenItems => Open.Select(r => (r.Field, r.Code == FormProgress.NoEvidence)).Distinct().Count();
}

/// <summary>How far a draft is, counted by the same check that decides at submission.</summary>
/// <param name="Sections">The sections in order.</param>
/// <param name="Undertaking">What is missing of the undertaking.</param>
public sealed record FormProgress(IReadOnlyList<SectionProgress> Sections, SectionProgress Undertaking)
{
    /// <summary>The code of an indicator without a file.</summary>
    public const string NoEvidence = "evidence.missing";

    /// <summary>All items of the form.</summary>
    public int Items => Sections.Sum(s => s.Items);

    /// <summary>Those that are as they must be.</summary>
    public int Done => Sections.Sum(s => s.Done);

    /// <summary>Whether nothing but the undertaking is left.</summary>
    public bool Ready => Sections.All(s => s.Open.Count == 0);

    /// <summary>Counts a draft.</summary>
    public static FormProgress Of(CallDefinition definition, DraftAnswer draft)
    {
        var check = FormCheck.Validate(definition, JsonSerializer.SerializeToElement(draft.Form));
        var files = draft.Evidence.Select(e => e.Indicator).Concat(draft.Sensitive ?? []).ToHashSet();
        var undertaking = definition.Form.Roles.Undertaking;
        var remarks = check.Errors.Concat(definition.Form.Fields
                .Where(f => f.Evidence && !files.Contains(f.Key) && (f.Required || Stated(check.Form, f)))
                .Select(f => new FormRemark(NoEvidence, f.Key, null, null, $"“{f.Label.Zh}”缺少佐证材料。")))
            .ToList();
        SectionProgress Count(FormSection section, IEnumerable<FieldDefinition> fields)
        {
            var asked = fields.Where(f => f.Required || Stated(check.Form, f) || remarks.Any(r => r.Field == f.Key)).ToList();
            var keys = asked.Select(f => f.Key).ToHashSet();
            return new SectionProgress(section, asked.Count + asked.Count(f => f.Evidence), [.. remarks.Where(r => keys.Contains(r.Field))], asked.Any(f => Stated(check.Form, f) || files.Contains(f.Key)));
        }
        return new FormProgress(
            [.. definition.Form.Sections.Select(s => Count(s, FormSections.FieldsOf(definition, s.Key)))],
            Count(new FormSection("undertaking", "", ""), definition.Form.Fields.Where(f => f.Key == undertaking)));
    }

    private static bool Stated(FormData form, FieldDefinition field) =>
        form[field.Key] is not (null or FieldValue.Declaration { Value: false } or FieldValue.Table { Rows.Count: 0 });
}
