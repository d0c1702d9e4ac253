using System.Text.Json.Serialization;
using Registry.Applications;
using Registry.Platform;

namespace Registry.Review;

/// <summary>One sheet as the application's history keeps it: behind a pseudonym that is drawn at the closing and holds for the panel.</summary>
public sealed record ScoredSheet(string Pseudonym, IReadOnlyDictionary<string, decimal> Points);

/// <summary>四(三): the panel was closed; this is the application's score with everything it was made of. One event, so that nothing leaks before.</summary>
/// <param name="Rank">Rank among what the panel scored.</param>
/// <param name="Means">Mean points by criterion.</param>
/// <param name="Sheets">Signed sheets, in the order of pseudonyms.</param>
/// <param name="Abstentions">Experts who abstained.</param>
/// <param name="Rule">The rule it was computed by.</param>
[RecordedAs("application-scored")]
public sealed record ApplicationScored(
    PanelId Panel, decimal Aggregate, int Rank, bool Passes, IReadOnlyDictionary<string, decimal> Means,
    IReadOnlyList<ScoredSheet> Sheets, int Abstentions, ScoringRule Rule) : IMovesApplication
{
    /// <inheritdoc />
    [JsonIgnore]
    public Stage To => Stage.Scored;
}
