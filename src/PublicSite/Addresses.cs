namespace PublicSite;

/// <summary>
/// Every address of the site, relative to its root. Addresses are stable for ever: they are built from ids and codes,
/// never from names or from a position in a list, and are all lower case.
/// </summary>
public static class Addresses
{
    public const string Home = "index.html";
    public const string Notices = "notices/index.html";
    public const string Announcements = "announcements/index.html";
    public const string Register = "clusters/index.html";
    public const string Earlier = "earlier/index.html";
    public const string Findings = "findings/index.html";
    public const string Procedure = "procedure.html";
    public const string HowToObject = "how-to-object.html";
    public const string Verification = "verification.html";
    public const string Statistics = "statistics.html";
    public const string Interpretations = "interpretations/index.html";
    public const string Search = "search.html";
    public const string SearchFolder = "pagefind/";
    public const string SearchScript = "assets/search.js";
    public const string Withheld = "data/withheld.html";
    public const string Data = "data/index.html";
    public const string Feed = "feed.xml";
    public const string Stylesheet = "assets/site.css";
    public const string Script = "assets/site.js";
    public const string VerifierScript = "assets/verify.js";
    public const string Icon = "assets/icon.svg";
    public const string DataFolder = "data/v1/";
    public const string ChangesFolder = DataFolder + "changes/";
    public const string SchemaFolder = DataFolder + "schema/";
    public const string CheckSums = DataFolder + "SHA256SUMS";

    /// <summary>The public log. It lies beside the site, not in it: its files come and go on their own.</summary>
    public const string LogFolder = "log/";
    public const string Manifest = "manifest.json";

    public static string Of(PageKind kind, string id) => $"{Folder(kind)}/{id}.html";

    /// <summary>The record behind a page, as JSON.</summary>
    public static string Twin(PageKind kind, string id) => $"{DataFolder}{Folder(kind)}/{id}.json";

    /// <summary>The exact text of a notice, byte for byte.</summary>
    public static string TextOf(string notice) => $"{Folder(PageKind.Notice)}/{notice}.txt";

    /// <summary>Concluded objections that find no room on the page of their notice; the first part stands there.</summary>
    public static string ObjectionsOf(string notice) => $"notice/{notice}.objections.html";

    public static string BatchOf(string id) => $"batch/{id}.html";

    /// <summary>The parts of a selection in a fixed order, divided by dots: <c>clusters/city-370100.industry-ic.html</c>.</summary>
    public static string RegisterOf(RegisterFilter filter) => filter.IsAll ? Register : $"clusters/{filter.Slug}.html";

    /// <summary>The further pages of a long list: <c>clusters/index.p2.html</c>. Ids hold no dot, so nothing can collide.</summary>
    public static string Page(string address, int number) => number == 1 ? address : $"{address[..^".html".Length]}.p{number}.html";

    private static string Folder(PageKind kind) => kind switch
    {
        PageKind.Notice => "notice",
        PageKind.Announcement => "announcement",
        PageKind.Cluster => "cluster",
        PageKind.Finding => "finding",
        PageKind.EarlierList => "list",
        PageKind.Interpretation => "interpretation",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
