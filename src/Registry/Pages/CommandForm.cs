using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>
/// A command as a form. Its fields are the record's parameters, so every command can be given in the browser; what was typed becomes the JSON that
/// the API would have got, and is read by the same strict reader.
/// </summary>
public sealed class CommandForm
{
    private const string Version = "version";

    /// <summary>Names of parameters that hold an account in several lines.</summary>
    private static readonly string[] LongTexts =
        ["Reason", "Opinion", "Note", "Facts", "Body", "Text", "Statement", "Defence", "Description", "Cause", "Grounds", "Account", "Evidence", "Findings", "Result", "Definition", "Reply", "Summary", "Remark", "Answer", "False", "Comment"];

    private readonly ParameterInfo[] parameters;
    private readonly Func<CommandRunner, Actor, string?, JsonObject, string, DateTimeOffset, CancellationToken, Task<Outcome>> run;

    private CommandForm(Type type, int order)
    {
        Type = type;
        Order = order;
        Spec = CommandEndpoints.SpecOf(type);
        parameters = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First().GetParameters();
        run = typeof(CommandForm).GetMethod(nameof(RunAsync), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type)
            .CreateDelegate<Func<CommandRunner, Actor, string?, JsonObject, string, DateTimeOffset, CancellationToken, Task<Outcome>>>();
    }

    /// <summary>Every command of the program, by name.</summary>
    public static FrozenDictionary<string, CommandForm> All { get; } =
        CommandEndpoints.CommandTypes.Select((t, i) => new CommandForm(t, i)).ToFrozenDictionary(f => f.Spec.Name);

    /// <summary>The command's record.</summary>
    public Type Type { get; }

    /// <summary>Its place among the others.</summary>
    public int Order { get; }

    /// <summary>Name, route, roles.</summary>
    public CommandSpec Spec { get; }

    /// <summary>Whether it carries the version of what was seen.</summary>
    public bool OnVersion => typeof(IOnVersion).IsAssignableFrom(Type);

    /// <summary>The path below /office where it is given, for a thing.</summary>
    public string PathFor(string? target) => "/office" + Spec.Route!.Replace("{id}", target ?? "", StringComparison.Ordinal);

    /// <summary>What it is called on buttons and headings.</summary>
    public string Title(PageContext page) => page.SayFirst(Spec.Summary, "command." + Spec.Name);

    /// <summary>The fields as a person sees them.</summary>
    public IReadOnlyList<FieldShape> Shapes(PageContext page) => [.. parameters.Where(p => !IsVersion(p)).Select(p => Shape(page, p))];

    /// <summary>The JSON of what was typed, or what is wrong with it.</summary>
    public (JsonObject Command, IReadOnlyList<(string Name, string Message)> Wrong) Read(PageContext page, Posted posted)
    {
        var wrong = new List<(string, string)>();
        var command = new JsonObject();
        foreach (var parameter in parameters)
        {
            var name = NameOf(parameter);
            var value = Value(page, posted, name, parameter.ParameterType, IsOptional(parameter), wrong);
            if (value is not null || !parameter.HasDefaultValue)
                command[name] = value;
        }
        return (command, wrong);
    }

    /// <summary>Gives the command.</summary>
    /// <exception cref="JsonException">A value is none that the command's record takes.</exception>
    public Task<Outcome> GiveAsync(CommandRunner runner, Actor actor, string? target, JsonObject command, string key, DateTimeOffset now, CancellationToken ct) =>
        run(runner, actor, target, command, key, now, ct);

    private static Task<Outcome> RunAsync<T>(CommandRunner runner, Actor actor, string? target, JsonObject command, string key, DateTimeOffset now, CancellationToken ct) where T : ICommand<T> =>
        runner.RunAsync(actor, target, command.Deserialize<T>(Json.Api) ?? throw new JsonException("the command is null"), key, now, ct);

    private static bool IsVersion(ParameterInfo parameter) => parameter.Name == "Version" && parameter.ParameterType == typeof(long);

    private static string NameOf(ParameterInfo parameter) => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);

    private static bool IsOptional(ParameterInfo parameter) =>
        parameter.HasDefaultValue || Nullable.GetUnderlyingType(parameter.ParameterType) is not null
        || !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;

    private FieldShape Shape(PageContext page, ParameterInfo parameter, string? within = null)
    {
        var name = NameOf(parameter);
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var path = within is null ? name : $"{within}.{name}";
        var shape = new FieldShape(name, KindOf(parameter.Name!, type), page.SayFirst(name, $"{Spec.Name}.{path}", $"field.{name}"))
        {
            Hint = page.SayFirst("", $"{Spec.Name}.{path}.hint", $"field.{name}.hint") is { Length: > 0 } hint ? hint : null,
            Required = !IsOptional(parameter),
            Choices = type == typeof(bool) ? [new("true", page.Say("page.yes")), new("false", page.Say("page.no"))]
                : type.IsEnum ? [.. Enum.GetNames(type).Select(n => new Choice(n, page.SayFirst(n, $"enum.{type.Name}.{n}")))]
                : [],
        };
        return shape.Kind switch
        {
            InputKind.Rows when IsMap(type) => shape with { Columns = [KeyColumn(page, path), shape with { Name = "value", Kind = InputKind.Text }], BlankRows = 3 },
            InputKind.Rows => shape with { Columns = [.. ColumnsOf(ItemOf(type)!).Select(c => Shape(page, c, path))], BlankRows = 3 },
            InputKind.Group => shape with { Columns = [.. ColumnsOf(type).Select(c => Shape(page, c, path))] },
            _ => shape,
        };
    }

    private FieldShape KeyColumn(PageContext page, string path) => new("key", InputKind.Line, page.SayFirst("key", $"{Spec.Name}.{path}.key", "field.key"));

    private static InputKind KindOf(string name, Type type) =>
        type == typeof(string) ? name is "Password" or "Current" ? InputKind.Password : LongTexts.Any(name.EndsWith) ? InputKind.Text : InputKind.Line
        : type == typeof(bool) || type.IsEnum ? InputKind.OneOf
        : type == typeof(int) || type == typeof(long) || type == typeof(decimal) ? InputKind.Number
        : type == typeof(DateOnly) ? InputKind.Day
        : type == typeof(DateTimeOffset) ? InputKind.Instant
        : type == typeof(JsonElement) || type == typeof(JsonNode) ? InputKind.Text
        : type == typeof(byte[]) ? InputKind.BinaryFile
        : IsText(type) ? InputKind.Line
        : IsMap(type) ? InputKind.Rows
        : ItemOf(type) is { } item ? ColumnsOf(item).Length > 0 && !IsText(item) ? InputKind.Rows : InputKind.Lines
        : InputKind.Group;

    /// <summary>Types that are written as a text: ids and credit codes.</summary>
    private static bool IsText(Type type) => type == typeof(string) || typeof(IId).IsAssignableFrom(type) || type == typeof(Organisations.CreditCode);

    private static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);

    private static Type? ItemOf(Type type) => type == typeof(byte[]) ? null : type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() is var d && (d == typeof(IReadOnlyList<>) || d == typeof(IReadOnlyCollection<>) || d == typeof(List<>)) ? type.GetGenericArguments()[0]
        : null;

    private static ParameterInfo[] ColumnsOf(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal) ? [] : type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault()?.GetParameters() ?? [];

    private JsonNode? Value(PageContext page, Posted posted, string name, Type declared, bool optional, List<(string, string)> wrong)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var typed = posted.One(name).Trim();
        if (type == typeof(byte[]) && typed.Length > 0)
            return typed;
        if (IsMap(type))
            return Map(posted, name);
        if (ItemOf(type) is { } item)
            return ColumnsOf(item).Length > 0 && !IsText(item) ? Table(page, posted, name, item, wrong) : List(page, posted, name, item, optional, wrong);
        if (KindOf("", type) == InputKind.Group)
            return optional && !posted.Values.Any(v => v.Key.StartsWith(name + ".", StringComparison.Ordinal) && v.Value.Any(one => one.Trim().Length > 0))
                ? null
                : Members(page, posted, name + ".", type, wrong);
        if (type == typeof(string))
            return typed.Length == 0 && optional ? null : name.EndsWith("assword", StringComparison.Ordinal) ? posted.One(name) : typed;
        if (typed.Length == 0)
        {
            if (!optional)
                wrong.Add((name, page.Say("page.required", ("field", page.SayFirst(name, $"{Spec.Name}.{Plain(name)}", $"field.{Plain(name)}")))));
            return null;
        }
        return One(page, name, type, typed, wrong);
    }

    private static JsonNode? One(PageContext page, string name, Type type, string typed, List<(string, string)> wrong)
    {
        JsonNode? Wrong(string code)
        {
            wrong.Add((name, page.Say(code)));
            return null;
        }
        if (type == typeof(bool))
            return typed is "true" or "false" ? typed == "true" : Wrong("page.choose-one");
        if (type == typeof(int) || type == typeof(long))
            return long.TryParse(typed.InForm(System.Text.NormalizationForm.FormKC), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && (type == typeof(long) || whole == (int)whole) ? whole : Wrong("page.whole-number");
        if (type == typeof(decimal))
            return decimal.TryParse(typed.InForm(System.Text.NormalizationForm.FormKC), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var figure) ? figure : Wrong("page.number");
        if (type == typeof(DateOnly))
            return DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? typed : Wrong("page.day");
        if (type == typeof(DateTimeOffset))
            return DateTime.TryParseExact(typed, ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
                ? new DateTimeOffset(local, ChinaTime.Offset).ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : Wrong("page.instant");
        if (type.IsEnum)
            return Enum.GetNames(type).Contains(typed) ? JsonSerializer.SerializeToNode(Enum.Parse(type, typed), type, Json.Api) : Wrong("page.choose-one");
        if (type == typeof(JsonElement) || type == typeof(JsonNode))
            try
            {
                return JsonNode.Parse(typed);
            }
            catch (JsonException)
            {
                return Wrong("page.json");
            }
        return typed;
    }

    private static JsonArray List(PageContext page, Posted posted, string name, Type item, bool optional, List<(string, string)> wrong) =>
        [.. posted.All(name).SelectMany(v => v.Split('\n')).Select(v => v.Trim()).Where(v => v.Length > 0).Select(v => One(page, name, item, v, wrong))];

    private static JsonObject Map(Posted posted, string name) =>
        new(Enumerable.Range(0, posted.Rows(name))
            .Where(row => !posted.RowIsBlank(name, row))
            .Select(row => (Key: posted.One($"{name}[{row}].key").Trim(), Value: posted.One($"{name}[{row}].value")))
            .DistinctBy(pair => pair.Key)
            .Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value)));

    private JsonArray Table(PageContext page, Posted posted, string name, Type item, List<(string, string)> wrong) =>
        [.. Enumerable.Range(0, posted.Rows(name)).Where(row => !posted.RowIsBlank(name, row)).Select(row => Members(page, posted, $"{name}[{row}].", item, wrong))];

    private JsonObject Members(PageContext page, Posted posted, string prefix, Type type, List<(string, string)> wrong)
    {
        var members = new JsonObject();
        foreach (var parameter in ColumnsOf(type))
            if (Value(page, posted, prefix + NameOf(parameter), parameter.ParameterType, IsOptional(parameter), wrong) is var value && (value is not null || !parameter.HasDefaultValue))
                members[NameOf(parameter)] = value;
        return members;
    }

    /// <summary>A field's path without the numbers of rows.</summary>
    private static string Plain(string name) => System.Text.RegularExpressions.Regex.Replace(name, @"\[\d+\]", "");
}
