using System.IO.Compression;
using System.Text;
using Registry.Platform;

namespace Registry.Tests.Platform;

/// <summary>A workbook from a stranger: what it may hold and what it may cost.</summary>
public sealed class WorkbookTests
{
    [Fact]
    public void Texts_shared_texts_inline_texts_and_numbers_are_read_where_they_stand()
    {
        var read = Read("""<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t>丙</t></is></c></row><row r="5"><c r="B5"><v>12.5</v></c></row>""", shared: "<si><r><t>甲</t></r><r><t>乙</t></r></si>");
        Assert.Null(read.Refusal);
        Assert.Equal([(2, "甲乙||丙"), (5, "|12.5|")], read.Rows.Select(r => (r.Number, string.Join('|', r.Cells))));
    }

    [Theory]
    [InlineData("""<row><c t="s"><v>9</v></c></row>""")]
    [InlineData("""<row><c r="ZZZZZZZZ1"><v>1</v></c></row>""")]
    [InlineData("<row><c>")]
    public void Abuse_25_broken_sheets_are_refused(string rows) => Assert.Equal("workbook.unreadable", Read(rows).Refusal!.Rule.Code);

    [Fact]
    public void Abuse_25_each_cell_with_a_formula_or_more_than_a_cell_holds_is_named_and_nothing_is_taken()
    {
        var read = Read($"""<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="B3"><f>HYPERLINK("x")</f><v>1</v></c><c r="C3" t="inlineStr"><is><t>{new string('长', 5001)}</t></is></c></row><row r="4"><c r="A4" t="s"><v>0</v></c></row>""", shared: $"<si><t>{new string('长', 5001)}</t></si>");
        Assert.Equal("workbook.cells", read.Refusal!.Rule.Code);
        Assert.Equal([("B3", "workbook.formula"), ("C3", "workbook.long-cell"), ("A4", "workbook.long-cell")], read.Refusal.Errors.Select(e => (e.Field, e.Code)));
        Assert.Empty(read.Rows);
    }

    [Fact]
    public void How_a_word_is_spoken_is_no_part_of_it() =>
        Assert.Equal("東京", Read("""<row><c t="s"><v>0</v></c></row>""", shared: "<si><t>東京</t><rPh sb=\"0\" eb=\"2\"><t>とうきょう</t></rPh><phoneticPr fontId=\"1\"/></si>").Rows[0].Cells[0]);

    [Fact]
    public void Abuse_25_a_document_type_is_refused() =>
        Assert.Equal("workbook.unreadable", Read("<row><c><v>&a;</v></c></row>", prolog: """<!DOCTYPE x [<!ENTITY a "aaaa">]>""").Refusal!.Rule.Code);

    [Fact]
    public void Abuse_22_a_sheet_that_unpacks_to_a_great_size_is_refused() =>
        Assert.Equal("workbook.unreadable", Read($"<row><c><v>1</v></c></row><!--{new string('a', Workbook.LargestUnpacked)}-->").Refusal!.Rule.Code);

    [Fact]
    public void More_rows_or_columns_than_are_taken_are_refused()
    {
        Assert.Equal("workbook.too-large", Read(string.Concat(Enumerable.Repeat("<row><c><v>1</v></c></row>", 11))).Refusal!.Rule.Code);
        Assert.Null(Read(string.Concat(Enumerable.Repeat("<row><c><v>1</v></c></row>", 10)) + """<row r="11" ht="20"><c r="A11" s="1"/></row>""").Refusal);
        Assert.Equal("workbook.too-large", Read("""<row><c r="D1"><v>1</v></c></row>""").Refusal!.Rule.Code);
    }

    private static WorkbookRead Read(string rows, string shared = "", string prolog = "")
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "[Content_Types].xml", "<Types/>");
            Add(zip, "xl/workbook.xml", """<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet r:id="rId1"/></sheets></workbook>""");
            Add(zip, "xl/_rels/workbook.xml.rels", """<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>""");
            Add(zip, "xl/sharedStrings.xml", $"<sst>{shared}</sst>");
            Add(zip, "xl/worksheets/sheet1.xml", $"{prolog}<worksheet><sheetData>{rows}</sheetData></worksheet>");
        }
        return Workbook.Read(file.ToArray(), 10, 3);
    }

    private static void Add(ZipArchive zip, string name, string content)
    {
        using var part = zip.CreateEntry(name).Open();
        part.Write(Encoding.UTF8.GetBytes(content));
    }
}
