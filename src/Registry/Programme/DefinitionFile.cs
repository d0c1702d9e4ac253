using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Registry.Programme;

/// <summary>
/// Reads the definition of a batch from its file. The whole file is checked first: that it is JSON, that it obeys the
/// schema, that it holds together. Whoever gets a definition from here need not check it again.
/// </summary>
public static class DefinitionFile
{
    /// <summary>The definition of the second batch that comes with the program.</summary>
    public const string SecondBatch = "shandong-digital-clusters-2025.json";

    /// <summary>Far above any real definition; keeps a wrong file from being read at length.</summary>
    private const int LargestBytes = 4 * 1024 * 1024;

    private static readonly Lazy<JsonSchema> Schema = new(() => JsonSchema.Parse(SchemaText()));

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) }
    };

    /// <summary>Reads a definition from a path. A file that cannot be read is an error of line 0.</summary>
    public static DefinitionLoad Load(string path)
    {
        try
        {
            return new FileInfo(path).Length > LargestBytes
                ? DefinitionLoad.Refused(new DefinitionError(0, 0, "", "definition.too-large", $"文件超过 {LargestBytes / 1024 / 1024} MB，不是批次定义文件。"))
                : Load(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return DefinitionLoad.Refused(new DefinitionError(0, 0, "", "definition.unreadable", $"无法读取文件“{path}”：请检查路径和权限。"));
        }
    }

    /// <summary>Reads a definition from its exact bytes.</summary>
    public static DefinitionLoad Load(byte[] bytes)
    {
        // A byte order mark belongs to the hash but not to JSON.
        var text = bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        JsonPositions positions;
        JsonElement root;
        try
        {
            positions = JsonPositions.Read(text);
            root = JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException wrong)
        {
            return DefinitionLoad.Refused(SyntaxError(text, wrong));
        }
        if (positions.Unreadable.Count > 0)
            return DefinitionLoad.Refused([.. positions.Unreadable.Select(offset =>
                ErrorAt(positions.At(offset), "", "definition.encoding", "文字不是有效的 UTF-8，或有不完整的字符。"))]);

        var errors = positions.Repeated
            .Select(repeated => ErrorAt(positions.At(repeated.Offset), repeated.Pointer, "definition.repeated-member", "同一对象中重复出现的成员。"))
            .Concat(Schema.Value.Check(root).Select(wrong => ErrorAt(positions.Of(wrong.Pointer), wrong.Pointer, wrong.Code, wrong.Message)))
            .ToList();
        if (errors.Count > 0)
            return DefinitionLoad.Refused(InOrder(errors));

        var definition = root.Deserialize<CallDefinition>(Options)! with { Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        errors = DefinitionSemantics.Check(definition, root)
            .Select(wrong => ErrorAt(positions.Of(wrong.Pointer), wrong.Pointer, wrong.Code, wrong.Message)).ToList();
        return errors.Count > 0 ? DefinitionLoad.Refused(InOrder(errors)) : new DefinitionLoad(definition, [], bytes);
    }

    /// <summary>A definition that comes with the program, by file name.</summary>
    public static DefinitionLoad LoadBundled(string name) => Load(EmbeddedData.Bytes($"Definitions/{name}"));

    /// <summary>The JSON schema of definition files.</summary>
    public static byte[] SchemaText() => EmbeddedData.Bytes("Definitions/definition.schema.json");

    private static DefinitionError SyntaxError(byte[] text, JsonException wrong)
    {
        var line = (int)(wrong.LineNumber ?? 0);
        var lineStart = 0;
        for (var i = 0; i < line && lineStart < text.Length; i++)
            lineStart += text.AsSpan(lineStart).IndexOf((byte)'\n') + 1;
        var within = Math.Min((int)(wrong.BytePositionInLine ?? 0), text.Length - lineStart);
        return new DefinitionError(line + 1, System.Text.Encoding.UTF8.GetCharCount(text, lineStart, within) + 1, "", "definition.syntax",
            text.Length == 0 ? "文件是空的。" : "不是有效的 JSON：此处有语法错误（常见原因：少了或多了逗号、引号、括号）。");
    }

    private static DefinitionError ErrorAt((int Line, int Column) place, string pointer, string code, string message) =>
        new(place.Line, place.Column, pointer, code, message);

    private static DefinitionError[] InOrder(IEnumerable<DefinitionError> errors) => [.. errors.OrderBy(error => error.Line).ThenBy(error => error.Column)];
}

/// <summary>A definition, or every reason why the file holds none.</summary>
/// <param name="Source">The exact bytes that were read, of which the definition's hash is taken.</param>
public sealed record DefinitionLoad(CallDefinition? Definition, IReadOnlyList<DefinitionError> Errors, byte[] Source)
{
    public static DefinitionLoad Refused(params DefinitionError[] errors) => new(null, errors, []);

    /// <summary>The definition, where a wrong file would be a bug (the ones that come with the program).</summary>
    public CallDefinition Required() =>
        Definition ?? throw new InvalidOperationException("The definition is wrong: " + string.Join(" ", Errors));
}

/// <summary>One thing that is wrong with a definition file.</summary>
/// <param name="Line">From 1; 0 where no line can be named.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Pointer">JSON pointer of the value.</param>
/// <param name="Code">Stable code.</param>
/// <param name="Message">Why, in Chinese.</param>
public sealed record DefinitionError(int Line, int Column, string Pointer, string Code, string Message)
{
    public override string ToString() => $"第 {Line} 行第 {Column} 列 {Pointer} {Code}：{Message}";
}
