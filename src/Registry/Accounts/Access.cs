namespace Registry.Accounts;

/// <summary>The roles of the procedure. A person has one.</summary>
[Flags]
public enum Roles
{
    /// <summary>Nobody.</summary>
    None = 0,
    /// <summary>申报主体: its own organisation's applications.</summary>
    Applicant = 1,
    /// <summary>市级工信部门: its own city's applications.</summary>
    CityOfficer = 2,
    /// <summary>省工业和信息化厅: all applications.</summary>
    ProvincialOfficer = 4,
    /// <summary>评审专家: what is assigned, after declaring.</summary>
    Expert = 8,
    /// <summary>诚信案件承办人.</summary>
    IntegrityOfficer = 16,
    /// <summary>审计: reads all but open panels and sealed identities, writes nothing.</summary>
    Auditor = 32,
    /// <summary>监督: complaints about people.</summary>
    Supervision = 64,
    /// <summary>系统管理员: accounts and definitions, no decisions.</summary>
    Administrator = 128,
    /// <summary>A job or the demo acting by the calendar.</summary>
    System = 256,
    /// <summary>Anyone, without an account.</summary>
    Public = 512,
}

/// <summary>Who acts. Opaque ids only: the name behind an id is sealed in the account.</summary>
/// <param name="Id">Account id, <c>system/…</c> for a job, or <c>public</c>.</param>
/// <param name="Role">Exactly one role.</param>
/// <param name="City">GB/T 2260 code of a city officer's city.</param>
/// <param name="Organisation">Credit code of an applicant's organisation.</param>
/// <param name="OnBehalfOf">Whom a system actor or an entering officer acts for.</param>
public sealed record Actor(string Id, Roles Role, string? City = null, string? Organisation = null, string? OnBehalfOf = null)
{
    /// <summary>A citizen without an account.</summary>
    public static readonly Actor Citizen = new("public", Roles.Public);

    /// <summary>A named system actor, for example <c>system/timer</c>.</summary>
    public static Actor Job(string name) => new($"system/{name}", Roles.System);
}

/// <summary>What something belongs to, as far as access is concerned.</summary>
/// <param name="City">The city it is filed in.</param>
/// <param name="Organisation">The applicant.</param>
/// <param name="Assigned">Accounts of the experts it is assigned to.</param>
public sealed record Belonging(string? City, string? Organisation, IReadOnlyCollection<string>? Assigned = null);

/// <summary>
/// The one mechanism of authorisation. A command or query names its roles; how far a role reaches is decided here and nowhere else.
/// What is out of reach is answered like what does not exist.
/// </summary>
public static class Access
{
    /// <summary>Applicants reach their own organisation's, city officers their own city's, experts what is assigned; the province and the readers reach all.</summary>
    public static bool Reaches(this Actor actor, Belonging thing) => actor.Role switch
    {
        Roles.Applicant => actor.Organisation is not null && actor.Organisation == thing.Organisation,
        Roles.CityOfficer => actor.City is not null && actor.City == thing.City,
        Roles.Expert => thing.Assigned?.Contains(actor.Id) ?? false,
        Roles.ProvincialOfficer or Roles.IntegrityOfficer or Roles.Auditor or Roles.Supervision or Roles.Administrator or Roles.System => true,
        _ => false,
    };

    /// <summary>Whether the actor's role is among those allowed.</summary>
    public static bool May(this Actor actor, Roles allowed) => (actor.Role & allowed) != 0;
}
