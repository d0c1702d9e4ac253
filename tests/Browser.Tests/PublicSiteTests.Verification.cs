using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Verify.Tests;

namespace Registry.BrowserTests;

/// <summary>The verification page: the published vectors run through its code in the browser, and a page and receipts of a small log are checked with it.</summary>
public sealed partial class PublicSiteTests
{
    private const string Vectors = """
        async files => {
          const v = globalThis.logVerifier, wrong = [];
          const bytes = text => text ? Uint8Array.from(atob(text), c => c.charCodeAt(0)) : new Uint8Array();
          const expect = (held, what) => { if (!held) wrong.push(what); };
          for (const p of files.merkle_inclusion_probes.probes)
            expect(p.wantErr !== await v.isIncluded(Number(p.leafIdx), Number(p.treeSize), bytes(p.leafHash), (p.proof ?? []).map(bytes), bytes(p.root)), p.file);
          for (const p of files.merkle_consistency_probes.probes)
            expect((p.wantErr || bytes(p.root1).length !== 32) !== await v.hasGrown(Number(p.size1), bytes(p.root1), Number(p.size2), bytes(p.root2), (p.proof ?? []).map(bytes)), p.file);
          for (const key of files.signed_note.verifier_keys.good) {
            expect(await v.parseKey(key), key);
            for (let i = 0; i < key.length; i++)
              for (const part of [key.slice(0, i), key.slice(i + 1)]) expect(!await v.parseKey(part), part);
          }
          for (const key of files.signed_note.verifier_keys.bad) expect(!await v.parseKey(key), key);
          for (const one of files.signed_note.open) {
            const note = v.parseNote(one.note ?? new TextDecoder().decode(bytes(one.note_base64)));
            const signers = note && await v.signedBy(note, await Promise.all(one.vkeys.map(v.parseKey)));
            expect((one.want === 'ok') === Boolean(signers), one.desc);
          }
          for (const one of files.checkpoint_parse.cases) expect(((one.strict32 ?? one.want) === 'ok') === Boolean(v.parseCheckpoint(one.body)), one.body);
          for (const one of files.tlog_proof_parse.marshal) expect(v.parseProof(one.want)?.index === BigInt(one.index), one.want);
          for (const one of files.tlog_proof_parse.reject) expect(!v.parseProof(one), one);
          const m = files.sunlight_mirror_300;
          for (const [note, key] of [['mirror_checkpoint', 'mirror_cosigner_vkey'], ['witness_checkpoint', 'witness_vkey'], ['witness2_checkpoint', 'witness2_vkey']])
            expect(await v.signedBy(v.parseNote(m[note]), [await v.parseKey(m[key])]), note);
          for (const text of ['0', '1', '9007199254740993', '9223372036854775807'])
            expect(v.parseCheckpoint(`o\n${text}\n${v.encode(new Uint8Array(32))}\n`)?.size === BigInt(text), text);
          for (const text of ['', '00', '01', '+1', '-1', '1.0', '1e3', ' 1', '9223372036854775808', '99999999999999999999'])
            expect(!v.parseCheckpoint(`o\n${text}\n${v.encode(new Uint8Array(32))}\n`), text);
          const twice = await v.parseKey(m.mirror_cosigner_vkey);
          expect((await v.signedBy(v.parseNote(m.mirror_checkpoint), [twice, { ...twice }]))?.length === 1, 'a key named twice');
          return wrong;
        }
        """;

    [Fact]
    public async Task TL_01_the_page_judges_every_published_vector_as_published()
    {
        await using var server = await ServeAsync(null);
        var page = await OpenAsync(server, "");
        var files = new[] { "merkle_inclusion_probes", "merkle_consistency_probes", "signed_note", "checkpoint_parse", "tlog_proof_parse", "sunlight_mirror_300" }
            .ToDictionary(f => f, f => JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "vectors", f + ".json"))));
        Assert.Empty(await page.EvaluateAsync<string[]>($"async text => ({Vectors})(JSON.parse(text))", new JsonObject(files.Select(f => KeyValuePair.Create(f.Key, f.Value))).ToJsonString()));
    }

    [Fact]
    public async Task The_page_checks_another_page_and_says_so_when_a_fact_was_changed()
    {
        using var log = new Published();
        var leaf = log.Add("application-recognised", ("data.Entry.ClusterName", "甲集群"));
        log.WriteLog();
        log.Disclose((leaf, ["data.Entry.ClusterName"], ["cluster/a.html"]));
        void Write(string page, string title = "")
        {
            foreach (var (path, text) in Published.InBothLanguages("cluster/a.html", page))
                log.WriteText(path, $"<!doctype html>{title}{text}");
        }
        Write("<h1>甲<b>集群</b></h1>");
        await using var server = await ServeAsync(log.Folder);
        foreach (var edition in new[] { "", "en/" })
        {
            var page = await OpenAsync(server, edition);
            await page.FillAsync("[name=page]", "cluster/a.html");
            await page.ClickAsync("#verifier button");
            await page.Locator(".findings .holds").Nth(2).WaitForAsync();
            Assert.Equal(0, await page.Locator(".findings .broken").CountAsync());
            Assert.Equal("sound", await OutcomeAsync(page));
            await page.FillAsync("[name=page]", "cluster/b.html");
            await page.ClickAsync("#verifier button");
            await page.Locator(".findings li.open").WaitForAsync();
        }
        async Task IsBrokenAsync()
        {
            var renamed = await OpenAsync(server, "", "?page=cluster/a.html");
            await renamed.Locator(".findings .broken").First.WaitForAsync();
            Assert.Equal("broken", await OutcomeAsync(renamed));
        }
        Write("<h1>乙集群</h1>");
        await IsBrokenAsync();
        // What stands outside the page's own part, or in it as a program, says nothing to a reader; nor does a page that is right in one language alone.
        Write("<h1>乙集群</h1><script type='text/plain'>甲集群</script>", "<p>甲集群</p>");
        await IsBrokenAsync();
        Write("<h1>甲集群</h1>");
        log.WriteText("en/cluster/a.html", "<!doctype html><main>乙集群</main>");
        await IsBrokenAsync();
        Write("<h1>甲集群</h1>");
        log.WriteText($"log/disclosures/{leaf}.json", log.ReadText($"log/disclosures/{leaf}.json").Replace("\\u7532", "\\u4E59", StringComparison.Ordinal));
        var again = await OpenAsync(server, "", "?page=cluster/a.html");
        await again.Locator(".findings .broken").First.WaitForAsync();
    }

    [Fact]
    public async Task The_page_checks_a_receipt_and_sends_nothing_of_it_anywhere()
    {
        using var log = new Published();
        var leaf = log.Add("objection-filed", ("data.Number", "JJ-1"));
        log.Add("another");
        log.WriteLog();
        await using var server = await ServeAsync(log.Folder);
        var page = await OpenAsync(server, "");
        var sent = new List<string>();
        page.Request += (_, request) => sent.Add($"{request.Method} {request.Url} {request.PostData}");
        async Task ChooseAsync(JsonObject receipt) =>
            await page.SetInputFilesAsync("#receipt", new FilePayload { Name = "receipt.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(receipt.ToJsonString()) });
        await ChooseAsync(log.Receipt(leaf, "data.Number"));
        await page.Locator(".findings .holds").Nth(3).WaitForAsync();
        Assert.Equal(0, await page.Locator(".findings .broken").CountAsync());
        Assert.Equal("sound", await OutcomeAsync(page));
        // What is not in the log yet, or under no checkpoint, is not proved though nothing is wrong with it.
        var (uncovered, early) = (log.Receipt(leaf, "data.Number"), log.Receipt(leaf, "data.Number"));
        uncovered["proof"] = null;
        early["digests"] = new JsonArray([.. early["entry"]!.GetValue<string>().Split('\n')[5..^1].Select(d => (JsonNode)d)]);
        (early["leaf"], early["entry"], early["proof"]) = (null, null, null);
        foreach (var waits in new[] { uncovered, early })
        {
            await ChooseAsync(waits);
            await page.Locator(".findings li.open").WaitForAsync();
            Assert.Equal("unproved", await OutcomeAsync(page));
        }
        await ChooseAsync(new JsonObject { ["format"] = "sdreg-receipt/v1", ["origin"] = "x", ["keys"] = new JsonArray(log.Key) });
        await page.Locator(".findings .broken").First.WaitForAsync();
        var changed = log.Receipt(leaf, "data.Number");
        changed["fields"]![1]!["value"] = "JJ-2";
        await ChooseAsync(changed);
        await page.Locator(".findings .broken").First.WaitForAsync();
        Assert.Contains(sent, s => s.TrimEnd().EndsWith("/log/key", StringComparison.Ordinal));
        Assert.All(sent, s => Assert.Matches("^GET http://[^/]+/(log/key|log/retired|assets/icon[.]svg) $", s));
    }

    /// <summary>Which of its outcomes the page names.</summary>
    private static async Task<string> OutcomeAsync(IPage page) => await page.EvaluateAsync<string>(
        "() => { const v = document.querySelector('#verifier'), words = JSON.parse(v.dataset.words), said = v.querySelector('[role=status]').textContent; return Object.keys(words).find(w => words[w] === said); }");

    /// <summary>The site with a log beside it, as the registry serves them.</summary>
    private async Task<WebApplication> ServeAsync(string? log)
    {
        Assert.SkipWhen(browser is null, "no Chromium");
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        if (log is not null)
            server.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(log), ServeUnknownFileTypes = true });
        server.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(Root), ServeUnknownFileTypes = true });
        await server.StartAsync(Ct);
        return server;
    }

    private async Task<IPage> OpenAsync(WebApplication server, string edition, string query = "")
    {
        var page = await browser!.NewPageAsync();
        await page.GotoAsync($"{server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}/{edition}verification.html{query}");
        return page;
    }
}
