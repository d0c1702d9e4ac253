using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>Why a file is not taken, not stored, or not sent.</summary>
public static class FileRules
{
    /// <summary>The file is none of the accepted kinds, by its content.</summary>
    public static readonly Rule Kind = new("evidence.type", "procedure 2", 415);

    /// <summary>The file is larger than one file may be.</summary>
    public static readonly Rule TooLarge = new("evidence.too-large", "procedure 2", 413);

    /// <summary>The body came more slowly than a request may keep a place.</summary>
    public static readonly Rule TooSlow = new("evidence.too-slow", "design: others go on", 408);

    /// <summary>The file is cut off or is not built as its kind says.</summary>
    public static readonly Rule Damaged = new("evidence.damaged", "design: no file is trusted");

    /// <summary>The file asks for a password: nobody could examine it.</summary>
    public static readonly Rule Encrypted = new("evidence.encrypted", "design: no file is trusted");

    /// <summary>The file holds macros, embedded objects, archives, or links that load something from elsewhere.</summary>
    public static readonly Rule Active = new("evidence.active", "design: no file is trusted");

    /// <summary>The file is also of another kind, or hides something before, after or between its parts.</summary>
    public static readonly Rule Polyglot = new("evidence.polyglot", "design: no file is trusted");

    /// <summary>The file is the test file of virus scanners, or the scanner that is set up found something in it.</summary>
    public static readonly Rule Infected = new("evidence.infected", "design: no file is trusted");

    /// <summary>A scanner is set up and does not answer; nothing was stored.</summary>
    public static readonly Rule ScannerDown = new("evidence.scanner-down", "design: no file is trusted", 503);

    /// <summary>Unpacked, the file is far larger than it looks.</summary>
    public static readonly Rule Bomb = new("evidence.bomb", "design: no file is trusted");

    /// <summary>The name hides something, or does not end as the content's kind does.</summary>
    public static readonly Rule Name = new("evidence.name", "design: no file is trusted");

    /// <summary>The application has as many files or bytes as one may have.</summary>
    public static readonly Rule ApplicationFull = new("evidence.application-full", "procedure 2", 413);

    /// <summary>The account has handed in as much as one may on a day.</summary>
    public static readonly Rule AccountFull = new("evidence.account-full", "procedure 2", 429);

    /// <summary>The account sends more at once than one may.</summary>
    public static readonly Rule TooFast = new("evidence.too-fast", "design: others go on", 429);

    /// <summary>The storage is nearly full; nothing was stored.</summary>
    public static readonly Rule NoRoom = new("evidence.no-room", "design: others go on", 507);

    /// <summary>The storage does not answer; nothing was stored.</summary>
    public static readonly Rule StorageDown = new("evidence.storage-down", "design: file before event", 503);

    /// <summary>The file is no longer in the store; it has to be sent again.</summary>
    public static readonly Rule Gone = new("evidence.gone", "design: file before event", 409);

    /// <summary>The file is withheld because it may hold sensitive material.</summary>
    public static readonly Rule Quarantined = new("evidence.quarantined", "procedure 2: sensitive material", 423);

    /// <summary>The file was destroyed because it held sensitive material; it cannot be handed in again.</summary>
    public static readonly Rule Destroyed = new("evidence.destroyed", "procedure 2: sensitive material", 410);

    internal static string Megabytes(long bytes) => $"{bytes / 1024 / 1024} MB";
}
