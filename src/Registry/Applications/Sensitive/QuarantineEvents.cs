using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Applications.Sensitive;

/// <summary>Marks the streams of quarantines.</summary>
public sealed class Quarantine;

/// <summary>A quarantine's id; its stream is <c>quarantine/…</c>.</summary>
public readonly record struct QuarantineId(string Value) : IId<QuarantineId>
{
    /// <inheritdoc />
    public static QuarantineId Of(string value) => new(value);

    /// <summary>The quarantine's stream.</summary>
    public string Stream => $"quarantine/{Value}";
}

/// <summary>What is withheld.</summary>
public enum MaterialKind
{
    /// <summary>佐证材料文件.</summary>
    File,
    /// <summary>申报书中的一项文字.</summary>
    Text,
    /// <summary>某一环节填写的文字.</summary>
    Step,
}

/// <summary>Where a quarantine stands.</summary>
public enum QuarantineStatus
{
    /// <summary>已封存，待第二人确认: nobody reads it any more.</summary>
    Withheld,
    /// <summary>已确认封存: a second person agreed.</summary>
    Confirmed,
    /// <summary>已解除: it held nothing sensitive.</summary>
    Lifted,
    /// <summary>已下令销毁.</summary>
    Ordered,
    /// <summary>已销毁.</summary>
    Destroyed,
}

/// <summary>
/// Procedure 2: sensitive material has slipped in. From this instant nobody reads it, here or through any other page, list or export; a second person
/// confirms or lifts it.
/// </summary>
/// <param name="Place">The file's digest, the form field's key, or the number of the step.</param>
/// <param name="Digest">SHA-256 of a file; of words a keyed digest, which cannot be guessed back. It remains.</param>
/// <param name="Keys">Names of the keys under which exactly this lies sealed.</param>
/// <param name="Reason">Why, typed by the first person.</param>
/// <param name="By">Account of the first person.</param>
[RecordedAs("material-quarantined")]
public sealed record MaterialQuarantined(ApplicationId Application, string City, string Organisation, MaterialKind Kind, string Place, string Digest, IReadOnlyList<string> Keys, Sealed Reason, string By);

/// <summary>Procedure 2: a second person agreed that the material is sensitive.</summary>
[RecordedAs("quarantine-confirmed")]
public sealed record QuarantineConfirmed(string By);

/// <summary>Procedure 2: another person found nothing sensitive; the material can be read again.</summary>
[RecordedAs("quarantine-lifted")]
public sealed record QuarantineLifted(Sealed Reason, string By);

/// <summary>Procedure 2: the destruction was ordered. It cannot be taken back.</summary>
[RecordedAs("destruction-ordered")]
public sealed record DestructionOrdered(string By);

/// <summary>Procedure 2: the material's keys are destroyed, and with them every copy, backups included; the file is removed. Reason, time and digest remain.</summary>
[RecordedAs("material-destroyed")]
public sealed record MaterialDestroyed;
