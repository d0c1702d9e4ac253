using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Review;

/// <summary>One line of a score sheet.</summary>
/// <param name="Criterion">The criterion's key.</param>
/// <param name="Points">Points; null leaves the criterion open.</param>
/// <param name="Comment">The comment; sealed.</param>
public sealed record SheetLine(string Criterion, decimal? Points, string? Comment);

/// <summary>Saves a score sheet, whole. It can be saved and changed until the panel is closed.</summary>
/// <param name="Lines">All lines; what is left out is open.</param>
/// <param name="Version">The sheet's version seen; 0 for the first save.</param>
public sealed record SaveSheet(IReadOnlyList<SheetLine> Lines, long Version) : ICommand<SaveSheet>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("save-sheet", "/sheets/{id}/scores", Roles.Expert, "Save a score sheet.");

    /// <summary>四(三): each criterion gets points from none to its most, in its steps.</summary>
    public static Decision Decide(SaveSheet command, SheetFile sheet)
    {
        if (sheet.Barred() is { } barred)
            return barred;
        var criteria = sheet.Definition.Rubric.Criteria.ToDictionary(c => c.Key);
        if (command.Lines.Any(l => !criteria.ContainsKey(l.Criterion)) || command.Lines.DistinctBy(l => l.Criterion).Count() < command.Lines.Count)
            return ReviewRules.UnknownCriterion.Refuse();
        var wrong = command.Lines.SelectMany(line => Wrong(line, criteria[line.Criterion])).ToList();
        if (wrong.Count > 0)
            return wrong[0].Refusal with { Errors = [.. wrong.Select(w => w.Refusal.AsError(w.Field))] };
        return Decision.Accept(new SheetSaved(
            command.Lines.Where(l => l.Points is not null).ToDictionary(l => l.Criterion, l => l.Points!.Value),
            command.Lines.Where(l => !string.IsNullOrWhiteSpace(l.Comment)).ToDictionary(l => l.Criterion, l => Sealed.Of(l.Comment!.Trim()))));
    }

    private static IEnumerable<(string Field, Refusal Refusal)> Wrong(SheetLine line, Criterion criterion)
    {
        if (line.Points is { } points && (points < 0 || points > criterion.Most || points % criterion.Step != 0))
            yield return ($"points.{line.Criterion}", ReviewRules.PointsInvalid.Refuse([.. ReviewRules.Naming(criterion), ("most", criterion.Most), ("step", criterion.Step)]));
        if (TextCheck.CheckOptional(line.Comment, criterion.Key) is { } wrong)
            yield return ($"comment.{line.Criterion}", wrong);
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(SaveSheet command, Desk desk) => desk.OnSheetAsync(command.Version, sheet => Decide(command, sheet));
}
