using System.Globalization;

namespace PublicSite;

/// <summary>A flat table of the open data: what CSV and XLSX hold and the data dictionary explains.</summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Columns">Names of the columns; each has its words under <c>dictionary.…</c> in every language.</param>
/// <param name="Invented">Whether the rows are invented where the site shows a demonstration; the earlier lists are real.</param>
/// <param name="Usual">Whether there is a file even when it has no rows.</param>
public sealed record OpenDataSet(
    string Name, IReadOnlyList<string> Columns, Func<SiteView, IEnumerable<IReadOnlyList<string?>>> Rows, bool Invented = true, bool Usual = true)
{
    /// <summary>The last column of every table: a row that leaves its file still says that it was invented.</summary>
    public const string DemoColumn = "demo";

    public IReadOnlyList<string> AllColumns => [.. Columns, DemoColumn];

    public IEnumerable<IReadOnlyList<string?>> AllRows(SiteView site)
    {
        var mark = site.Site.Demo && Invented ? Words.Chinese["demo.mark"] : "";
        return Rows(site).Select(row => (IReadOnlyList<string?>)[.. row, mark]);
    }
}

public static class OpenDataSets
{
    public static readonly IReadOnlyList<OpenDataSet> All =
    [
        new("clusters", ["id", "name", "cityCode", "city", "industry", "applicant", "applicantCode", "batch", "standing", "since", "until", "asOf"],
            site => site.Clusters.Select(c => Row(c.Id, c.Name, c.City, site.City(c.City).Name.Zh, site.Industry(c.Industry).Name.Zh, c.Applicant, c.ApplicantCode, c.Batch,
                Words.Chinese.Of(c.Standing), Day(c.Since), Day(c.Until), Instant(c.AsOf)))),
        new("events", ["cluster", "day", "event", "text", "notice", "announcement"],
            site => site.Clusters.SelectMany(c => c.Timeline.Select(e => Row(c.Id, Day(e.Day), Words.Chinese.Of(e.Kind), e.Text, e.Notice, site.Announcement(e.Announcement)?.DocumentNumber)))),
        new("notices", ["notice", "title", "batch", "firstDay", "lastDay", "end", "issuer", "entry", "name", "cityCode", "city", "industry", "applicant", "cluster"],
            site => site.Notices.SelectMany(n => n.Entries.Select(e => Row(n.Id, n.Title, n.Batch, Day((e.OwnWindow ?? n.Window).FirstDay), Day((e.OwnWindow ?? n.Window).LastDay),
                Instant((e.OwnWindow ?? n.Window).End), n.Issuer, e.Id, e.Name, e.City, site.City(e.City).Name.Zh, site.Industry(e.Industry).Name.Zh, e.Applicant, site.Cluster(e.Cluster)?.Id)))),
        new("objections", ["number", "notice", "entry", "outcome", "reason", "concludedOn"],
            site => site.Notices.SelectMany(n => n.Objections.OrderBy(o => o.ConcludedOn).ThenBy(o => o.Number, StringComparer.Ordinal)
                .Select(o => Row(o.Number, n.Id, o.Entry, Words.Chinese.Of(o.Outcome), o.Reason, Day(o.ConcludedOn))))),
        new("announcements", ["announcement", "documentNumber", "title", "kind", "date", "signatory", "batch", "name", "cityCode", "city", "industry", "applicant", "cluster"],
            site => site.Announcements.SelectMany(a => a.Entries.Select(e => Row(a.Id, a.DocumentNumber, a.Title, Words.Chinese.Of(a.Kind), Day(a.Date), a.Signatory, a.Batch,
                e.Name, e.City, site.City(e.City).Name.Zh, site.Industry(e.Industry).Name.Zh, e.Applicant, site.Cluster(e.Cluster)?.Id)))),
        new("findings", ["id", "organisation", "creditCode", "batch", "whatWasFalse", "clause", "firstDay", "lastDay", "decidingBody", "decidedOn", "howToSeekReview", "standing", "asOf"],
            site => site.Findings.Select(f => Row(f.Id, f.Organisation, f.CreditCode, f.Batch, f.WhatWasFalse, f.Clause, Day(f.FirstDay), Day(f.LastDay), f.DecidingBody,
                Day(f.DecidedOn), f.HowToSeekReview, Words.Chinese.Of(f.Standing), Instant(f.AsOf)))),
        new("lists", ["list", "programme", "round", "listDate", "issuer", "status", "completeness", "position", "name", "cityCodes", "cities", "operator"],
            site => site.EarlierLists.SelectMany(l => l.Entries.Select((e, i) => Row(l.Id, l.Programme, l.Round, l.Date, l.Issuer, Words.Chinese.Of(l.Status),
                Words.Chinese.Of(l.Completeness), (i + 1).ToString(CultureInfo.InvariantCulture), e.Name, string.Join('|', e.Cities), string.Join('|', e.Cities.Select(c => site.City(c).Name.Zh)), e.Operator))), Invented: false),
        new("scores", ["batch", "group", "rank", "aggregate", "passes", "listed", "notice", "entry", "expert", "criterion", "points"],
            site => from s in site.Scores
                    from a in s.Applications
                    from sheet in a.Sheets
                    from criterion in s.Rule.Criteria
                    select Row(s.Batch, s.Group, Figure(a.Rank), Figure(a.Aggregate), YesNo(a.Passes), YesNo(a.Listed), a.Notice, a.Entry, sheet.Expert, criterion,
                        sheet.Points.TryGetValue(criterion, out var points) ? Figure(points) : null), Usual: false),
        new("tombstones", ["tombstone"], site => site.Tombstones.Select(t => Row(t.Id))),
    ];

    /// <summary>The tables that this site has: scores only where some are published.</summary>
    public static IEnumerable<OpenDataSet> Of(SiteView site) => All.Where(s => s.Usual || s.Rows(site).Any());

    private static string Figure(decimal value) => value.ToString(CultureInfo.InvariantCulture);
    private static string YesNo(bool value) => value ? "是" : "否";

    private static string?[] Row(params string?[] cells) => cells;
    private static string Day(DateOnly day) => BeijingTime.Iso(day);
    private static string? Day(DateOnly? day) => day is { } value ? BeijingTime.Iso(value) : null;
    private static string Instant(DateTimeOffset instant) => BeijingTime.Rfc3339(instant);
}
