using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace PublicSite;

/// <summary>Encodes for HTML, leaves Chinese as it is, and makes treacherous characters visible (see <see cref="Visible"/>).</summary>
internal sealed unsafe class VisibleHtmlEncoder : HtmlEncoder
{
    private static readonly HtmlEncoder Inner = Create(UnicodeRanges.All);

    public override int MaxOutputCharactersPerInputCharacter => Inner.MaxOutputCharactersPerInputCharacter;

    public override string Encode(string value) => Inner.Encode(Visible.Text(value));

    public override void Encode(TextWriter output, string value, int startIndex, int characterCount) =>
        Inner.Encode(output, Visible.Text(value.Substring(startIndex, characterCount)));

    public override void Encode(TextWriter output, char[] value, int startIndex, int characterCount) =>
        Inner.Encode(output, Visible.Text(new string(value, startIndex, characterCount)));

    public override int FindFirstCharacterToEncode(char* text, int textLength) => Inner.FindFirstCharacterToEncode(text, textLength);

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        Inner.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);

    public override bool WillEncode(int unicodeScalar) => Inner.WillEncode(unicodeScalar);
}
