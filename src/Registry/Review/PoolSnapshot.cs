using Registry.Applications;
using Registry.Programme;

namespace Registry.Review;

/// <summary>Makes the inputs of a draw, or of an appointment, from what is known at one moment.</summary>
public static class PoolSnapshot
{
    /// <summary>四(三): experts are called in from the fields concerned: those of the applications' industries, and all fields that are no industry (finance, policy, safety).</summary>
    public static IReadOnlySet<string> FieldsFor(CallDefinition definition, IEnumerable<ApplicationFile> applications)
    {
        var industries = applications.Select(a => a.Filing.Last!.Industry).ToHashSet();
        return definition.Panel.Fields.Select(f => f.Code).Where(f => definition.FindIndustry(f) is null || industries.Contains(f)).ToHashSet();
    }

    /// <summary>The experts who can be called in on this day, and those who sit on the panel, with their load on the batch's other panels and what they were recused from on this one.</summary>
    public static IReadOnlyList<PoolExpert> Of(
        IEnumerable<ExpertView> pool, PanelState panel, IReadOnlyList<PanelView> others, IReadOnlySet<string> fields, DateOnly day) =>
        [.. pool
            .Where(e => panel.Seats.Any(s => s.Expert == e.Expert.Value) || e.State.AvailableOn(day) && e.State.Fields.Any(fields.Contains))
            .Where(e => !panel.Recusals.Contains(new Recusal(e.Expert.Value, null)))
            .OrderBy(e => e.Id, StringComparer.Ordinal)
            .Select(e => ExpertOf(e.Expert, e.State, panel, others))];

    /// <summary>One expert as a draw knows one.</summary>
    public static PoolExpert ExpertOf(ExpertId id, ExpertState expert, PanelState panel, IReadOnlyList<PanelView> others) => new(
        id.Value, expert.Fields, expert.Employer!, expert.City!, expert.Interests,
        [.. panel.Recusals.Where(r => r.Expert == id.Value && r.Application is not null).Select(r => r.Application!)],
        others.Sum(p => p.State.Seats.Where(s => s.Expert == id.Value).Sum(s => s.Applications.Count)));

    /// <summary>One application as a draw knows one.</summary>
    public static DrawApplication ApplicationOf(ApplicationFile file, CallDefinition definition) => new(
        file.Head.Application.Value, file.Head.City, [.. Parties.Of(file.Filing.Last!, definition.Form).Select(p => p.Code)]);
}
