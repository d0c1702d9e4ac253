namespace Registry.Programme;

/// <summary>四(三): the score sheet.</summary>
/// <param name="Origin">Where the rubric comes from; ours says that the programme's own was not published.</param>
/// <param name="Total">The sum of the criteria's points.</param>
public sealed record Rubric(Words Origin, decimal Total, IReadOnlyList<Criterion> Criteria);

/// <param name="Condition">Id of the condition that the criterion follows.</param>
/// <param name="Most">Most points; the least are none.</param>
/// <param name="Step">Points are multiples of it.</param>
public sealed record Criterion(string Key, string Condition, Words Title, Words Guidance, decimal Most, decimal Step, bool CommentRequired);

/// <summary>四(三): who sits on a panel and how its scores become one figure.</summary>
/// <param name="Fields">The fields by which experts are called in, industries and others.</param>
/// <param name="Minimum">Fewest sheets from which an aggregate is computed for an application.</param>
/// <param name="LoadLimit">Most applications that one expert scores in the batch.</param>
/// <param name="Decimals">Places to which an aggregate is rounded, half away from zero.</param>
/// <param name="GroupMinimums">Groups of criteria that need so many points whatever the total.</param>
/// <param name="TieBreak">Criteria that decide between equal aggregates, in this order; still equal shares the rank.</param>
/// <param name="ReviseWorkingDays">Working days in which a panel may revise after an on-site check.</param>
/// <param name="PublishScores">Whether scores become open data, behind pseudonyms, with the list of recognised clusters.</param>
/// <param name="Groups">Industries whose panel has other numbers; read with <see cref="For"/>.</param>
public sealed record PanelRule(
    Words Origin, IReadOnlyList<Option> Fields, int Size, int Minimum, int Alternates, IReadOnlyList<PanelConstraint> Constraints,
    bool OwnCityExcluded, int LoadLimit, PanelGrouping Grouping, ExpertSelection Selection, Aggregate Aggregate, int Decimals, decimal PassMark,
    IReadOnlyList<GroupMinimum> GroupMinimums, IReadOnlyList<string> TieBreak, int ReviseWorkingDays, bool PublishScores,
    IReadOnlyList<PanelGroup>? Groups = null)
{
    /// <summary>The rule of the panel of one industry, where industries are ranked separately and this one has numbers of its own; otherwise the rule of all.</summary>
    public PanelRule For(string? industry) => Groups?.FirstOrDefault(g => g.Industry == industry) is not { } group ? this : this with
    {
        Size = group.Size,
        Minimum = group.Minimum,
        Alternates = group.Alternates,
        Constraints = group.Constraints,
    };
}

/// <summary>The numbers and fields of the panel of one industry, where they differ from those of the others.</summary>
public sealed record PanelGroup(string Industry, int Size, int Minimum, int Alternates, IReadOnlyList<PanelConstraint> Constraints);

/// <summary>At least so many experts of the field on every panel.</summary>
public sealed record PanelConstraint(string Field, int AtLeast);

public sealed record GroupMinimum(IReadOnlyList<string> Criteria, decimal AtLeast);

public enum PanelGrouping { OnePanel, ByIndustry }

public enum ExpertSelection { Draw, Appointment }

/// <summary>Trimmed: without one highest and one lowest total.</summary>
public enum Aggregate { Mean, TrimmedMean, Median }

/// <summary>四(四): the publicity window.</summary>
/// <param name="FirstDayCounts">Whether the day of posting is the first of the working days.</param>
/// <param name="OutageHours">If the notice could not be read for longer than this within the window, an extension is proposed.</param>
public sealed record PublicityRule(int WorkingDays, bool FirstDayCounts, Words Where, int OutageHours);

/// <summary>四(四): how an objection is made. The form is a setting of ours, after sister notices of the department.</summary>
/// <param name="PersonNeeds">What a person states besides facts and evidence.</param>
/// <param name="OrganisationNeeds">What an organisation states besides facts and evidence.</param>
/// <param name="CompletionWorkingDays">Working days to complete an incomplete objection, after one request.</param>
/// <param name="LateGoTo">Where a late objector is pointed to, in words.</param>
/// <param name="FirstQueueShare">Filings of one source in one hour that go to the first queue; what exceeds it waits in the second, with the same rights.</param>
/// <param name="SettleMinutes">Minutes after the window in which nothing is decided yet, so that a filing that had arrived in time is taken in first.</param>
public sealed record ObjectionRule(
    IReadOnlyList<ObjectorDetail> PersonNeeds, IReadOnlyList<ObjectorDetail> OrganisationNeeds, bool EvidenceRequired,
    int CompletionWorkingDays, IReadOnlyList<ObjectionChannel> Channels, Words LateGoTo,
    int FirstQueueShare = 20, int SettleMinutes = 10);

public enum ObjectorDetail { Name, Contact, SealedLetter }

public enum ObjectionChannel { Web, Post, Fax, Email }

/// <summary>四(四): recognition and what comes after.</summary>
/// <param name="TermYears">Years after which recognition expires; null where no term is set.</param>
public sealed record RecognitionRule(int? TermYears);

/// <summary>五(三): false material. The ban is a restriction on applying (申报限制), not an administrative penalty.</summary>
/// <param name="BanYears">Years in which the organisation may not apply again to this programme.</param>
/// <param name="Starts">The day on which the term starts.</param>
/// <param name="PendingApplications">What happens to its other applications that are under way.</param>
/// <param name="DefenceWorkingDays">Working days from service in which it may state its defence.</param>
/// <param name="Published">Whether the finding is announced (将对社会进行公布).</param>
public sealed record FalseMaterialRule(
    int BanYears, BanStart Starts, PendingApplications PendingApplications, int DefenceWorkingDays, bool Published);

public enum BanStart { DayOfDecision, DayOfService }

public enum PendingApplications { Stopped, Continue }

/// <summary>Whoever is declined, rejected, not shortlisted or not recognised may ask for a review within these working days from being told.</summary>
public sealed record ReviewRequestRule(int WorkingDays);

/// <summary>How notices are served on an organisation (送达).</summary>
public sealed record ServiceRule(IReadOnlyList<Option> Methods);

/// <summary>How long files are kept before what is personal in them is destroyed.</summary>
/// <param name="FileYears">Years from the day on which it ended for which an objection's, an application's or a case's file is kept whole.</param>
/// <param name="DraftDays">Days after the window in which a draft that was not submitted is kept.</param>
/// <param name="Basis">The law that the terms and the destruction rest on.</param>
public sealed record RetentionRule(int FileYears, int DraftDays, Words? Basis = null)
{
    /// <summary>Last day of the term of a file that ended on this day: the same date so many years on.</summary>
    public DateOnly LastDayOf(DateOnly ended) => ended.AddYears(FileYears);
}

/// <summary>When people are reminded. The notice names terms and no reminders, so this is wholly a setting of ours.</summary>
/// <param name="DaysBefore">Days before a term's last day.</param>
/// <param name="EscalateAfterDays">Days after which something that waits is brought to the notice of the province, and again after each further such time.</param>
/// <param name="SheetDays">Days after being called in, and each further so many, on which an expert is reminded of sheets that are not signed.</param>
public sealed record ReminderRule(IReadOnlyList<int> DaysBefore, int EscalateAfterDays, int SheetDays)
{
    /// <summary>Where a definition says nothing.</summary>
    public static readonly ReminderRule Usual = new([7, 1], 15, 3);
}
