using Registry.Platform.Sealing;

namespace Registry.Applications;

/// <summary>Why a file or text cannot be read. Procedure 2.</summary>
/// <param name="Destroyed">It was destroyed for good; otherwise it is withheld until two persons have judged it.</param>
public sealed record Withholding(bool Destroyed)
{
    /// <summary>What holds of the thing under this key; null when it can be read.</summary>
    public static Withholding? Of(string? key, KeyStore keys) =>
        key is null ? null
        : keys.IsDestroyed(key) ? new Withholding(true)
        : keys.IsWithheld(key) ? new Withholding(false)
        : null;

    /// <summary>The fields of a submission whose text cannot be read.</summary>
    public static IReadOnlyDictionary<string, Withholding> OfTexts(ApplicationSubmitted submission, KeyStore keys) =>
        submission.Prose.Select(p => (Field: p.Key.Split('[')[0], Why: Of(p.Value.Box?.Key, keys))).Where(p => p.Why is not null)
            .DistinctBy(p => p.Field).ToDictionary(p => p.Field, p => p.Why!);
}
