namespace Registry.Pages;

/// <summary>How a field of a form is asked for.</summary>
public enum InputKind
{
    /// <summary>One line of text.</summary>
    Line,
    /// <summary>Several lines of text.</summary>
    Text,
    /// <summary>A figure, typed as text so that the browser changes nothing.</summary>
    Number,
    /// <summary>An amount with its unit.</summary>
    Money,
    /// <summary>A calendar day.</summary>
    Day,
    /// <summary>An instant, typed as Beijing time.</summary>
    Instant,
    /// <summary>One of a few choices.</summary>
    OneOf,
    /// <summary>Several of a few choices.</summary>
    SomeOf,
    /// <summary>A box to tick.</summary>
    Tick,
    /// <summary>One entry on each line.</summary>
    Lines,
    /// <summary>Rows of columns.</summary>
    Rows,
    /// <summary>Fields that belong together.</summary>
    Group,
    /// <summary>A password.</summary>
    Password,
    /// <summary>A file of which only the digest is recorded.</summary>
    Digest,
    /// <summary>A text that comes as a file.</summary>
    TextFile,
    /// <summary>A file that the command takes whole.</summary>
    BinaryFile,
    /// <summary>Carried along unseen.</summary>
    Hidden,
}

/// <summary>One choice of a field.</summary>
public sealed record Choice(string Value, string Label);

/// <summary>A field of a form as a person sees it, whatever it came from: the definition's form or a command's record.</summary>
/// <param name="Name">Its name in the form, unique on the page.</param>
/// <param name="Kind">How it is asked for.</param>
/// <param name="Label">What it is called.</param>
public sealed record FieldShape(string Name, InputKind Kind, string Label)
{
    /// <summary>Sets it apart from a field of the same name in another form on the page.</summary>
    public string? Place { get; init; }

    /// <summary>What to fill in and what not.</summary>
    public string? Hint { get; init; }

    /// <summary>Whether it must be filled in.</summary>
    public bool Required { get; init; }

    /// <summary>The unit shown behind the figure, or the unit of an amount that names none.</summary>
    public string? Unit { get; init; }

    /// <summary>The choices.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>Columns of rows, fields of a group.</summary>
    public IReadOnlyList<FieldShape> Columns { get; init; } = [];

    /// <summary>How many blank rows are offered beyond the filled ones.</summary>
    public int BlankRows { get; init; } = 1;

    /// <summary>Whether adding a row saves what was typed, as in a draft.</summary>
    public bool Saved { get; init; }

    /// <summary>Whether rows can be added and taken out one by one.</summary>
    public bool RowsCanGrow { get; init; } = true;

    /// <summary>What the browser may fill in by itself.</summary>
    public string? Autocomplete { get; init; }

    /// <summary>The element's id: error messages and the summary lead to it.</summary>
    public string ElementId => IdOf(Place ?? Name);

    /// <summary>The id of the element with this field name.</summary>
    public static string IdOf(string name) => "f-" + name.Replace("[", "-", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace('.', '-');

    /// <summary>The same field as a cell of a table's row.</summary>
    public FieldShape InRow(string table, int row) => this with { Name = $"{table}[{row}].{Name}" };
}

/// <summary>What is wrong with a form: a message for the whole, and messages at fields.</summary>
/// <param name="Message">What was refused and why.</param>
/// <param name="Fields">Field name and message.</param>
public sealed record FormErrors(string? Message, IReadOnlyList<(string Name, string Message)> Fields)
{
    /// <summary>Nothing is wrong.</summary>
    public static readonly FormErrors None = new(null, []);

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => Message is not null || Fields.Count > 0;

    /// <summary>The message at a field, if it has one.</summary>
    public string? At(string name) => Fields.FirstOrDefault(f => f.Name == name).Message;
}
