using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Registry.Pages;
using Registry.Platform;

namespace Registry.Audit;

/// <summary>The page of an exported file: everything in the order in which it happened, readable without the program and in print.</summary>
internal static class FilePage
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The page, in Chinese.</summary>
    public static string Write(string id, IReadOnlyList<FileEvent> events, IReadOnlyList<FilePart> parts, IReadOnlyList<(string Digest, string Why)> missing, DateTimeOffset now)
    {
        var page = new StringBuilder();
        var last = events.LastOrDefault(e => e.Facts.ContainsKey("ClusterName"))?.Facts;
        var title = $"{Say("audit.file.title")} {last?["ClusterName"]}";
        page.Append(Invariant, $"<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{Html.Encode(title)}</title>");
        page.Append("<style>body{font-family:sans-serif;line-height:1.6;max-width:60rem;margin:0 auto;padding:1rem}dl{display:grid;grid-template-columns:minmax(6rem,14rem) 1fr;gap:.2rem 1rem;margin:.3rem 0}dt{color:#444}dd{margin:0;overflow-wrap:anywhere}section{border-top:1px solid #999;padding-top:.5rem;break-inside:avoid-page}.q{color:#444}</style></head><body>");
        page.Append(Invariant, $"<h1>{Html.Encode(title)}</h1><p>{Html.Encode($"{last?["OrganisationName"]} {last?["Organisation"]}")}</p>");
        page.Append(Invariant, $"<p class=\"q\">{Html.Encode($"{Say("audit.file.exported")} {BeijingTime.Instant(now, Language.Zh)} · {id}")}</p><p>{Html.Encode(Say("audit.sealed-note"))}</p>");
        foreach (var e in events)
        {
            var act = e.Act;
            page.Append(Invariant, $"<section id=\"e-{act.Id:N}\"><h2>{Html.Encode(What(act.Kind))}</h2>");
            Line(page, [("audit.when", BeijingTime.Instant(act.At, Language.Zh)), ("audit.actor", act.Actor), ("audit.role", act.Role is { } role ? SayFirst(role, "enum.Roles." + role) : null), ("audit.on-behalf", act.OnBehalfOf), ("audit.stream", $"{act.Stream} · {act.Number}"), ("audit.definition", act.Definition), ("audit.request", act.Request), ("audit.event", act.Id.ToString("N"))]);
            Value(page, e.Facts);
            page.Append("</section>");
        }
        page.Append(Invariant, $"<section><h2>{Html.Encode(Say("audit.file.evidence"))}</h2><ul>");
        foreach (var part in parts.Where(p => p.Path.StartsWith(WholeFile.EvidenceFolder, StringComparison.Ordinal)))
            page.Append(Invariant, $"<li><a href=\"{Html.Encode(part.Path)}\" download>{Html.Encode(part.Path)}</a> {part.Size} B</li>");
        foreach (var (digest, why) in missing)
            page.Append(Invariant, $"<li>{Html.Encode($"{digest} {Say(why)}")}</li>");
        return page.Append("</ul></section></body></html>").ToString();
    }

    private static void Line(StringBuilder page, (string Label, string? Value)[] parts)
    {
        page.Append("<dl class=\"q\">");
        foreach (var (label, value) in parts.Where(p => !string.IsNullOrEmpty(p.Value)))
            page.Append(Invariant, $"<dt>{Html.Encode(Say(label))}</dt><dd>{Html.Encode(value!)}</dd>");
        page.Append("</dl>");
    }

    private static void Value(StringBuilder page, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                page.Append("<dl>");
                foreach (var (name, value) in map.Where(m => m.Value is not null))
                {
                    page.Append(Invariant, $"<dt>{Html.Encode(SayFirst(name, "field." + System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name)))}</dt><dd>");
                    Value(page, value);
                    page.Append("</dd>");
                }
                page.Append("</dl>");
                break;
            case JsonArray list:
                page.Append("<ol>");
                foreach (var item in list)
                {
                    page.Append("<li>");
                    Value(page, item);
                    page.Append("</li>");
                }
                page.Append("</ol>");
                break;
            default:
                page.Append(Html.Encode(node?.ToString() ?? ""));
                break;
        }
    }

    private static string What(string kind) => SayFirst(kind, "event." + kind);

    private static string Say(string code) => Texts.Of(Language.Zh, code);

    private static string SayFirst(string otherwise, string code) => Texts.Has(Language.Zh, code) ? Texts.Of(Language.Zh, code) : otherwise;
}
