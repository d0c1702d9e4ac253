using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Verify;

/// <summary>
/// What the site says of each cluster, notice, announcement and finding, in its data and on its pages, held against the fields that were opened from the
/// leaves. Two lists of the office that agree with each other prove nothing; this does.
/// </summary>
/// <param name="files">The paths that the site's manifest names.</param>
public sealed partial class PageCheck(Source site, SortedSet<string> files, Facts facts, Report report)
{
    private const string Name = "site.facts";
    private int compared;

    /// <summary>Compares all of them.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var said = new HashSet<string>();
        foreach (var (set, folder, check) in new (string, string, Func<string, string, JsonElement, IEnumerable<string?>>)[]
        {
            ("clusters", "cluster", Cluster), ("notices", "notice", Notice), ("announcements", "announcement", Announcement), ("findings", "finding", Finding),
        })
        {
            var path = $"data/v1/{set}.json";
            var data = files.Contains(path) && await site.ReadAsync(path, ct) is { } bytes ? Disclosures.Parse(bytes) : null;
            if (data is not { ValueKind: JsonValueKind.Object } whole || !whole.TryGetProperty("items", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                report.Break(Name, $"{path} 缺失或无法读取。", $"{path} is missing or cannot be read.");
                continue;
            }
            foreach (var item in list.EnumerateArray())
                if (OpenedField.Text(item, "id") is not { } id)
                    report.Break(Name, $"{path} 有一条没有编号。", $"A record of {path} has no id.");
                else
                {
                    var page = $"{folder}/{id}.html";
                    said.Add(page);
                    compared++;
                    await ShownAsync(folder, id, check(page, id, item).OfType<string>().ToHashSet(), ct);
                }
            foreach (var page in facts.Pages.Where(p => p.StartsWith(folder + "/", StringComparison.Ordinal) && !said.Contains(p)))
                report.Break(Name, $"{path} 没有 {page} 所依据的记录。", $"{path} has no record of what {page} rests on.");
        }
        if (!report.IsBroken(Name))
            report.Hold(Name, $"{compared} 项集群、公示、公告和认定结论的数据与页面都与日志披露的一致。", $"The data and pages of {compared} clusters, notices, announcements and findings say what the log discloses.");
    }

    private IEnumerable<string?> Cluster(string page, string id, JsonElement item)
    {
        var all = facts.On($"application/{id}").ToList();
        var recognised = all.LastOrDefault(f => f.Kind == "application-recognised" && f.Pages.Contains(page));
        if (recognised is null)
            return Lacks(page);
        var (renamed, changed) = (all.LastOrDefault(f => f.Kind == "cluster-renamed"), all.LastOrDefault(f => f.Kind == "operator-changed"));
        var revoked = all.LastOrDefault(f => f.Kind == "recognition-revoked");
        var until = all.Where(f => f.Kind is "application-recognised" or "recognition-rechecked").Select(f => f.Field("data.LastDay")).OfType<string>().LastOrDefault();
        var standing = OpenedField.Text(item, "standing");
        Same(page, "name", OpenedField.Text(item, "name"), renamed?.Field("data.To") ?? recognised.Field("data.Entry.ClusterName"));
        Same(page, "applicant", OpenedField.Text(item, "applicant"), changed?.Field("data.ToName") ?? recognised.Field("data.Entry.OrganisationName"));
        Same(page, "applicantCode", OpenedField.Text(item, "applicantCode"), changed?.Field("data.To") ?? recognised.Field("data.Entry.Organisation"));
        Same(page, "city", OpenedField.Text(item, "city"), recognised.Field("data.Entry.City"));
        Same(page, "industry", OpenedField.Text(item, "industry"), recognised.Field("data.Entry.Industry")?.ToLowerInvariant());
        Batch(page, item, recognised);
        if (standing == "recognised" || revoked is not null)
            Same(page, "since", OpenedField.Text(item, "since"), standing == "recognised" ? recognised.Field("data.Day") : standing == "revoked" ? revoked!.Field("data.Day") : OpenedField.Text(item, "since"));
        if (standing == "recognised")
            Same(page, "until", OpenedField.Text(item, "until"), until);
        else if (standing == "expired" ? Facts.Day(until) is not { } last || OpenedField.Text(item, "since") != Facts.Text(last.AddDays(1)) : standing != "revoked" || !all.Any(f => f.Kind is "recognition-revoked" or "revocation-announced"))
            report.Break(Name, $"{page} 的状态 {standing} 没有日志依据。", $"The standing {standing} of {page} has no fact in the log.");
        var told = Facts.Items(item, "timeline").Select(l => $"{OpenedField.Text(l, "kind")} {OpenedField.Text(l, "day")} {OpenedField.Text(l, "notice")}{OpenedField.Text(l, "text")}").ToList();
        var known = all.Select(f => (Line: Line(f), Here: f.Pages.Contains(page))).Where(l => l.Line is not null).ToList();
        foreach (var line in told.Where(l => known.TrueForAll(k => k.Line != l) && l != $"expired {until} "))
            report.Break(Name, $"{page} 的经过“{line}”没有日志依据。", $"A line of {page}'s history has no fact in the log: {line}");
        foreach (var (line, _) in known.Where(k => k.Here && !told.Contains(k.Line!)))
            report.Break(Name, $"{page} 的经过中缺少“{line}”。", $"{page}'s history lacks: {line}");
        return [OpenedField.Text(item, "name"), OpenedField.Text(item, "applicant"), .. all.Where(f => f.Kind == "objection-concluded").Select(f => f.Field("data.PublicReason")), recognised.Field("data.Number")];
    }

    /// <summary>A fact as a line of a cluster's history tells it: kind, day, and what it says.</summary>
    private static string? Line(Disclosure f) => f.Kind switch
    {
        "application-publicised" when Facts.Instant(f.Field("data.OpensAt")) is { } opens => $"publicity-opened {Facts.DayOf(opens):O} {f.Field("data.Publicity")}",
        "objection-concluded" when Facts.Instant(f.Field("time")) is { } at => $"objection-concluded {Facts.DayOf(at):O} {f.Field("data.PublicReason")}",
        "application-recognised" => $"recognised {f.Field("data.Day")} {f.Field("data.Number")}",
        "recognition-revoked" => $"revoked {f.Field("data.Day")} ",
        "revocation-announced" => $"revocation-announced {f.Field("data.Day")} {f.Field("data.Number")}",
        "recognition-rechecked" => $"rechecked {f.Field("data.Day")} {f.Field("data.PublicResult")}",
        "cluster-renamed" => $"renamed {f.Field("data.Day")} {f.Field("data.From")} → {f.Field("data.To")}：{f.Field("data.PublicReason")}",
        "operator-changed" => $"operator-changed {f.Field("data.Day")} {f.Field("data.FromName")} → {f.Field("data.ToName")}：{f.Field("data.PublicReason")}",
        _ => null,
    };

    private IEnumerable<string?> Notice(string page, string id, JsonElement item)
    {
        var all = facts.Of(page).Where(f => f.Field("stream") == $"publicity/{id}").ToList();
        var (opened, posted) = (all.FirstOrDefault(f => f.Kind == "publicity-opened"), all.FirstOrDefault(f => f.Kind == "posting-verified"));
        var attested = all.LastOrDefault(f => f.Kind == "notice-attested" && f.Field("data.PublicContent") is not null)?.Field("data.PublicContent")?.Split('\n');
        // A list from which something was struck before it was put up is not opened whole; what was attested stands for it.
        if (opened is null && posted is null)
            return Lacks(page);
        if ((opened?.Field("data.PublicTitle") ?? attested?[0]) is { } title)
            Same(page, "title", OpenedField.Text(item, "title")?.Trim(), title.Trim());
        if (opened is not null)
        {
            Same(page, "text", OpenedField.Text(item, "text"), opened.Field("data.PublicText"));
            Same(page, "textSha256", OpenedField.Text(item, "textSha256"), opened.Field("data.TextHash"));
            Batch(page, item, opened);
        }
        Windows(page, item);
        if (posted is not null && Facts.Instant(OpenedField.Text(item, "postedAt")) != Facts.Instant(posted.Field("data.PostedAt")))
            Same(page, "postedAt", OpenedField.Text(item, "postedAt"), posted.Field("data.PostedAt"));

        var entries = Facts.Items(item, "entries").Select(e => string.Join('\t', new[] { "id", "name", "city", "industry", "applicant" }.Select(n => OpenedField.Text(e, n)))).ToList();
        // The attested text has a line for each entry, its window's first and last day at the end; entries put up or changed since are disclosed one by one.
        var lines = attested?.Skip(1).Where(l => l.Count(c => c == '\t') == 6).Select(l => l.Split('\t')).Select(p => $"{p[0]}\t{p[1]}\t{p[2]}\t{p[3].ToLowerInvariant()}\t{p[4]}").ToList();
        var added = all.Where(f => f.Kind == "entry-added").Select(f => string.Join('\t', f.Number("data.Entry.Number"), f.Field("data.Entry.ClusterName"), f.Field("data.Entry.City"), f.Field("data.Entry.Industry")?.ToLowerInvariant(), f.Field("data.Entry.OrganisationName"))).ToList();
        var first = opened?.Value("data.Entries") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(Listed).ToList() : [];
        foreach (var entry in entries.Where(e => lines?.Contains(e) != true && !added.Contains(e) && (lines is not null || !first.Contains(e))))
            report.Break(Name, $"{page} 的一项“{entry}”没有日志依据。", $"An entry of {page} has no fact in the log: {entry}");
        foreach (var entry in (lines ?? first).Where(e => !entries.Contains(e) && added.Count == 0))
            report.Break(Name, $"{page} 缺少“{entry}”。", $"{page} lacks an entry: {entry}");

        var told = Facts.Items(item, "objections").Select(o => string.Join(' ', new[] { "number", "outcome", "concludedOn", "reason" }.Select(n => OpenedField.Text(o, n)))).Order().ToList();
        var known = facts.Of(page, "objection-concluded").Select(f =>
            $"{f.Field("data.Number")} {(f.Value("data.ConditionsMet")?.ValueKind == JsonValueKind.True ? "conditions-met" : "conditions-not-met")} {(Facts.Instant(f.Field("time")) is { } at ? Facts.Text(Facts.DayOf(at)) : "")} {f.Field("data.PublicReason")}").Order().ToList();
        Same(page, "objections", string.Join('\n', told), string.Join('\n', known));
        return [OpenedField.Text(item, "title"), .. entries.SelectMany(e => new[] { e.Split('\t')[1], e.Split('\t')[4] })];

        static string Listed(JsonElement e) => string.Join('\t', e.ValueKind == JsonValueKind.Object && e.TryGetProperty("Number", out var n) ? n.ToString() : "", OpenedField.Text(e, "ClusterName"), OpenedField.Text(e, "City"), OpenedField.Text(e, "Industry")?.ToLowerInvariant(), OpenedField.Text(e, "OrganisationName"));
    }

    /// <summary>The notice's own window, and the one that holds for each entry, are those that follow from what was opened.</summary>
    private void Windows(string page, JsonElement item)
    {
        var windows = new NoticeWindows(facts, page);
        var own = Said(item, "window");
        Compare("window", own, windows.Own);
        foreach (var entry in Facts.Items(item, "entries"))
            if (OpenedField.Text(entry, "id") is { } id && Checkpoint.Number(id) is { } number && windows.Of(number) is { } proved)
                Compare($"window {id}", entry.TryGetProperty("ownWindow", out var apart) && apart.ValueKind != JsonValueKind.Null ? Said(entry, "ownWindow") : own, proved);

        static (string? First, string? Last) Said(JsonElement thing, string name) =>
            thing.TryGetProperty(name, out var window) ? (OpenedField.Text(window, "firstDay"), OpenedField.Text(window, "lastDay")) : default;

        void Compare(string what, (string? First, string? Last) said, IReadOnlyList<Days> proved)
        {
            var known = proved.Select(d => (First: (string?)Facts.Text(d.First), Last: (string?)Facts.Text(d.Last))).ToList();
            if (!known.Contains(said))
                Same(page, what, $"{said.First}/{said.Last}", string.Join(' ', known.Select(k => $"{k.First}/{k.Last}")));
        }
    }

    private IEnumerable<string?> Announcement(string page, string id, JsonElement item)
    {
        if (facts.On($"announcement/{id}", "announcement-issued").LastOrDefault(f => f.Pages.Contains(page)) is not { } issued)
            return Lacks(page);
        Same(page, "documentNumber", OpenedField.Text(item, "documentNumber"), issued.Field("data.Number"));
        Same(page, "title", OpenedField.Text(item, "title"), issued.Field("data.PublicTitle"));
        Same(page, "date", OpenedField.Text(item, "date"), issued.Field("data.Day"));
        Same(page, "signatory", OpenedField.Text(item, "signatory"), issued.Field("data.PublicSignatory"));
        Same(page, "kind", OpenedField.Text(item, "kind"), issued.Field("data.Kind")?.ToLowerInvariant());
        Batch(page, item, issued);
        var told = Facts.Items(item, "entries").Select(e => string.Join('\t', new[] { "cluster", "name", "city", "industry", "applicant" }.Select(n => OpenedField.Text(e, n))));
        var known = issued.Value("data.Entries") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(e => string.Join('\t', OpenedField.Text(e, "Application"), OpenedField.Text(e, "ClusterName"), OpenedField.Text(e, "City"), OpenedField.Text(e, "Industry")?.ToLowerInvariant(), OpenedField.Text(e, "OrganisationName"))) : [];
        Same(page, "entries", string.Join('\n', told.Order()), string.Join('\n', known.Order()));
        return [OpenedField.Text(item, "documentNumber"), OpenedField.Text(item, "title"), .. Facts.Items(item, "entries").Select(e => OpenedField.Text(e, "name"))];
    }

    private IEnumerable<string?> Finding(string page, string id, JsonElement item)
    {
        var all = facts.Of(page).Where(f => f.Field("data.Finding") == id).ToList();
        if (all.FirstOrDefault(f => f.Kind == "finding-confirmed") is not { } confirmed)
            return Lacks(page);
        var rulings = all.Where(f => f.Kind == "ruling-recorded").ToList();
        foreach (var (name, field) in new[]
        {
            ("organisation", "OrganisationName"), ("creditCode", "Organisation"), ("whatWasFalse", "PublicWhatWasFalse"), ("clause", "Clause"), ("firstDay", "FirstDay"),
            ("decidingBody", "PublicDecidingBody"), ("decidedOn", "DecidedOn"), ("howToSeekReview", "PublicHowToSeekReview"),
        })
            Same(page, name, OpenedField.Text(item, name), confirmed.Field($"data.{field}"));
        Same(page, "lastDay", OpenedField.Text(item, "lastDay"), all.Where(f => f.Kind is "finding-confirmed" or "ban-term-counted" or "ruling-recorded").Select(f => f.Field("data.LastDay")).OfType<string>().LastOrDefault());
        Same(page, "standing", OpenedField.Text(item, "standing"), rulings.Count == 0 ? "in-force" : Outcome(rulings[^1].Field("data.Outcome")));
        var told = Facts.Items(item, "rulings").Select(r => string.Join(' ', new[] { "number", "date", "body", "outcome" }.Select(n => OpenedField.Text(r, n))));
        Same(page, "rulings", string.Join('\n', told.Order()), string.Join('\n', rulings.Select(r => $"{r.Field("data.Number")} {r.Field("data.DecidedOn")} {r.Field("data.PublicBody")} {Outcome(r.Field("data.Outcome"))}").Order()));
        Batch(page, item, confirmed);
        return [OpenedField.Text(item, "organisation"), OpenedField.Text(item, "whatWasFalse")];

        static string? Outcome(string? ruling) => ruling switch { "Upheld" => "upheld", "TermChanged" => "changed", "Rescinded" => "rescinded", _ => null };
    }

    /// <summary>The page and its further parts must show what was opened, in both languages: names, numbers and reasons are the same in each.</summary>
    private async Task ShownAsync(string folder, string id, IReadOnlySet<string> texts, CancellationToken ct)
    {
        foreach (var start in new[] { $"{folder}/{id}", $"en/{folder}/{id}" })
        {
            if (!files.Contains(start + ".html"))
            {
                report.Break(Name, $"没有页面 {start}.html。", $"There is no page {start}.html.");
                continue;
            }
            var text = new StringBuilder();
            foreach (var part in files.GetViewBetween(start, start + "\uffff").Where(f => Parts().Match(f[start.Length..]) is { Success: true } part && (folder == "notice" || !part.Groups[1].Success)))
                if (await site.ReadAsync(part, ct) is { } bytes)
                    text.Append(Plain(Encoding.UTF8.GetString(bytes))).Append('\n');
            var whole = text.ToString();
            foreach (var missing in texts.Where(t => !whole.Contains(Spaces().Replace(t, ""), StringComparison.Ordinal)))
                report.Break(Name, $"{start}.html 没有写明“{missing}”。", $"{start}.html does not say: {missing}");
        }
    }

    /// <summary>What a reader sees in the page's own part; its title, its frame, notes and programs say nothing.</summary>
    private static string Plain(string html)
    {
        html = Unseen().Replace(html, "");
        var (from, to) = (html.IndexOf("<main", StringComparison.Ordinal), html.LastIndexOf("</main>", StringComparison.Ordinal));
        return from < 0 || to < from ? "" : Spaces().Replace(WebUtility.HtmlDecode(Tags().Replace(html[from..to], "")), "");
    }

    private void Batch(string page, JsonElement item, Disclosure fact)
    {
        // The log names a batch with its programme before it.
        if (OpenedField.Text(item, "batch") is not { } batch || fact.Field("data.Batch")?.EndsWith("." + batch, StringComparison.Ordinal) != true)
            Same(page, "batch", OpenedField.Text(item, "batch"), fact.Field("data.Batch") ?? "?");
    }

    private void Same(string page, string what, string? said, string? proved)
    {
        if (said != proved)
            report.Break(Name, $"{page} 的 {what} 是“{said}”，日志披露的是“{proved}”。", $"{page} says {what} “{said}”; the log discloses “{proved}”.");
    }

    private IEnumerable<string?> Lacks(string page)
    {
        report.Break(Name, $"{page} 没有日志中的依据。", $"{page} rests on no fact in the log.");
        return [];
    }

    /// <summary>How the further parts of a page are named: <c>.p2.html</c>, and those of a notice's objections.</summary>
    [GeneratedRegex(@"^(\.objections)?(\.p[0-9]+)?\.html\z")]
    private static partial Regex Parts();

    [GeneratedRegex("<!--.*?-->|<(script|style|template)\\b.*?</\\1>", RegexOptions.Singleline)]
    private static partial Regex Unseen();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
