using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Registry.Platform.Commands;

namespace Registry.Platform.Files;

/// <summary>
/// The fields of a document's part. One whose instruction is DDE or DDEAUTO, in whatever case and over however many runs it is written, starts another
/// program when the document is opened.
/// </summary>
internal static partial class FieldCheck
{
    /// <summary>Most bytes of a part with fields, and most characters of one field's instruction. A thesis of five hundred pages has some ten million bytes.</summary>
    private const int MostBytes = 64 * 1024 * 1024, MostInstruction = 256 * 1024;

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>Why the part is not taken, or null. Its real size was counted before.</summary>
    public static Refusal? Check(ZipPart part)
    {
        if (part.Size > MostBytes)
            return Inspection.TooMuch();
        using var packed = new MemoryStream(part.Packed.ToArray(), writable: false);
        using Stream plain = part.Method == 8 ? new DeflateStream(packed, CompressionMode.Decompress) : packed;
        try
        {
            using var xml = XmlReader.Create(plain, Strict);
            return Wrong(xml);
        }
        catch (XmlException)
        {
            return FileRules.Damaged.Refuse();
        }
    }

    private static Refusal? Wrong(XmlReader xml)
    {
        // The instruction so far of the field that the reader stands in: runs follow one another, and a mark begins, divides or ends a field.
        var instruction = new StringBuilder();
        var inside = false;
        while (xml.Read())
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when xml.LocalName is "instrText" or "delInstrText":
                    inside = !xml.IsEmptyElement;
                    break;
                case XmlNodeType.EndElement when xml.LocalName is "instrText" or "delInstrText":
                    inside = false;
                    break;
                case XmlNodeType.Element when xml.LocalName == "fldChar":
                    if (CallsProgram(instruction.ToString()))
                        return FileRules.Active.Refuse();
                    instruction.Clear();
                    break;
                case XmlNodeType.Element when xml.LocalName == "fldSimple":
                    while (xml.MoveToNextAttribute())
                        if (xml.LocalName == "instr" && CallsProgram(xml.Value))
                            return FileRules.Active.Refuse();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when inside:
                    instruction.Append(xml.Value);
                    if (instruction.Length > MostInstruction)
                        return Inspection.TooMuch();
                    break;
            }
        return CallsProgram(instruction.ToString()) ? FileRules.Active.Refuse() : null;
    }

    private static bool CallsProgram(string instruction) => Dde().IsMatch(instruction);

    [GeneratedRegex(@"(?<!\S)DDE(AUTO)?(?![\p{L}\p{N}_])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Dde();
}
