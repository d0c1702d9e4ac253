using Registry.Accounts;
using Registry.Programme;

namespace Registry.Demo;

/// <summary>The accounts of the demo, opened by real commands. Their sign-in names stand in the README.</summary>
public sealed class DemoPeople(DemoStage stage, DateTimeOffset opened)
{
    private readonly Dictionary<string, Actor> actors = [];

    /// <summary>Whose sign-in name this is.</summary>
    public Actor this[string login] => actors[login];

    /// <summary>The provincial officer who prepares.</summary>
    public Actor Province => actors["province-1"];

    /// <summary>The provincial officer who confirms.</summary>
    public Actor SecondProvince => actors["province-2"];

    /// <summary>The administrator.</summary>
    public Actor Administrator => actors["admin"];

    /// <summary>The administrator who confirms.</summary>
    public Actor SecondAdministrator => actors["admin-2"];

    /// <summary>The first or second officer of a city.</summary>
    public Actor City(Option city, int number = 1) => actors[$"{DemoCast.Login(city)}-officer-{number}"];

    /// <summary>Opens the accounts of the offices.</summary>
    public async Task OpenOfficesAsync(CallDefinition definition)
    {
        await OpenAsync("admin", Roles.Administrator, Actor.Job("demo"));
        await OpenAsync("admin-2", Roles.Administrator, Actor.Job("demo"));
        foreach (var (login, role) in new[]
        {
            ("province-1", Roles.ProvincialOfficer), ("province-2", Roles.ProvincialOfficer), ("integrity-1", Roles.IntegrityOfficer), ("integrity-2", Roles.IntegrityOfficer),
            ("auditor", Roles.Auditor), ("supervision", Roles.Supervision),
        })
            await OpenAsync(login, role, Administrator);
        await Parallel.ForEachAsync(definition.Cities, stage.Cancelled, async (city, _) =>
        {
            for (var number = 1; number <= 2; number++)
                await OpenAsync($"{DemoCast.Login(city)}-officer-{number}", Roles.CityOfficer, Administrator, city.Code);
        });
    }

    /// <summary>Opens an applicant's account by its city.</summary>
    public Task<Actor> OpenApplicantAsync(DemoCluster cluster, Option city) =>
        OpenAsync($"applicant-{cluster.Key}", Roles.Applicant, City(city), city.Code, DemoForm.Code(cluster.City, cluster.Number).Value);

    /// <summary>Opens an expert's account.</summary>
    public Task<Actor> OpenExpertAsync(int number) => OpenAsync($"expert-{number}", Roles.Expert, Administrator);

    private async Task<Actor> OpenAsync(string login, Roles role, Actor by, string? city = null, string? organisation = null)
    {
        var answer = await stage.PlayAsync($"account/{login}", by, opened, null, new OpenAccount(login, DemoCast.FirstPassword, $"演示用户 {login}", role, city, organisation));
        var actor = new Actor(answer.Id!, role, city, organisation);
        // An office's account waits for a second administrator.
        var version = answer.Version;
        if (by.Role == Roles.Administrator && role != Roles.Expert)
            version = (await stage.PlayAsync($"account/{login}/confirmation", SecondAdministrator, opened, answer.Id, new ConfirmAccount(version))).Version;
        await stage.PlayAsync($"account/{login}/password", actor, opened, answer.Id, new SetPassword(DemoCast.Password, version, DemoCast.FirstPassword));
        lock (actors)
            actors[login] = actor;
        return actor;
    }
}
