using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using OtpNet;
using Registry.Accounts;
using Registry.Demo;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Tests.Pages;

namespace Registry.Tests.Accounts;

/// <summary>Steps of a sign-in. The shared program asks nobody for a second factor, but whoever has set one up is asked for it.</summary>
public sealed class SecondFactorTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private const string Password = "seven green lanterns 41", Another = "nine quiet harbours 58";
    private static readonly DateTimeOffset Noon = new(2025, 6, 3, 4, 0, 10, TimeSpan.Zero);
    private static readonly Actor Administrator = new("admin-1", Roles.Administrator);

    [Theory]
    [InlineData(SecondFactorRule.Officers, Roles.Applicant, false)]
    [InlineData(SecondFactorRule.Officers, Roles.Expert, false)]
    [InlineData(SecondFactorRule.Officers, Roles.CityOfficer, true)]
    [InlineData(SecondFactorRule.Officers, Roles.Auditor, true)]
    [InlineData(SecondFactorRule.Officers, Roles.Administrator, true)]
    [InlineData(SecondFactorRule.Everybody, Roles.Applicant, true)]
    [InlineData(SecondFactorRule.Nobody, Roles.Administrator, false)]
    public void All_but_applicants_and_experts_must_have_one_by_setting(SecondFactorRule rule, Roles role, bool required) =>
        Assert.Equal(required ? SignInStep.Authenticator : SignInStep.None, SecondFactor.Next(new Credential { Id = "a", Account = "account/a", Hash = "" }, rule, role, codeGiven: false, replaces: false));

    [Fact]
    public void The_setting_is_officers_by_default_and_anything_else_stops_the_start()
    {
        Assert.Equal(SecondFactorRule.Officers, RegistrySettings.For("/nowhere", "").SecondFactor);
        Assert.Equal(SecondFactorRule.Everybody, SecondFactor.Read("everybody", SecondFactorRule.Officers));
        Assert.Contains("REGISTRY_SECOND_FACTOR", Assert.Throws<StartRefusedException>(() => SecondFactor.Read("yes", SecondFactorRule.Officers)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_counts_once_and_for_half_a_minute_before_and_after()
    {
        var secret = SecondFactor.NewSecret();
        var credential = new Credential { Id = "a", Account = "account/a", Hash = "" };
        var accepted = SecondFactor.Accept(credential, secret, CodeOf(secret, Noon), Noon);
        Assert.NotNull(accepted);
        Assert.Null(SecondFactor.Accept(accepted, secret, CodeOf(secret, Noon), Noon));
        Assert.Null(SecondFactor.Accept(accepted, secret, CodeOf(secret, Noon.AddSeconds(-30)), Noon));
        Assert.NotNull(SecondFactor.Accept(accepted, secret, CodeOf(secret, Noon.AddSeconds(30)), Noon));
        Assert.NotNull(SecondFactor.Accept(credential, secret, CodeOf(secret, Noon.AddSeconds(-30)), Noon));
        Assert.Null(SecondFactor.Accept(credential, secret, CodeOf(secret, Noon.AddSeconds(-60)), Noon));
        Assert.Null(SecondFactor.Accept(credential, secret, CodeOf(secret, Noon.AddSeconds(60)), Noon));
        Assert.Null(SecondFactor.Accept(credential, null, CodeOf(secret, Noon), Noon));
    }

    [Fact]
    public void A_recovery_code_counts_once_however_it_is_typed()
    {
        var codes = SecondFactor.NewRecoveryCodes();
        var credential = new Credential { Id = "a", Account = "account/a", Hash = "", Recovery = [.. codes.Select(SecondFactor.HashOf)] };
        var after = SecondFactor.Accept(credential, SecondFactor.NewSecret(), codes[3].ToUpperInvariant().Replace('-', ' '), Noon)!;
        Assert.Equal(7, after.Recovery.Count);
        Assert.Null(SecondFactor.Accept(after, SecondFactor.NewSecret(), codes[3], Noon));
        Assert.NotNull(SecondFactor.Accept(after, SecondFactor.NewSecret(), codes[4], Noon));
        Assert.Null(SecondFactor.Accept(after, SecondFactor.NewSecret(), "", Noon));
    }

    [Fact]
    public async Task The_first_password_only_leads_to_a_password_of_one_s_own()
    {
        using var visitor = new Visitor(registry);
        var login = NewLogin();
        var opened = await registry.Accepted(Actor.Job("test"), new OpenAccount(login, Password, "张三", Roles.CityOfficer, "370100", null), at: visitor.Now);
        var step = await visitor.PostAsync((await visitor.GetAsync("/office/sign-in?next=%2Foffice%2Fapplications")).Form, ("login", login), ("password", Password));
        Assert.StartsWith("/office/sign-in/step", step.Location);
        // The token of a sign-in under way opens nothing.
        Assert.StartsWith("/office/sign-in?next", (await visitor.GetAsync("/office")).Location);
        var page = await visitor.GetAsync(step.Location!);
        Assert.Equal("设置本人的密码", page.Document.QuerySelector("h1")!.TextContent);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(page.Form, ("password", "passwordpassword"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(page.Form, ("password", Password))).Status);
        Assert.Equal("/office/applications", (await visitor.PostAsync(page.Form, ("password", Another))).Location);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/office")).Status);
        Assert.Equal("account.sign-in-failed", await RefusedAsync(new SignInRequest(login, Password), visitor.Now));
        // Fourteen days later an administrator's new one would be over, too.
        await registry.Accepted(Administrator, new SetPassword(Password, 2), opened.Id, visitor.Now);
        Assert.Equal("account.new-password-needed", await RefusedAsync(new SignInRequest(login, Password), visitor.Now));
        Assert.Equal("account.sign-in-failed", await RefusedAsync(new SignInRequest(login, Password), visitor.Now.AddDays(15)));
    }

    [Fact]
    public async Task An_authenticator_is_set_up_in_the_own_account_and_asked_for_ever_after()
    {
        using var visitor = new Visitor(registry);
        var actor = await visitor.SignInAsync(Roles.ProvincialOfficer);
        var login = visitor.Login;
        var own = await visitor.GetAsync("/office/account");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(FormTo(own, "authenticator"), ("known", "wrong password"))).Status);
        var step = await visitor.PostAsync(FormTo(own, "authenticator"), ("known", Visitor.Password));
        var page = await visitor.GetAsync(step.Location!);
        var secret = page.Document.QuerySelector("main .code")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("svg.qr path"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visitor.PostAsync(page.Form, ("code", "000000"))).Status);
        var recovery = await visitor.PostAsync(page.Form, ("code", CodeOf(secret, visitor.Now)));
        var codes = recovery.Document.QuerySelectorAll(".codes li").Select(c => c.TextContent).ToArray();
        Assert.Equal(8, codes.Length);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/office")).Status);

        Assert.Equal("account.code-needed", await RefusedAsync(new SignInRequest(login, Visitor.Password), visitor.Now));
        Assert.Equal("account.code-wrong", await RefusedAsync(new SignInRequest(login, Visitor.Password, CodeOf(secret, visitor.Now)), visitor.Now));
        var later = visitor.Now.AddMinutes(1);
        Assert.Null(await RefusedAsync(new SignInRequest(login, Visitor.Password, CodeOf(secret, later)), later));
        Assert.Null(await RefusedAsync(new SignInRequest(login, Visitor.Password, codes[0]), later));
        Assert.Equal("account.code-wrong", await RefusedAsync(new SignInRequest(login, Visitor.Password, codes[0]), later));

        await using var session = registry.Store.QuerySession();
        var stored = JsonSerializer.Serialize(await session.Query<Credential>().SingleAsync(c => c.Id == login, Ct), Json.Store);
        Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(codes[5], stored, StringComparison.Ordinal);
        Assert.NotNull(actor);
    }

    [Fact]
    public async Task Wrong_codes_lock_the_account_also_when_the_password_is_right_each_time()
    {
        var (login, secret, _) = await WithAuthenticatorAsync();
        for (var i = 0; i < 5; i++)
            Assert.Equal("account.code-wrong", await RefusedAsync(new SignInRequest(login, Password, "000000"), Noon));
        Assert.Equal("account.sign-in-failed", await RefusedAsync(new SignInRequest(login, Password, CodeOf(secret, Noon)), Noon));
        Assert.Null(await RefusedAsync(new SignInRequest(login, Password, CodeOf(secret, Noon.AddMinutes(16))), Noon.AddMinutes(16)));
    }

    [Fact]
    public async Task A_lost_authenticator_is_taken_off_by_two_administrators()
    {
        var (login, _, actor) = await WithAuthenticatorAsync();
        Assert.Equal("account.nothing-to-confirm", await registry.Refused(Administrator, new ConfirmAuthenticatorRemoval(3), actor.Id));
        await registry.Accepted(Administrator, new AskAuthenticatorRemoval("手机遗失", 3), actor.Id);
        Assert.Equal("account.own-proposal", await registry.Refused(Administrator, new ConfirmAuthenticatorRemoval(4), actor.Id));
        Assert.Equal("account.own-proposal", await registry.Refused(new Actor(actor.Id, Roles.Administrator), new ConfirmAuthenticatorRemoval(4), actor.Id));
        Assert.Equal("account.code-needed", await RefusedAsync(new SignInRequest(login, Password), Noon));
        await registry.Accepted(new Actor("admin-2", Roles.Administrator), new ConfirmAuthenticatorRemoval(4), actor.Id);
        Assert.Null(await RefusedAsync(new SignInRequest(login, Password), Noon));
        Assert.Equal("account.no-authenticator", await registry.Refused(Administrator, new AskAuthenticatorRemoval("手机遗失", 5), actor.Id));
    }

    [Fact]
    public async Task Where_the_setting_asks_for_one_an_officer_gets_no_further_without()
    {
        await using var strict = await RegistryHost.StartAsync(await Postgres.CreateRegistryAsync(), s => s with { SecondFactor = SecondFactorRule.Officers });
        var runner = strict.Host.Services.GetRequiredService<CommandRunner>();
        foreach (var (role, city, organisation, refused) in new (Roles, string?, string?, string?)[]
        {
            (Roles.Auditor, null, null, "account.authenticator-needed"),
            (Roles.Applicant, "370100", DemoForm.Code("370100", 42).Value, null),
        })
        {
            var login = NewLogin();
            var opened = await runner.RunAsync(Actor.Job("test"), null, new OpenAccount(login, Password, "张三", role, city, organisation), Guid.NewGuid().ToString("N"), Noon, Ct);
            Assert.NotNull(opened.Answer);
            using var client = strict.Host.Server.CreateClient();
            using var moved = RegistryClock.At(Noon);
            Assert.Equal(refused, await CodeAsync(await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(login, Password, NewPassword: Another), Json.Api, Ct)));
        }
    }

    private async Task<(string Login, string Secret, Actor Actor)> WithAuthenticatorAsync()
    {
        var (login, secret) = (NewLogin(), SecondFactor.NewSecret());
        var actor = await registry.OpenAccountAsync(login, Password, Roles.IntegrityOfficer, at: Noon);
        await registry.Accepted(actor, new SetUpAuthenticator(secret, CodeOf(secret, Noon.AddMinutes(-5)), [], 2), actor.Id, Noon.AddMinutes(-5));
        return (login, secret, actor);
    }

    private async Task<string?> RefusedAsync(SignInRequest request, DateTimeOffset at)
    {
        using var client = registry.Host.Server.CreateClient();
        using var moved = RegistryClock.At(at);
        return await CodeAsync(await client.PostAsJsonAsync("/api/v1/session", request, Json.Api, Ct));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString();

    private static AngleSharp.Html.Dom.IHtmlFormElement FormTo(Seen page, string last) =>
        page.Document.QuerySelectorAll("main form").OfType<AngleSharp.Html.Dom.IHtmlFormElement>().Single(f => f.GetAttribute("action")!.EndsWith(last, StringComparison.Ordinal));

    internal static string CodeOf(string secret, DateTimeOffset at) => new Totp(Base32Encoding.ToBytes(secret)).ComputeTotp(at.UtcDateTime);

    private static string NewLogin() => $"login-{Guid.NewGuid():N}"[..30];

    private PostgresFixture Postgres => registry.Postgres;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;
}
