using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Registry.Accounts;
using Registry.Demo;
using Registry.Platform.Commands;

namespace Registry.Tests.Accounts;

public sealed class AccountTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string First = "seven green lanterns 41", Second = "nine quiet harbours 58";
    private static readonly Actor Administrator = new("admin-1", Roles.Administrator);
    private static readonly Actor OtherAdministrator = new("admin-2", Roles.Administrator);
    private static readonly OpenAccount Officer = new("officer.one", First, "王某", Roles.CityOfficer, "370100", null);

    [Theory]
    [InlineData("account.unknown-role", Roles.System, "370100", null, "abc", First, "王某")]
    [InlineData("account.unknown-role", Roles.CityOfficer | Roles.Auditor, "370100", null, "abc", First, "王某")]
    [InlineData("account.city-missing", Roles.CityOfficer, null, null, "abc", First, "王某")]
    [InlineData("account.organisation-invalid", Roles.Applicant, "370100", "91310115MA1H8R7C6D", "abc", First, "王某")]
    [InlineData("account.login-invalid", Roles.Auditor, null, null, "a b", First, "王某")]
    [InlineData("account.password-weak", Roles.Auditor, null, null, "abc", "elevenchars", "王某")]
    [InlineData("account.name-missing", Roles.Auditor, null, null, "abc", First, " ")]
    public void An_account_is_refused(string code, Roles role, string? city, string? organisation, string login, string password, string name)
    {
        var decision = OpenAccount.Decide(new OpenAccount(login, password, name, role, city, organisation), Administrator, loginTaken: false, password.Length < OpenAccount.ShortestPassword ? "length" : null);
        Assert.Equal(code, Assert.IsType<Decision.Refused>(decision).Refusal.Rule.Code);
    }

    [Theory]
    [InlineData("account.password-weak", "length")]
    [InlineData("account.password-guessable", "guessable")]
    [InlineData("account.password-breached", "breached")]
    public void An_account_is_not_opened_with_a_password_that_others_know(string code, string fault)
    {
        Assert.Equal(code, CodeOf(OpenAccount.Decide(Officer, Administrator, loginTaken: false, fault)));
        Assert.Equal(code, CodeOf(SetPassword.Decide(new SetPassword("", 1), Administrator, new AccountView { Id = "account/a", State = AccountState.Open }, fault, currentRight: false, same: false)));
    }

    [Fact]
    public async Task Who_changes_the_own_password_shows_the_present_one_and_takes_another()
    {
        var account = await registry.OpenAccountAsync($"login-{Guid.NewGuid():N}", First, Roles.Auditor);
        Assert.Equal("account.current-password-wrong", await registry.Refused(account, new SetPassword(Second, 2), account.Id));
        Assert.Equal("account.current-password-wrong", await registry.Refused(account, new SetPassword(Second, 2, "wrong password"), account.Id));
        Assert.Equal("account.password-unchanged", await registry.Refused(account, new SetPassword(First, 2, First), account.Id));
        Assert.Equal("account.password-guessable", await registry.Refused(account, new SetPassword("passwordpassword", 2, First), account.Id));
        await registry.Accepted(account, new SetPassword(Second, 2, First), account.Id);
    }

    [Fact]
    public void A_city_opens_accounts_for_its_own_applicants_only()
    {
        var city = Scenario.CityOfficer("370100");
        var code = DemoForm.Code("370100", 42).Value;
        Assert.Equal("account.only-own-applicants", CodeOf(OpenAccount.Decide(Officer, city, false, null)));
        Assert.Equal("account.only-own-applicants", CodeOf(OpenAccount.Decide(Officer with { Role = Roles.Applicant, City = "370200", Organisation = code }, city, false, null)));
        Assert.IsType<Decision.Accepted>(OpenAccount.Decide(Officer with { Role = Roles.Applicant, Organisation = code }, city, false, null));
    }

    [Fact]
    public async Task A_login_is_given_once_also_when_fifty_ask_at_once()
    {
        var login = $"login-{Guid.NewGuid():N}";
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => registry.Give(Administrator, Officer with { Login = login })));
        Assert.Single(outcomes, o => o.Answer is not null);
        Assert.All(outcomes.Where(o => o.Answer is null), o => Assert.Equal("account.login-taken", o.Refusal!.Rule.Code));
    }

    [Fact]
    public async Task Signing_in_gives_a_session_that_ends_when_the_account_changes()
    {
        var login = $"login-{Guid.NewGuid():N}";
        var account = await registry.OpenAccountAsync(login, First, Roles.CityOfficer, "370100");
        var signIn = Service<SignIn>();
        Assert.Null(await signIn.OpenAsync(login, "another password", Ct));
        Assert.Null(await signIn.OpenAsync("nobody-of-that-name", First, Ct));
        var session = (await signIn.OpenAsync(login.ToUpperInvariant(), First, Ct))!;
        Assert.Equal(account, await signIn.FindAsync(session.Token, Ct));
        Assert.Null(await signIn.FindAsync(session.Token + "x", Ct));

        await registry.Accepted(account, new SetPassword(Second, 2, First), account.Id);
        Assert.Null(await signIn.FindAsync(session.Token, Ct));
        Assert.Null(await signIn.OpenAsync(login, First, Ct));
        var second = (await signIn.OpenAsync(login, Second, Ct))!;
        Assert.NotNull(await signIn.FindAsync(second.Token, Ct));

        await registry.Accepted(Administrator, new CloseAccount("离职", 3), account.Id);
        Assert.Null(await signIn.FindAsync(second.Token, Ct));
        Assert.Null(await signIn.OpenAsync(login, Second, Ct));
        Assert.Equal("account.already-closed", await registry.Refused(Administrator, new CloseAccount("离职", 4), account.Id));
    }

    [Fact]
    public async Task Wrong_passwords_count_one_by_one_also_when_they_are_tried_at_once()
    {
        var login = $"login-{Guid.NewGuid():N}";
        await registry.OpenAccountAsync(login, First, Roles.CityOfficer, "370100");
        var signIn = Service<SignIn>();
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => signIn.OpenAsync(login, "wrong password", Ct))), Assert.Null);
        await using var session = registry.Store.QuerySession();
        Assert.Equal(5, (await session.LoadAsync<Credential>(login, Ct))!.Failures);
    }

    [Fact]
    public async Task A_sign_in_that_is_under_way_while_the_password_is_set_does_not_bring_the_old_one_back()
    {
        using var now = Registry.Platform.RegistryClock.At(Scenario.Open);
        var login = $"login-{Guid.NewGuid():N}";
        var account = await registry.OpenAccountAsync(login, First, Roles.CityOfficer, "370100");
        var signIn = Service<SignIn>();
        var tries = Enumerable.Range(0, 12).Select(i => signIn.OpenAsync(login, i % 2 == 0 ? First : "wrong password", Ct)).ToList();
        await registry.Accepted(Administrator, new SetPassword(Second, 2), account.Id);
        await Task.WhenAll(tries);
        using (Registry.Platform.RegistryClock.At(Scenario.Open.AddMinutes(16)))
        {
            Assert.NotNull(await signIn.OpenAsync(login, Second, Ct));
            Assert.Null(await signIn.OpenAsync(login, First, Ct));
        }
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_waits_too()
    {
        using var now = Registry.Platform.RegistryClock.At(Scenario.Open);
        var login = $"login-{Guid.NewGuid():N}";
        await registry.OpenAccountAsync(login, First, Roles.CityOfficer, "370100");
        var signIn = Service<SignIn>();
        for (var i = 0; i < 5; i++)
            Assert.Null(await signIn.OpenAsync(login, "wrong password", Ct));
        Assert.Null(await signIn.OpenAsync(login, First, Ct));
        using (Registry.Platform.RegistryClock.At(Scenario.Open.AddMinutes(16)))
        {
            // One wrong try after the pause is one, not the sixth.
            Assert.Null(await signIn.OpenAsync(login, "wrong password", Ct));
            Assert.NotNull(await signIn.OpenAsync(login, First, Ct));
        }
    }

    [Fact]
    public async Task Over_the_api_a_wrong_password_a_wrong_name_and_a_locked_account_are_the_same_401()
    {
        var login = $"login-{Guid.NewGuid():N}";
        await registry.OpenAccountAsync(login, First, Roles.CityOfficer, "370100");
        var unknown = await SignInRefusedAsync("nobody-of-that-name", First);
        Assert.Equal((HttpStatusCode.Unauthorized, "account.sign-in-failed"), (unknown.Status, unknown.Code));
        for (var i = 0; i < 5; i++)
            Assert.Equal(unknown, await SignInRefusedAsync(login, "wrong password"));
        Assert.Equal(unknown, await SignInRefusedAsync(login, First));
    }

    [Fact]
    public async Task A_session_ends_after_eight_hours()
    {
        var login = $"login-{Guid.NewGuid():N}";
        await registry.OpenAccountAsync(login, First, Roles.CityOfficer, "370100");
        var session = (await Service<SignIn>().OpenAsync(login, First, Ct))!;
        using (Registry.Platform.RegistryClock.At(session.Until))
            Assert.Null(await Service<SignIn>().FindAsync(session.Token, Ct));
    }

    [Fact]
    public async Task Nobody_closes_the_own_account_and_a_city_reaches_no_other_city_s()
    {
        var account = await registry.Accepted(Administrator, Officer with { Login = $"login-{Guid.NewGuid():N}", Role = Roles.Administrator, City = null });
        Assert.Equal("account.not-oneself", await registry.Refused(new Actor(account.Id!, Roles.Administrator), new CloseAccount("误操作", 1), account.Id));
        Assert.Equal("access.not-found", await registry.Refused(Scenario.CityOfficer("370200"), new CloseAccount("误操作", 1), account.Id));
        Assert.Equal("access.not-found", await registry.Refused(new Actor("somebody", Roles.Auditor), new SetPassword(Second, 1), account.Id));
    }

    [Fact]
    public async Task An_office_s_account_that_one_administrator_opened_waits_for_another()
    {
        var login = $"login-{Guid.NewGuid():N}";
        var account = await registry.Accepted(Administrator, Officer with { Login = login });
        Assert.Null(await Service<SignIn>().OpenAsync(login, First, Ct));
        Assert.Equal("account.own-proposal", await registry.Refused(Administrator, new ConfirmAccount(1), account.Id));
        Assert.Equal("account.own-proposal", await registry.Refused(new Actor(account.Id!, Roles.Administrator), new ConfirmAccount(1), account.Id));
        await registry.Accepted(OtherAdministrator, new ConfirmAccount(1), account.Id);
        Assert.NotNull(await Service<SignIn>().OpenAsync(login, First, Ct));
        Assert.Equal("account.nothing-to-confirm", await registry.Refused(OtherAdministrator, new ConfirmAccount(2), account.Id));
    }

    [Fact]
    public async Task A_city_s_applicant_and_an_expert_do_not_wait()
    {
        var applicant = $"login-{Guid.NewGuid():N}";
        await registry.Accepted(Scenario.CityOfficer("370100"), Officer with { Login = applicant, Role = Roles.Applicant, Organisation = DemoForm.Code("370100", 42).Value });
        Assert.NotNull(await Service<SignIn>().OpenAsync(applicant, First, Ct));
        var expert = $"login-{Guid.NewGuid():N}";
        await registry.Accepted(Administrator, Officer with { Login = expert, Role = Roles.Expert, City = null });
        Assert.NotNull(await Service<SignIn>().OpenAsync(expert, First, Ct));
    }

    [Fact]
    public async Task A_person_who_moves_loses_the_old_rights_at_the_next_request()
    {
        var login = $"login-{Guid.NewGuid():N}";
        var account = await registry.OpenAccountAsync(login, First, Roles.CityOfficer, "370100");
        var session = (await Service<SignIn>().OpenAsync(login, First, Ct))!;
        var move = new ReassignAccount(Roles.CityOfficer, "370200", null, "调任", 2);
        Assert.Equal("account.nothing-changed", await registry.Refused(Administrator, move with { City = "370100" }, account.Id));
        Assert.Equal("account.own-proposal", await registry.Refused(new Actor(account.Id, Roles.Administrator), move, account.Id));
        await registry.Accepted(Administrator, move, account.Id);
        Assert.Null(await Service<SignIn>().FindAsync(session.Token, Ct));
        Assert.Null(await Service<SignIn>().OpenAsync(login, First, Ct));
        await registry.Accepted(OtherAdministrator, new ConfirmAccount(3), account.Id);
        var again = (await Service<SignIn>().OpenAsync(login, First, Ct))!;
        Assert.Equal(account with { City = "370200" }, await Service<SignIn>().FindAsync(again.Token, Ct));
    }

    [Fact]
    public async Task Accounts_are_listed_for_administrators_and_applicants_for_their_city()
    {
        var organisation = DemoForm.Code("370500", 42).Value;
        var applicant = await registry.OpenAccountAsync($"login-{Guid.NewGuid():N}", First, Roles.Applicant, "370500", organisation);
        var officer = await registry.OpenAccountAsync($"login-{Guid.NewGuid():N}", First, Roles.CityOfficer, "370500");
        var scenario = new Scenario(registry);
        using var city = await scenario.SignedInAsync(Roles.CityOfficer, "370500");
        using var administrator = await scenario.SignedInAsync(Roles.Administrator);
        Assert.Equal([applicant.Id], await ListedAsync(city, ""));
        Assert.Contains(officer.Id, await ListedAsync(administrator, "?role=city-officer&city=370500&state=open"));
        Assert.DoesNotContain(applicant.Id, await ListedAsync(administrator, "?role=city-officer&city=370500"));
        Assert.Equal(HttpStatusCode.NotFound, (await city.GetAsync($"/api/v1/accounts/{officer.Id}", Ct)).StatusCode);
        var expert = await registry.OpenAccountAsync($"login-{Guid.NewGuid():N}", First, Roles.Expert);
        using var auditor = await scenario.SignedInAsync(Roles.Auditor);
        Assert.Contains(expert.Id, await ListedAsync(administrator, "?role=expert"));
        Assert.Empty(await ListedAsync(auditor, "?role=expert"));
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync($"/api/v1/accounts/{expert.Id}", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await administrator.GetAsync("/api/v1/accounts?role=king", Ct)).StatusCode);
    }

    private static async Task<string[]> ListedAsync(HttpClient client, string filter) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/v1/accounts" + filter, Ct)).EnumerateArray().Select(a => a.GetProperty("id").GetString()!)];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task<(HttpStatusCode Status, string? Code, string? Title)> SignInRefusedAsync(string login, string password)
    {
        using var client = registry.Host.Server.CreateClient();
        var answer = await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(login, password), Registry.Platform.Json.Api, Ct);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        return (answer.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("title").GetString());
    }

    private static string CodeOf(Decision decision) => Assert.IsType<Decision.Refused>(decision).Refusal.Rule.Code;

    private T Service<T>() where T : notnull => Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<T>(registry.Host.Services);
}
