using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Registry.Tests.Files;

/// <summary>Abuse cases 22 to 27: files made to harm whoever examines, keeps or opens them. Each goes up over HTTP as an applicant would send it.</summary>
public sealed class HostileFileTests(RegistryFixture registry) : IClassFixture<RegistryFixture>, IAsyncLifetime
{
    private Uploader uploader = null!;

    public async ValueTask InitializeAsync() => uploader = await (Shared ??= Uploader.StartAsync(registry));

    /// <summary>One draft for all of them: what is refused leaves nothing in it.</summary>
    private static Task<Uploader>? Shared;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Honest_files_of_all_five_kinds_are_taken()
    {
        Assert.Null(await uploader.SendAsync(MadeFiles.Pdf("规划"), "发展规划 2024.12.31.pdf"));
        Assert.Null(await uploader.SendAsync(MadeFiles.Png(), "厂区.PNG"));
        Assert.Null(await uploader.SendAsync(MadeFiles.Jpeg(), "证书.jpeg"));
        Assert.Null(await uploader.SendAsync(MadeFiles.Xlsx(), "企业名单.xlsx"));
        Assert.Null(await uploader.SendAsync(MadeFiles.Docx(("word/media/image1.png", MadeFiles.Png())), "说明.docx"));
        Assert.Null(await uploader.SendAsync(MadeFiles.Docx(("word/embeddings/Workbook1.xlsx", MadeFiles.Xlsx())), "带图表.docx"));
        Assert.Null(await uploader.SendAsync([.. MadeFiles.Jpeg(), 0, 0, .. MadeFiles.Jpeg()], "手机拍摄.jpg"));
    }

    [Fact]
    public async Task Abuse_22_bombs_are_found_by_counting_without_the_memory_that_they_would_take()
    {
        await BombAsync("evidence.bomb", MadeFiles.Xlsx(("xl/worksheets/sheet1.xml", new byte[300 * 1024 * 1024])));
        await BombAsync("evidence.bomb", MadeFiles.Xlsx([.. Enumerable.Range(0, 6).Select(i => ($"xl/worksheets/sheet{i}.xml", MadeFiles.Xml("<a/>" + new string(' ', 50 * 1024 * 1024))))]));
        await BombAsync("evidence.bomb", MadeFiles.Zip(Enumerable.Range(0, 100_000).Select(i => ($"{i}", Array.Empty<byte>()))));
        await BombAsync("evidence.bomb", Overlapping(1000, 1024 * 1024));
        await BombAsync("evidence.polyglot", Overlapping(100, 1024 * 1024));
        await BombAsync("evidence.bomb", Overlapping(3, 1024, claimed: long.MaxValue));
        var nested = MadeFiles.Docx();
        for (var level = 0; level < 5; level++)
            nested = MadeFiles.Docx(("word/embeddings/a.xlsx", nested));
        await BombAsync("evidence.active", nested);
        await BombAsync("evidence.bomb", MadeFiles.Png(20_000, 100, lines: 100_000));
    }

    [Fact]
    public async Task Abuse_23_an_archive_that_says_different_things_in_different_places_is_refused()
    {
        var honest = MadeFiles.Xlsx(("xl/a.xml", MadeFiles.Xml("<a/>" + new string(' ', 1_000_000))));
        var directory = MadeFiles.Find(honest, "PK\u0001\u0002"u8.ToArray(), last: true);

        await RefusedAsync("evidence.polyglot", Changed(honest, directory + 24, 10), "size in the directory");
        await RefusedAsync("evidence.polyglot", Changed(Changed(honest, directory + 24, 10), MadeFiles.Find(honest, "PK\u0003\u0004"u8.ToArray(), last: true) + 22, 10), "size in both heads");
        await RefusedAsync("evidence.polyglot", Changed(honest, directory + 16, 0x1234), "checksum");
        await RefusedAsync("evidence.polyglot", Changed(honest, MadeFiles.Find(honest, "PK\u0003\u0004"u8.ToArray(), last: true) + 30, 0x7A7A7A7A), "local name is another");
        await RefusedAsync("evidence.polyglot", [.. honest, .. "trailing"u8], "bytes behind");
        await RefusedAsync("evidence.polyglot", [.. honest, .. honest], "two directories");
        await RefusedAsync("evidence.type", [.. "leading"u8, .. honest], "bytes before");
        var begun = honest.ToArray();
        await RefusedAsync("evidence.polyglot", [.. begun[..directory], .. new byte[64], .. begun[directory..^6], .. BitConverter.GetBytes(directory + 64), 0, 0], "bytes between");
        var encrypted = Changed16(Changed16(honest, MadeFiles.Find(honest, "PK\u0003\u0004"u8.ToArray()) + 6, 1), MadeFiles.Find(honest, "PK\u0001\u0002"u8.ToArray()) + 8, 1);
        await RefusedAsync("evidence.encrypted", encrypted, "encrypted part");
        await RefusedAsync("evidence.damaged", honest[..^30], "cut off");
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("C:\\windows\\a.xml")]
    [InlineData("/xl/a.xml")]
    [InlineData("xl/con.txt")]
    [InlineData("xl/a\u202Efdp.xml")]
    [InlineData("xl/名单.xml")]
    [InlineData("xl/./a.xml")]
    public async Task Abuse_24_parts_with_names_that_lead_elsewhere_are_refused(string name) =>
        await RefusedAsync("evidence.damaged", MadeFiles.Xlsx((name, [1])), name);

    [Fact]
    public async Task Abuse_24_a_part_named_in_GBK_or_beyond_every_length_is_refused_and_an_upload_with_folders_in_its_name_is_kept_under_the_last()
    {
        await RefusedAsync("evidence.damaged", MadeFiles.Xlsx((new string('a', 300), [1])), "long");
        var gbk = MadeFiles.Xlsx(("xl/abcd.xml", [1]));
        for (var at = 0; (at = gbk.AsSpan().IndexOf("abcd"u8)) >= 0;)
            new byte[] { 0xC3, 0xFB, 0xB5, 0xA5 }.CopyTo(gbk, at);
        await RefusedAsync("evidence.damaged", gbk, "GBK");
        Assert.Null(await uploader.SendAsync(MadeFiles.Pdf("folders"), "../../规划.pdf"));
    }

    [Fact]
    public async Task Abuse_25_workbooks_that_run_fetch_or_swell_are_refused_and_a_huge_range_is_never_read()
    {
        await RefusedAsync("evidence.active", MadeFiles.Xlsx(("xl/vbaProject.bin", [1])), "macros");
        await RefusedAsync("evidence.active", MadeFiles.Xlsx(("xl/renamed.bin", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])), "macros under another name");
        await RefusedAsync("evidence.active", MadeFiles.Xlsx(("xl/externalLinks/externalLink1.xml", MadeFiles.Xml("<ddeLink ddeService=\"cmd\"/>"))), "DDE");
        await RefusedAsync("evidence.active", MadeFiles.Xlsx(("xl/_rels/workbook.xml.rels", MadeFiles.Xml("""<Relationships><Relationship Type="x/image" Target="http://example.org/a.png" TargetMode="External"/></Relationships>"""))), "picture from elsewhere");
        await RefusedAsync("evidence.active", MadeFiles.Docx(("word/header1.xml", MadeFiles.Xml("<x>DDEAUTO c:\\\\cmd.exe</x>"))), "DDE field");
        await RefusedAsync("evidence.active", MadeFiles.Docx(("word/embeddings/a.zip", MadeFiles.Zip([("a", [1])]))), "archive inside");
        await RefusedAsync("evidence.active", MadeFiles.Docx(("word/embeddings/a.exe", "MZ"u8.ToArray())), "program inside");
        await RefusedAsync("evidence.active", MadeFiles.Xlsx(("xl/sharedStrings.xml", Encoding.UTF8.GetBytes("<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><a>&d;</a>"))), "entities");
        await RefusedAsync("evidence.active", MadeFiles.Xlsx(("xl/sharedStrings.xml", Encoding.UTF8.GetBytes("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"))), "another file");
        await RefusedAsync("evidence.active", MadeFiles.Xlsx(("xl/a.xml", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("<!DOCTYPE a []><a/>")).ToArray())), "document type in UTF-16");
        await BombAsync("evidence.bomb", MadeFiles.Xlsx(("xl/sharedStrings.xml", MadeFiles.Xml("<sst>" + new string(' ', 270_000_000)))));
        await RefusedAsync("evidence.type", MadeFiles.Zip([("[Content_Types].xml", MadeFiles.Xml("<Types/>")), ("xl/workbook.xml", MadeFiles.Xml("<a/>"))]), "no type stated");
        await RefusedAsync("evidence.active", MadeFiles.Zip([("[Content_Types].xml", MadeFiles.Xml("""<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>""")), ("xl/workbook.xml", MadeFiles.Xml("<a/>"))]), "macro type");
        Assert.Null(await uploader.SendAsync(MadeFiles.Xlsx(
            ("xl/worksheets/sheet1.xml", MadeFiles.Xml("<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><f>cmd|'/C calc'!A0</f></c></row></sheetData></worksheet>")),
            ("xl/worksheets/_rels/sheet1.xml.rels", MadeFiles.Xml("""<Relationships><Relationship Type="x/hyperlink" Target="http://example.org/" TargetMode="External"/></Relationships>"""))), "大区域.xlsx"));
    }

    [Theory]
    [InlineData("""<w:fldSimple w:instr=" dde cmd /c calc"/>""")]
    [InlineData("""<w:fldSimple w:instr="&#68;DE&#9;cmd"/>""")]
    [InlineData("""<w:r><w:instrText>DDE cmd "/c calc"</w:instrText></w:r>""")]
    [InlineData("""<w:fldChar w:fldCharType="begin"/><w:r><w:instrText xml:space="preserve"> D</w:instrText></w:r><w:r><w:instrText>d</w:instrText></w:r><w:r><w:instrText><![CDATA[E]]> cmd</w:instrText></w:r><w:fldChar w:fldCharType="end"/>""")]
    [InlineData("""<w:instrText>QUOTE x </w:instrText><w:fldChar w:fldCharType="begin"/><w:instrText>ddeauto cmd</w:instrText><w:fldChar w:fldCharType="end"/>""")]
    public async Task Abuse_25_a_field_that_calls_a_program_is_refused_however_it_is_written(string field)
    {
        var part = $"""<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p>{field}</w:p></w:document>""";
        await RefusedAsync("evidence.active", MadeFiles.Docx(("word/header1.xml", MadeFiles.Xml(part))), field, "a.docx");
        await RefusedAsync("evidence.active", MadeFiles.Docx(("word/header1.xml", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(part)])), field, "a.docx");
    }

    [Fact]
    public async Task A_PDF_whose_comments_are_rich_text_is_taken() =>
        Assert.Null(await uploader.SendAsync(MadeFiles.Pdf(new string('x', 1024), trailer: "/RC(<?xml version=\"1.0\"?><body xmlns=\"http://www.w3.org/1999/xhtml\"><p>批注</p></body>)"), "批注.pdf"));

    [Fact]
    public async Task Honest_fields_and_texts_about_them_are_taken() =>
        Assert.Null(await uploader.SendAsync(MadeFiles.Docx(("word/header1.xml", MadeFiles.Xml(
            """<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:t>DDE 协议</w:t><w:fldSimple w:instr=" PAGE "/><w:instrText> TOC \o "1-3" \h PAGEREF _DDE1 HYPERLINK "http://dde.example"</w:instrText></w:document>"""))), "a.docx"));

    [Fact]
    public async Task Abuse_26_encrypted_and_double_PDFs_are_refused_and_what_is_kept_leaves_as_an_inert_attachment()
    {
        await RefusedAsync("evidence.encrypted", MadeFiles.Pdf(trailer: "/Encrypt 9 0 R"), "encrypted", "a.pdf");
        await RefusedAsync("evidence.encrypted", MadeFiles.Pdf(trailer: "/#45ncrypt 9 0 R"), "encrypted, written otherwise", "a.pdf");
        await RefusedAsync("evidence.polyglot", MadeFiles.Pdf("<html><script>alert(1)</script>"), "a page too", "a.pdf");
        await RefusedAsync("evidence.polyglot", MadeFiles.Pdf("<body onload=alert(1)>"), "a page's body where a reader looks first", "a.pdf");
        await RefusedAsync("evidence.polyglot", [.. MadeFiles.Pdf(), .. MadeFiles.Zip([("a", [1])])], "an archive behind", "a.pdf");
        var hidden = MadeFiles.Zip([("a", [1])]);
        BinaryPrimitives.WriteUInt16LittleEndian(hidden.AsSpan(hidden.Length - 2), 6);
        await RefusedAsync("evidence.polyglot", [.. "%PDF-1.7\n"u8, .. hidden, .. "%%EOF\n"u8], "an archive whose comment is the end of the PDF", "a.pdf");
        await RefusedAsync("evidence.type", [.. "MZ"u8, .. MadeFiles.Pdf()], "something before", "a.pdf");
        await RefusedAsync("evidence.polyglot", [.. MadeFiles.Pdf(), .. new byte[2000].Select(_ => (byte)'x')], "something behind", "a.pdf");
        await RefusedAsync("evidence.damaged", "%PDF-1.7\n1 0 obj"u8.ToArray(), "cut off", "a.pdf");

        var active = MadeFiles.Pdf("/OpenAction<</S/JavaScript/JS(app.alert(1))>> /Launch /EmbeddedFile");
        using var answer = await uploader.AnswerAsync(active, "动作.pdf");
        var sha256 = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["details"]!["sha256"]!.GetValue<string>();
        using var download = await uploader.DownloadAsync(sha256);
        Assert.Equal("application/octet-stream", download.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", download.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("动作.pdf", download.Content.Headers.ContentDisposition.FileNameStar);
        Assert.Equal("nosniff", download.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("default-src 'none'; sandbox", download.Headers.GetValues("Content-Security-Policy").Single());
        Assert.True(download.Headers.CacheControl!.NoStore);
        Assert.Equal(active, await download.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("a.pdf.exe")]
    [InlineData("a.pdf%00.exe")]
    [InlineData("a.exe.pdf")]
    [InlineData("a.exe%00.pdf")]
    [InlineData("a\u202Efdp.exe.pdf")]
    [InlineData("a\u200B.pdf")]
    [InlineData("a.jpg")]
    [InlineData("pdf")]
    [InlineData(".pdf")]
    public async Task Abuse_27_a_name_that_hides_what_the_file_is_is_refused(string name) => await RefusedAsync("evidence.name", MadeFiles.Pdf("name"), name, name);

    [Fact]
    public async Task Abuse_27_pictures_of_no_real_size_and_files_that_only_look_like_pictures_are_refused()
    {
        await BombAsync("evidence.bomb", MadeFiles.Png(50_000, 50_000), "a.png");
        await BombAsync("evidence.bomb", MadeFiles.Jpeg(60_000, 60_000), "a.jpg");
        await RefusedAsync("evidence.bomb", MadeFiles.Png(8, 8, lines: 100_000), "more picture than its head says", "a.png");
        await RefusedAsync("evidence.polyglot", MadeFiles.Png(text: "Comment\0<script>alert(1)</script>"u8.ToArray()), "a page in a text", "a.png");
        await RefusedAsync("evidence.polyglot", [.. MadeFiles.Png(), 1], "something behind", "a.png");
        await RefusedAsync("evidence.damaged", MadeFiles.Png()[..^4], "cut off", "a.png");
        await RefusedAsync("evidence.polyglot", MadeFiles.Jpeg(comment: "<html><body>"u8.ToArray()), "a page in a comment", "a.jpg");
        await RefusedAsync("evidence.polyglot", [.. MadeFiles.Jpeg(), .. MadeFiles.Zip([("a.class", [1])])], "an archive behind", "a.jpg");
        await RefusedAsync("evidence.polyglot", MadeFiles.Jpeg(comment: MadeFiles.Zip([("a.class", [1])])), "an archive in a comment", "a.jpg");
        await RefusedAsync("evidence.polyglot", MadeFiles.Jpeg(comment: MadeFiles.Pdf()), "a PDF in a comment", "a.jpg");
        await RefusedAsync("evidence.damaged", MadeFiles.Jpeg()[..^2], "cut off", "a.jpg");
        await RefusedAsync("evidence.type", "<html><script>alert(1)</script></html>"u8.ToArray(), "a page", "a.jpg");
        await RefusedAsync("evidence.type", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(), "SVG", "a.png");
        await RefusedAsync("evidence.type", [.. "GIF89a"u8, .. MadeFiles.Zip([("a.class", [1])])], "GIF and archive", "a.jpg");
        var eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
        foreach (var name in new[] { "a.pdf", "a.png", "a.xlsx", "a.txt", "a.com" })
            await RefusedAsync("evidence.infected", Encoding.ASCII.GetBytes(eicar), $"EICAR as {name}", name);
        await RefusedAsync("evidence.infected", MadeFiles.Pdf(eicar), "EICAR in a PDF", "a.pdf");
        await RefusedAsync("evidence.infected", MadeFiles.Png(text: Encoding.ASCII.GetBytes("Comment\0" + eicar)), "EICAR in a picture", "a.png");
        await RefusedAsync("evidence.infected", MadeFiles.Xlsx(("xl/media/a.txt", Encoding.ASCII.GetBytes(eicar + new string(' ', 60)))), "EICAR packed in a workbook");
        await RefusedAsync("evidence.encrypted", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[512], .. Encoding.Unicode.GetBytes("EncryptedPackage")], "encrypted workbook", "a.xlsx");
        await RefusedAsync("evidence.type", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[512]], "old workbook", "a.xlsx");
    }

    [Fact]
    public async Task Abuse_29_a_key_used_again_for_other_bytes_is_refused_and_what_was_stored_stays_as_its_hash_says()
    {
        var (first, second, key) = (MadeFiles.Pdf("first"), MadeFiles.Pdf("second"), Guid.NewGuid().ToString("N"));
        Assert.Null(await uploader.SendAsync(first, "a.pdf", key: key));
        Assert.Equal("command.key-reused", await uploader.SendAsync(second, "a.pdf", key: key));
        Assert.Null(await uploader.SendAsync(first, "a.pdf", key: key));
        using var kept = await uploader.DownloadAsync(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(first)));
        Assert.Equal(first, await kept.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private async Task RefusedAsync(string code, byte[] content, string what, string name = "a.xlsx")
    {
        var refused = await uploader.SendAsync(content, name);
        Assert.True(refused == code, $"{what}: {refused ?? "taken"} instead of {code}");
    }

    /// <summary>Refused, and examined without the memory that the unpacked content would take.</summary>
    private async Task BombAsync(string code, byte[] content, string name = "a.xlsx")
    {
        Assert.True(content.Length < 20 * 1024 * 1024);
        await RefusedAsync(code, content, $"{content.Length} bytes", name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(code, Registry.Platform.Files.Inspection.Of(content).Refusal?.Rule.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024 * 1024 + 4L * content.Length);
    }

    private static byte[] Changed(byte[] content, int at, int value)
    {
        var changed = content.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(at), value);
        return changed;
    }

    private static byte[] Changed16(byte[] content, int at, ushort value)
    {
        var changed = content.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(at), (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(changed.AsSpan(at)) | value));
        return changed;
    }

    /// <summary>Many parts of the directory that are all the same bytes.</summary>
    /// <param name="claimed">What the directory says in its wide field about the size of each, where that is something else.</param>
    private static byte[] Overlapping(int times, int size, long? claimed = null)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(new byte[size]);
        var archive = new MemoryStream();
        using var writer = new BinaryWriter(archive);
        writer.Write(0x04034b50);
        writer.Write([20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((int)packed.Length);
        writer.Write(size);
        writer.Write([1, 0, 0, 0, (byte)'a']);
        writer.Write(packed.ToArray());
        var directory = (int)archive.Length;
        for (var i = 0; i < times; i++)
        {
            var name = Encoding.ASCII.GetBytes($"{i}");
            writer.Write(0x02014b50);
            writer.Write([20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            writer.Write((int)packed.Length);
            writer.Write(claimed is null ? size : -1);
            writer.Write((ushort)name.Length);
            writer.Write((ushort)(claimed is null ? 0 : 12));
            writer.Write(new byte[14 - 2]);
            writer.Write(new byte[2]);
            writer.Write(name);
            if (claimed is { } wide)
            {
                writer.Write((ushort)1);
                writer.Write((ushort)8);
                writer.Write(wide);
            }
        }
        var length = (int)archive.Length - directory;
        writer.Write(0x06054b50);
        writer.Write(0);
        writer.Write((ushort)times);
        writer.Write((ushort)times);
        writer.Write(length);
        writer.Write(directory);
        writer.Write((ushort)0);
        return archive.ToArray();
    }
}
