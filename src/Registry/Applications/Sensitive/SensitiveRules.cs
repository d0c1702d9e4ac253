using Registry.Platform.Commands;

namespace Registry.Applications.Sensitive;

/// <summary>Refusals about sensitive material: what is handed over instead of uploaded, and what slipped in all the same.</summary>
public static class SensitiveRules
{
    /// <summary>The indicator is marked as sensitive: nothing can be attached to it.</summary>
    public static readonly Rule NoFiles = new("sensitive.no-files", "procedure 2: sensitive material");

    /// <summary>Files hang on the indicator; they have to be taken off before it is marked.</summary>
    public static readonly Rule FilesAttached = new("sensitive.files-attached", "procedure 2: sensitive material", 409);

    /// <summary>An indicator is marked, but the form does not say that there is sensitive material.</summary>
    public static readonly Rule NotDeclared = new("sensitive.not-declared", "procedure 2: sensitive material");

    /// <summary>No application of the city says that it has sensitive material.</summary>
    public static readonly Rule NothingMarked = new("sensitive.nothing-marked", "procedure 2: sensitive material");

    /// <summary>The number of the disc is missing or cannot be one.</summary>
    public static readonly Rule DiscInvalid = new("sensitive.disc-invalid", "procedure 2: sensitive material");

    /// <summary>The day is still to come, or the receipt lies before the hand-over.</summary>
    public static readonly Rule DayWrong = new("sensitive.day-wrong", "procedure 2: sensitive material");

    /// <summary>The province has receipted: the record stands.</summary>
    public static readonly Rule Receipted = new("sensitive.receipted", "procedure 2: sensitive material", 409);

    /// <summary>The city has not recorded a hand-over.</summary>
    public static readonly Rule NotHandedOver = new("sensitive.not-handed-over", "procedure 2: sensitive material", 409);

    /// <summary>The disc that arrived has another number than the one that was handed over.</summary>
    public static readonly Rule DiscDiffers = new("sensitive.disc-differs", "procedure 2: sensitive material", 409);

    /// <summary>The application has no such file, text or step, or its words have no key of their own.</summary>
    public static readonly Rule NoSuchMaterial = new("quarantine.no-such-material", "procedure 2: sensitive material");

    /// <summary>It is already withheld or destroyed.</summary>
    public static readonly Rule Already = new("quarantine.already", "procedure 2: sensitive material", 409);

    /// <summary>Two persons: the one who acted last does not act again.</summary>
    public static readonly Rule SamePerson = new("quarantine.same-person", "procedure 2: two persons");

    /// <summary>The step does not follow on where the quarantine stands.</summary>
    public static readonly Rule WrongStep = new("quarantine.wrong-step", "procedure 2: sensitive material", 409);

    /// <summary>The form still holds a text that was withheld or destroyed.</summary>
    public static readonly Rule TextAgain = new("quarantine.text-again", "procedure 2: sensitive material");

    /// <summary>The draft still names a file that was withheld or destroyed.</summary>
    public static readonly Rule FileAgain = new("quarantine.file-again", "procedure 2: sensitive material");
}
