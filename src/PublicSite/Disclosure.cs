using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace PublicSite;

/// <summary>
/// Everything the public site may know. The site is a pure function of this value, the build day and the options: whatever has no
/// field here cannot become public. There is no field for a person, except the office contacts that the programme's own notice names.
/// </summary>
/// <remarks>
/// Ids are the last part of stable addresses: lower-case letters, digits and hyphens, never reused. Instants are UTC; days are Beijing days.
/// <c>AsOf</c> is the instant of the last public event that a record shows, so that an event elsewhere leaves its page untouched.
/// Optional lists may be left empty; their order does not matter, the site sorts by its own rules.
/// </remarks>
public sealed record Disclosure
{
    public required SiteInfo Site { get; init; }
    public IReadOnlyList<PublicBatch> Batches { get; init; } = [];
    public IReadOnlyList<PublicityNotice> Notices { get; init; } = [];
    public IReadOnlyList<Announcement> Announcements { get; init; } = [];
    public IReadOnlyList<PublicCluster> Clusters { get; init; } = [];
    public IReadOnlyList<EarlierList> EarlierLists { get; init; } = [];
    public IReadOnlyList<PublicFinding> Findings { get; init; } = [];
    public IReadOnlyList<Interpretation> Interpretations { get; init; } = [];

    /// <summary>What the experts gave, where a batch's definition publishes it; none where it does not.</summary>
    public IReadOnlyList<ReviewScores> Scores { get; init; } = [];

    /// <summary>Which leaves of the public log each page rests on. A page that is not shown keeps none.</summary>
    public IReadOnlyList<PageProof> Proofs { get; init; } = [];

    /// <summary>Pages that left the public: their address stays and says so, without a reason.</summary>
    public IReadOnlyList<Tombstone> Tombstones { get; init; } = [];

    /// <summary>Pages that moved: the old address leads to the new one.</summary>
    public IReadOnlyList<MovedPage> Moved { get; init; } = [];

    /// <summary>The settings with which a data set is written and read.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}

/// <summary>A text in Chinese and, where there is one, in English. Where English is missing the English pages show the Chinese, marked as Chinese.</summary>
public sealed record Bilingual(string Zh, string? En = null)
{
    public static implicit operator Bilingual(string zh) => new(zh);
}

/// <summary>Who publishes what.</summary>
public sealed record SiteInfo
{
    /// <summary>The programme, e.g. 山东省数字产业集群.</summary>
    public required Bilingual Programme { get; init; }

    /// <summary>The issuing body, e.g. 山东省工业和信息化厅.</summary>
    public required Bilingual IssuingBody { get; init; }

    /// <summary>The office contacts of the definition. The personal-data check lets exactly these through, and nothing else.</summary>
    public IReadOnlyList<OfficeContact> Contacts { get; init; } = [];

    /// <summary>The cities that the programme covers, in the order in which lists show them.</summary>
    public IReadOnlyList<City> Cities { get; init; } = [];

    /// <summary>Every industry that any batch lists, in the notice's order.</summary>
    public IReadOnlyList<Industry> Industries { get; init; } = [];

    /// <summary>The licence of the open data. Null means that the issuing body has not named one, and the page says so.</summary>
    public NamedLink? Licence { get; init; }

    /// <summary>True where the data was invented: every page then says 演示数据.</summary>
    public bool Demo { get; init; }

    /// <summary>The last public event of all.</summary>
    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>An office that answers the telephone. <paramref name="Name"/> is the name that the notice itself prints, if any.</summary>
/// <param name="Office">The office, e.g. 省工业和信息化厅电子信息产业处.</param>
public sealed record OfficeContact(string Office, string? Name = null, string? Phone = null, string? Mailbox = null, string? Address = null);

/// <summary>A city by its GB/T 2260 code, e.g. 370100 济南市.</summary>
public sealed record City(string Code, Bilingual Name);

/// <summary>An industry; the code is ours, lower case, part of an address.</summary>
public sealed record Industry(string Code, Bilingual Name);

/// <summary>A link to another site; only http and https are accepted.</summary>
public sealed record NamedLink(string Name, string Address);

/// <summary>Where a batch stands, in the order of the procedure.</summary>
public enum BatchStage { Announced, Applications, Recommendation, Screening, Review, Shortlist, Publicity, Recognition, Closed }

/// <summary>One batch of the programme as its notice and its definition describe it.</summary>
public sealed record PublicBatch
{
    /// <summary>The batch's key, e.g. <c>2025-2</c>.</summary>
    public required string Id { get; init; }
    public required Bilingual Title { get; init; }
    public required DateOnly NoticeDate { get; init; }
    public string? NoticeTitle { get; init; }
    public required BatchStage Stage { get; init; }

    /// <summary>The days that end a step, in order of time; each includes the day itself.</summary>
    public IReadOnlyList<Deadline> Deadlines { get; init; } = [];

    /// <summary>Codes of the industries that may apply.</summary>
    public IReadOnlyList<string> Industries { get; init; } = [];
    public IReadOnlyList<Quota> Quotas { get; init; } = [];
    public IReadOnlyList<CityDeadline> CityDeadlines { get; init; } = [];

    /// <summary>Places in all.</summary>
    public int? TotalPlaces { get; init; }
    public PublicityRule? Publicity { get; init; }
    public BanRule? Ban { get; init; }

    /// <summary>What the notice demands, clause by clause.</summary>
    public IReadOnlyList<ConditionText> Conditions { get; init; } = [];

    /// <summary>The points that the notice leaves open, each with our decision.</summary>
    public IReadOnlyList<OpenPoint> OpenPoints { get; init; } = [];
    public IReadOnlyList<RubricCriterion> Rubric { get; init; } = [];

    /// <summary>Where the rubric comes from, e.g. that it was derived and not published by the issuing body.</summary>
    public Bilingual? RubricNote { get; init; }

    /// <summary>Amendments and extensions, each with its reason.</summary>
    public IReadOnlyList<Amendment> Amendments { get; init; } = [];
    public string? DefinitionVersion { get; init; }
    public string? DefinitionHash { get; init; }
    public required DateTimeOffset AsOf { get; init; }
}

/// <summary>The last day of a step.</summary>
public sealed record Deadline(Bilingual What, DateOnly LastDay, string? Clause = null);

/// <summary>How many clusters a city may recommend.</summary>
public sealed record Quota(string City, int Places);

/// <summary>四(四): how long a shortlist is publicised and how the days are counted.</summary>
public sealed record PublicityRule(int WorkingDays, bool PostingDayCounts, string? Where = null);

/// <summary>五(三): for how many years an applicant that used false material may not apply again.</summary>
public sealed record BanRule(int Years);

/// <summary>A clause of the notice in its own words.</summary>
public sealed record ConditionText(string Clause, Bilingual Text);

/// <summary>A question that the notice leaves open, and our decision.</summary>
public sealed record OpenPoint(string Id, Bilingual Question, Bilingual Decision);

/// <summary>One criterion of the rubric with the greatest score it can give.</summary>
public sealed record RubricCriterion(Bilingual Name, decimal MaximumScore, Bilingual? Description = null);

/// <summary>A change of the rules after the batch was announced.</summary>
/// <param name="Reason">The reason, where one was written to be published.</param>
public sealed record Amendment(DateTimeOffset At, Bilingual What, string? Reason = null);

/// <summary>A city's own last day for its applicants, where it set an earlier one.</summary>
public sealed record CityDeadline(string City, DateOnly LastDay);
