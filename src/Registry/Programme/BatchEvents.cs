using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Programme;

/// <summary>Marks batch streams: one call of a programme, its clock and its lists.</summary>
public sealed class Batch;

/// <summary>An event on a batch's stream after which nothing can be filed or reported any more, so that no extension reopens it.</summary>
public interface IEndsFiling;

/// <summary>A batch's id, programme and batch key: <c>shandong-digital-clusters.2025</c>. Its stream is <c>batch/programme/batch</c>.</summary>
public readonly record struct BatchId(string Value) : IId<BatchId>
{
    /// <inheritdoc />
    public static BatchId Of(string value) => new(value);

    /// <summary>The id of a definition's batch.</summary>
    public static BatchId Of(CallDefinition definition) => new($"{definition.Programme.Key}.{definition.Batch.Key}");

    /// <summary>The batch's stream.</summary>
    public string Stream => $"batch/{Value.Replace('.', '/')}";
}

/// <summary>A batch was announced under a definition, named by the hash of its exact bytes.</summary>
[RecordedAs("batch-announced", Public = true)]
public sealed record BatchAnnounced(string Programme, string Batch, string Title, int DefinitionVersion, string DefinitionHash, DateOnly NoticeDate);

/// <summary>A batch goes on under another definition. Decisions made before keep the one they were made under.</summary>
[RecordedAs("batch-amended", Public = true)]
public sealed record BatchAmended(int DefinitionVersion, string DefinitionHash, Sealed Reason);

/// <summary>The application period and the cities' reporting period were extended for all.</summary>
[RecordedAs("deadline-extended", Public = true)]
public sealed record DeadlineExtended(DateOnly LastDay, Sealed Reason);

/// <summary>A city set an earlier last day for its own applicants, or went back to the province's.</summary>
/// <param name="Earlier">Whether the day is earlier than the province's was then. If not, the city has no day of its own any more: an extension for all is for its applicants too.</param>
[RecordedAs("city-deadline-set", Public = true)]
public sealed record CityDeadlineSet(string City, DateOnly LastDay, bool Earlier = true);
