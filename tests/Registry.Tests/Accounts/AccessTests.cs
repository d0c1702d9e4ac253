using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Tests.Accounts;

/// <summary>Role × action × own or foreign. The table is written by hand from the procedure: an action without a row fails, and so does a row that says something else than the code.</summary>
public sealed class AccessTests
{
    /// <summary>Who may give each command, from the procedure's roles.</summary>
    private static readonly Dictionary<string, Roles> Commands = File
        .ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Accounts", "access.tsv"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('\t'))
        .ToDictionary(parts => parts[0], parts => Enum.Parse<Roles>(parts[1]));

    [Fact]
    public void Every_command_has_a_row_and_the_row_is_what_the_code_says()
    {
        var code = CommandEndpoints.CommandTypes.Select(CommandEndpoints.SpecOf).ToDictionary(s => s.Name, s => s.Roles);
        var wrong = code.Where(c => !Commands.TryGetValue(c.Key, out var roles) || roles != c.Value).Select(c => $"{c.Key}\t{c.Value}")
            .Concat(Commands.Keys.Except(code.Keys).Select(k => $"no such command: {k}")).Order().ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    public static TheoryData<Roles, bool, bool> Reach() => new()
    {
        // role, reaches its own, reaches what is foreign
        { Roles.Applicant, true, false },
        { Roles.CityOfficer, true, false },
        { Roles.Expert, true, false },
        { Roles.ProvincialOfficer, true, true },
        { Roles.IntegrityOfficer, true, true },
        { Roles.Auditor, true, true },
        { Roles.Supervision, true, true },
        { Roles.Administrator, true, true },
        { Roles.System, true, true },
        { Roles.Public, false, false },
    };

    [Theory]
    [MemberData(nameof(Reach))]
    public void A_role_reaches_what_the_procedure_says(Roles role, bool own, bool foreign)
    {
        var actor = new Actor("account-1", role, "370100", "code-1");
        Assert.Equal(own, actor.Reaches(new Belonging("370100", "code-1", ["account-1"])));
        Assert.Equal(foreign, actor.Reaches(new Belonging("370200", "code-2", ["account-2"])));
    }

    [Fact]
    public void An_actor_without_city_or_organisation_reaches_nothing_that_has_none()
    {
        Assert.False(new Actor("a", Roles.CityOfficer).Reaches(new Belonging(null, null)));
        Assert.False(new Actor("a", Roles.Applicant).Reaches(new Belonging(null, null)));
    }

    [Fact]
    public void An_administrator_and_an_auditor_decide_nothing()
    {
        string[] ofEverybody = ["set-email", "set-password", "set-up-authenticator", "link-identity", "unlink-identities"];
        string[] ofAdministrators = ["announce-batch", "amend-batch", "open-account", "confirm-account", "reassign-account", "close-account", "ask-authenticator-removal", "confirm-authenticator-removal", "record-earlier-list", "import-calendar-year", "resend-letter"];
        var specs = CommandEndpoints.CommandTypes.Select(CommandEndpoints.SpecOf).Where(s => !ofEverybody.Contains(s.Name)).ToList();
        Assert.DoesNotContain(specs, s => s.Roles.HasFlag(Roles.Auditor));
        Assert.Equal(ofAdministrators.Order(), specs.Where(s => s.Roles.HasFlag(Roles.Administrator)).Select(s => s.Name).Order());
    }
}
