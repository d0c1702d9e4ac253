using System.Globalization;
using PublicSite;

namespace PublicSite.Tests;

/// <summary>A full batch with invented clusters and organisations: 34 publicised, 31 recognised, 1 added later, 1 restricted applicant.</summary>
internal static class Sample
{
    public static readonly DateOnly DuringPublicity = new(2025, 9, 29);
    public static readonly DateOnly AfterRecognition = new(2025, 11, 20);

    public static readonly OfficeContact Office = new("示范省工业和信息化厅电子信息产业处", null, "0531-00000000", "office@example.invalid", "示范市府前街1号");

    private static readonly (string Code, string Zh, string En, int Places)[] CityTable =
    [
        ("370100", "济南市", "Jinan", 3), ("370200", "青岛市", "Qingdao", 3), ("370300", "淄博市", "Zibo", 2), ("370400", "枣庄市", "Zaozhuang", 2),
        ("370500", "东营市", "Dongying", 2), ("370600", "烟台市", "Yantai", 2), ("370700", "潍坊市", "Weifang", 2), ("370800", "济宁市", "Jining", 2),
        ("370900", "泰安市", "Tai'an", 2), ("371000", "威海市", "Weihai", 2), ("371100", "日照市", "Rizhao", 2), ("371300", "临沂市", "Linyi", 2),
        ("371400", "德州市", "Dezhou", 2), ("371500", "聊城市", "Liaocheng", 2), ("371600", "滨州市", "Binzhou", 2), ("371700", "菏泽市", "Heze", 2),
    ];

    private static readonly (string Code, string Zh, string En)[] IndustryTable =
    [
        ("ic", "集成电路", "Integrated circuits"), ("sw", "高端软件", "High-end software"), ("ac", "先进计算", "Advanced computing"), ("dt", "数字终端", "Digital terminals"),
        ("ai", "人工智能", "Artificial intelligence"), ("vr", "虚拟现实", "Virtual reality"), ("as", "空天信息", "Aerospace information"),
        ("cb", "云服务大数据", "Cloud services and big data"), ("ee", "能源电子", "Energy electronics"), ("em", "新型电子材料", "New electronic materials"),
    ];

    private static readonly string[] Names = ["云岫", "澄湖", "青禾", "岱北", "沐光", "远帆", "星垣", "拓微"];

    public static SiteInfo Site { get; } = new()
    {
        Programme = new("山东省数字产业集群", "Digital Industry Clusters of Shandong"),
        IssuingBody = new("山东省工业和信息化厅", "Department of Industry and Information Technology of Shandong"),
        Contacts = [Office],
        Cities = [.. CityTable.Select(c => new City(c.Code, new(c.Zh, c.En)))],
        Industries = [.. IndustryTable.Select(i => new Industry(i.Code, new(i.Zh, i.En)))],
        Demo = true,
        AsOf = At(2025, 11, 12, 10, 0),
    };

    private static readonly Lazy<Disclosure> full = new(Build);

    public static Disclosure Full => full.Value;

    public static Disclosure With(Func<Disclosure, Disclosure> change) => change(Full);

    public static Disclosure Empty { get; } = new() { Site = Site };

    public static DateTimeOffset At(int year, int month, int day, int hour, int minute) => new(year, month, day, hour, minute, 0, TimeSpan.FromHours(8));

    /// <summary>An invented code whose check character is right.</summary>
    public static string Code(int number)
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
        var body = "91370000MA" + number.ToString("D7", CultureInfo.InvariantCulture);
        return body + alphabet[(31 - weights.Select((w, i) => w * alphabet.IndexOf(body[i], StringComparison.Ordinal)).Sum() % 31) % 31];
    }

    /// <summary>34 clusters as they were publicised; the last three were not recognised with the others.</summary>
    private static List<PublicCluster> Clusters()
    {
        var clusters = new List<PublicCluster>();
        foreach (var (code, zh, _, places) in CityTable)
        {
            for (var place = 0; place < places; place++)
            {
                var n = clusters.Count;
                var industry = IndustryTable[n % IndustryTable.Length];
                clusters.Add(new()
                {
                    Id = $"c{(uint)((n + 1) * 2654435761):x8}",
                    Name = $"{zh.TrimEnd('市')}{Names[n % Names.Length]}{industry.Zh}产业集群",
                    City = code,
                    Industry = industry.Code,
                    Applicant = $"{zh.TrimEnd('市')}{Names[n % Names.Length]}产业园运营有限公司",
                    ApplicantCode = Code(1000 + n),
                    Batch = "2025-2",
                    Standing = ClusterStanding.Recognised,
                    Since = new(2025, 10, 20),
                    Timeline = Timeline,
                    AsOf = At(2025, 10, 20, 9, 30),
                });
            }
        }
        return clusters;
    }

    private static readonly IReadOnlyList<PublicEvent> Timeline =
    [
        new() { Day = new(2025, 9, 26), At = At(2025, 9, 26, 9, 0), Kind = PublicEventKind.PublicityOpened, Notice = "2025-2-shortlist" },
        new() { Day = new(2025, 10, 10), Kind = PublicEventKind.PublicityClosed },
        new() { Day = new(2025, 10, 20), Kind = PublicEventKind.Recognised, Announcement = "2025-2-recognition" },
    ];

    public static PublicityWindow Window { get; } = new()
    {
        PostingDay = new(2025, 9, 26),
        FirstDay = new(2025, 9, 26),
        LastDay = new(2025, 10, 9),
        Counted = [new(2025, 9, 26), new(2025, 9, 28), new(2025, 9, 29), new(2025, 9, 30), new(2025, 10, 9)],
        Skipped =
        [
            new(new(2025, 9, 27), SkipReason.Weekend),
            .. Enumerable.Range(1, 8).Select(d => new SkippedDay(new(2025, 10, d), SkipReason.Holiday, "国庆节、中秋节")),
        ],
        End = At(2025, 10, 10, 0, 0),
    };

    private static Disclosure Build()
    {
        var all = Clusters();
        var entries = all.Select((c, i) => new NoticeEntry { Id = $"e{i + 1}", Name = c.Name, City = c.City, Industry = c.Industry, Applicant = c.Applicant, Cluster = c.Id }).ToList();
        var upheld = all[^1];
        var late = all[^2] with
        {
            Since = new(2025, 11, 12),
            AsOf = At(2025, 11, 12, 10, 0),
            Timeline = [Timeline[0], Timeline[1], new() { Day = new(2025, 11, 12), Kind = PublicEventKind.Recognised, Text = "异议核实后补充认定", Announcement = "2025-2-supplementary" }],
        };
        var recognised = all.SkipLast(2).ToList();
        return new()
        {
            Site = Site,
            Batches = [Batch],
            Notices =
            [
                new()
                {
                    Id = "2025-2-shortlist", Batch = "2025-2", Title = "关于第二批山东省数字产业集群入围名单的公示",
                    Basis = ["《大力实施工业经济“头号工程”2025年行动方案》（鲁政办字〔2025〕27号）", "《关于加快实施“十大工程”推动新一代信息技术产业高质量发展的指导意见》（鲁政发〔2023〕11号）"],
                    Steps = ["各市推荐", "材料复审", "专家评审"],
                    Entries = entries, Window = Window, Issuer = "山东省工业和信息化厅", PostedAt = At(2025, 9, 26, 9, 0),
                    Objections =
                    [
                        new("2025-2-01", "e33", ObjectionOutcome.ConditionsMet, "经核实，规上企业数量和营业收入与申报材料一致，符合申报条件。", new(2025, 11, 5)),
                        new("2025-2-02", "e34", ObjectionOutcome.ConditionsNotMet, "经核实，主导产业规上企业数量达不到申报条件。", new(2025, 11, 6)),
                    ],
                    AsOf = At(2025, 11, 6, 15, 20),
                },
                new()
                {
                    Id = "2025-2-addition", Batch = "2025-2", Title = "关于第二批山东省数字产业集群入围名单补充名单的公示",
                    Entries = [new() { Id = "e1", Name = all[0].Name, City = all[0].City, Industry = all[0].Industry, Applicant = all[0].Applicant, Cluster = all[0].Id }],
                    Window = new()
                    {
                        PostingDay = new(2025, 11, 17), FirstDay = new(2025, 11, 17), LastDay = new(2025, 11, 21),
                        Counted = [.. Enumerable.Range(17, 5).Select(d => new DateOnly(2025, 11, d))], End = At(2025, 11, 22, 0, 0),
                        Redated = [new(At(2025, 11, 14, 17, 0), new(2025, 11, 14), new(2025, 11, 20), new(2025, 11, 17), new(2025, 11, 21), "网站维护，公示推迟发布。")],
                    },
                    Issuer = "山东省工业和信息化厅", PostedAt = At(2025, 11, 17, 8, 40), AsOf = At(2025, 11, 17, 8, 40),
                },
            ],
            Announcements =
            [
                new()
                {
                    Id = "2025-2-recognition", Batch = "2025-2", Kind = AnnouncementKind.Recognition, DocumentNumber = "鲁工信演示〔2025〕1号", Title = "关于公布第二批山东省数字产业集群名单的公告",
                    IndexNumber = "演示-2025-0001", Date = new(2025, 10, 20), PublishedAt = At(2025, 10, 20, 9, 30), Signatory = "山东省工业和信息化厅",
                    Basis = ["《第二批山东省数字产业集群申报通知》"], Entries = [.. recognised.Select(Announced)], AsOf = At(2025, 10, 20, 9, 30),
                },
                new()
                {
                    Id = "2025-2-supplementary", Batch = "2025-2", Kind = AnnouncementKind.Supplementary, DocumentNumber = "鲁工信演示〔2025〕2号", Title = "关于补充认定第二批山东省数字产业集群的公告",
                    Date = new(2025, 11, 12), PublishedAt = At(2025, 11, 12, 10, 0), Signatory = "山东省工业和信息化厅", Entries = [Announced(late)], AsOf = At(2025, 11, 12, 10, 0),
                },
            ],
            Clusters = [.. recognised, late],
            EarlierLists =
            [
                new()
                {
                    Id = "sister-2023", Programme = "示范项目产业集群", Round = "第一批", Date = "2023-10", Issuer = "示范发布单位", Status = EarlierListStatus.Publicised,
                    Completeness = Completeness.Fragment, Total = 15, AsOf = At(2025, 5, 14, 9, 0),
                    Entries = [new("示范跨市产业集群", ["370200", "370600", "371000"]), new("示范产业集群", ["370100"], "示范运营中心")],
                },
            ],
            Findings =
            [
                new()
                {
                    Id = "f-7d21", Organisation = "演示虚构园区运营有限公司", CreditCode = Code(9001), Batch = "2025-2", WhatWasFalse = "营业收入证明材料与审计报告不符", Clause = "五（三）",
                    FirstDay = new(2025, 8, 18), LastDay = new(2028, 8, 18), DecidingBody = "山东省工业和信息化厅", DecidedOn = new(2025, 8, 18), Standing = FindingStanding.InForce,
                    HowToSeekReview = "对本决定有异议的，可以自收到决定之日起5个工作日内向决定机关申请复核。", AsOf = At(2025, 8, 22, 16, 0),
                },
            ],
            Interpretations =
            [
                new() { Id = "window", Title = new("公示期为什么这样计算", "Why the window is counted this way"), Date = new(2025, 9, 26), AsOf = At(2025, 9, 26, 9, 0), Markdown = new("# 五个工作日\n\n调休上班日**计入**，节假日*不计入*。\n\n- 发布当日计入\n- 24:00 截止\n\n| 日 | 计入 |\n|---|---|\n| 9月28日 | 是 |\n") },
            ],
            Tombstones = [new(PageKind.Cluster, upheld.Id)],
        };
    }

    private static AnnouncementEntry Announced(PublicCluster c) => new(c.Name, c.City, c.Industry, c.Applicant, c.Id);

    private static PublicBatch Batch { get; } = new()
    {
        Id = "2025-2", Title = new("第二批山东省数字产业集群", "the second batch of Digital Industry Clusters"), NoticeDate = new(2025, 5, 14), NoticeTitle = "关于组织开展第二批山东省数字产业集群申报工作的通知",
        Stage = BatchStage.Closed, AsOf = At(2025, 11, 12, 10, 0), TotalPlaces = 34,
        Deadlines = [new(new("各市正式行文上报", "Formal report of the cities"), new(2025, 6, 20), "四（二）")],
        Industries = [.. IndustryTable.Select(i => i.Code)],
        Quotas = [.. CityTable.Select(c => new Quota(c.Code, c.Places))],
        Publicity = new(5, PostingDayCounts: true), Ban = new(3),
        Conditions = [new("三（二）", new("集群数字产业相关规上企业年营业收入总额50亿元以上，其中主导产业相关规上企业数量原则上不低于20家。", "Revenue of firms above designated size of 5 billion yuan or more, and in principle 20 such firms in the leading industry."))],
        OpenPoints = [new("posting-day", new("公示发布当日是否计入？", "Does the day of posting count?"), new("计入。", "Yes."))],
        Rubric = [new(new("规模效益", "Scale"), 30, new("营业收入和企业数量", "revenue and number of firms")), new(new("创新能力", "Innovation"), 30)],
        RubricNote = new("评分表由登记系统根据申报条件拟订，主管部门未公布。", "Derived from the conditions; the department has not published one."),
        Amendments = [new(At(2025, 6, 10, 9, 0), new("上报期限不变，说明“6月20日前”含当日。", "The deadline stands; 20 June is included."), "多地咨询。")],
        DefinitionVersion = "1", DefinitionHash = "9f2c7e0b6a41d5c3",
    };
}
