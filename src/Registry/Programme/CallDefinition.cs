using System.Text.Json.Serialization;

namespace Registry.Programme;

/// <summary>
/// One batch of a recognition programme as data: everything the notice that opens it says, and everything the notice
/// leaves open and somebody had to decide. Rules read it; no rule holds a number of its own. Loaded from a file by
/// <see cref="DefinitionFile"/>, which checks it first, so a value of this type is whole and consistent.
/// </summary>
public sealed record CallDefinition
{
    /// <summary>The definition's own number; an amendment carries a higher one.</summary>
    public required int Version { get; init; }

    /// <summary>SHA-256 of the exact bytes of the file, in lower-case hexadecimal.</summary>
    [JsonIgnore]
    public string Hash { get; init; } = "";

    public required Keyed Programme { get; init; }
    public required Keyed Batch { get; init; }

    /// <summary>True for batches that are played to show the product; every page of theirs says 演示数据.</summary>
    public required bool Demo { get; init; }

    public required Issuer Issuer { get; init; }
    public required Notice Notice { get; init; }

    /// <summary>When applicants may submit (四(二)).</summary>
    public required CallWindow Applications { get; init; }

    /// <summary>Until when a city recommends and reports (四(二)).</summary>
    public required CallWindow CityReports { get; init; }

    public required IndustryList Industries { get; init; }
    public required IReadOnlyList<Option> Cities { get; init; }
    public required Quotas Quotas { get; init; }
    public required Applicants Applicants { get; init; }
    public required FormDefinition Form { get; init; }

    /// <summary>The conditions of 三, in the notice's order.</summary>
    public required IReadOnlyList<Condition> Conditions { get; init; }

    public required Relaxation Relaxation { get; init; }
    public required SensitiveMaterial SensitiveMaterial { get; init; }
    public required Rubric Rubric { get; init; }
    public required PanelRule Panel { get; init; }
    public required PublicityRule Publicity { get; init; }
    public required ObjectionRule Objections { get; init; }
    public required RecognitionRule Recognition { get; init; }
    public required FalseMaterialRule FalseMaterial { get; init; }
    public required ReviewRequestRule ReviewRequests { get; init; }
    public required ServiceRule Service { get; init; }
    public required RetentionRule Retention { get; init; }

    /// <summary>When people are reminded of terms, and of what lies.</summary>
    public ReminderRule Reminders { get; init; } = ReminderRule.Usual;

    /// <summary>What the notice leaves open, each with our decision and the setting that holds it.</summary>
    public required IReadOnlyList<OpenPoint> OpenPoints { get; init; }

    /// <summary>四(二): how many clusters a city may recommend. The city must be one of the definition's.</summary>
    public int QuotaOf(string city) => Quotas.ByCity.FirstOrDefault(quota => quota.City == city)?.Most ?? Quotas.Default;

    public Industry? FindIndustry(string code) => Industries.List.FirstOrDefault(industry => industry.Code == code);

    public Option? FindCity(string code) => Cities.FirstOrDefault(city => city.Code == code);
}

/// <summary>The same words in Chinese, which is the text of record, and in English.</summary>
public sealed record Words(string Zh, string En);

/// <summary>A thing with a key that stays the same for good, and its name.</summary>
public sealed record Keyed(string Key, Words Title);

/// <summary>One choice: a code that is stored and the words that are shown.</summary>
public sealed record Option(string Code, string Zh, string En);

/// <param name="Body">The department that issues the notice and recognises.</param>
/// <param name="Unit">The division that handles the programme.</param>
/// <param name="DocumentPrefix">机关代字 of the department's document numbers, without 〔年〕号.</param>
/// <param name="Region">GB/T 2260 code of the department's region.</param>
/// <param name="Website">The official site that carries notices, in words.</param>
public sealed record Issuer(Words Body, Words Unit, string DocumentPrefix, string Region, Words Website, IReadOnlyList<OfficeContact> Contacts);

/// <summary>How to reach the office, as published in the notice.</summary>
public sealed record OfficeContact(string Person, string Phone, string Email, Words Address);

/// <param name="Date">The day the notice bears.</param>
/// <param name="Number">Its document number, if it has one.</param>
/// <param name="Address">Its address on the department's site, if known.</param>
/// <param name="AddressedTo">Who must act on it.</param>
/// <param name="Basis">The documents it rests on.</param>
/// <param name="Annexes">Its annexes by title.</param>
public sealed record Notice(
    DateOnly Date, string? Number, string? Address, Words AddressedTo, IReadOnlyList<BasisDocument> Basis, IReadOnlyList<string> Annexes);

public sealed record BasisDocument(string Title, string Number);

/// <summary>
/// A half-open span of time: from the opening instant up to, not including, the midnight that follows the last day,
/// in China. "6月20日前" is read as including the 20th; the other reading is one switch away.
/// </summary>
public sealed record CallWindow(DateTimeOffset Opens, DateOnly LastDay, bool LastDayIncluded)
{
    /// <summary>The first instant at which the window is closed, in UTC.</summary>
    [JsonIgnore]
    public DateTimeOffset ClosesAt => LastDayIncluded ? ChinaTime.EndOf(LastDay) : ChinaTime.StartOf(LastDay);

    public bool Contains(DateTimeOffset instant) => Opens <= instant && instant < ClosesAt;
}

/// <summary>一: the leading industries. An open list ends in 等; a further industry is added by amending the definition.</summary>
public sealed record IndustryList(bool Open, IReadOnlyList<Industry> List);

/// <param name="Field">Core or frontier where the notice names it as such (三, last sentence).</param>
public sealed record Industry(string Code, string Zh, string En, IndustryField Field = IndustryField.Other);

public enum IndustryField { Other, Core, Frontier }

/// <summary>四(二): how many clusters each city may recommend, and how many all cities together.</summary>
/// <param name="Total">At most so many in all; null where the definition sets no total.</param>
/// <param name="CrossCity">Whose place a cluster uses that lies in several cities.</param>
public sealed record Quotas(int Default, IReadOnlyList<CityQuota> ByCity, int? Total, CrossCityQuota CrossCity);

public sealed record CityQuota(string City, int Most);

public enum CrossCityQuota { ApplicantsCity }

/// <summary>二: who may apply.</summary>
/// <param name="Kinds">The kinds of body that may apply; the form's field of that kind offers them.</param>
/// <param name="Tests">The tests of 二 and the claim of 一, judged like conditions.</param>
/// <param name="LiveApplications">Of what there is one live application in the batch.</param>
/// <param name="Consultations">Departments whose replies are recorded at the re-check.</param>
public sealed record Applicants(
    IReadOnlyList<Option> Kinds, IReadOnlyList<Condition> Tests, LiveApplications LiveApplications, IReadOnlyList<Consultation> Consultations);

public enum LiveApplications { OnePerCluster, OnePerOrganisation }

/// <param name="About">Id of the condition or test on which the department is heard.</param>
/// <param name="Required">True if admission waits for the reply.</param>
public sealed record Consultation(string Key, Words Department, string About, bool Required);

/// <summary>四(一): material that is handed over offline and has no place in the system.</summary>
public sealed record SensitiveMaterial(string Field, Words Warning, Words Channel);

/// <param name="Setting">JSON pointer to the member of this file that holds the decision.</param>
/// <param name="Clause">The place in the notice that leaves it open; null where it is silent altogether.</param>
public sealed record OpenPoint(string Id, string? Clause, Words Question, Words Decision, string Setting);
