using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Marten;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Tests.Pages;

/// <summary>One page as it came.</summary>
public sealed record Seen(HttpStatusCode Status, string? Location, HttpResponseMessage Response, IHtmlDocument Document)
{
    /// <summary>All visible text.</summary>
    public string Text => Document.Body!.TextContent;

    /// <summary>The main form of the page.</summary>
    public IHtmlFormElement Form => Document.QuerySelectorAll("main form").OfType<IHtmlFormElement>().First();
}

/// <summary>A person with a browser that knows cookies and forms, and no script.</summary>
public sealed class Visitor(RegistryFixture registry) : IDisposable
{
    public const string Password = "correct horse battery";
    private static int _people;
    private readonly HttpClient _client = Client(registry);
    private readonly CookieContainer _cookies = new();

    /// <summary>Everybody comes from an address of their own: limits per address are for those who share one.</summary>
    private static HttpClient Client(RegistryFixture registry)
    {
        var number = Interlocked.Increment(ref _people);
        var address = new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        return new HttpClient(registry.Host.Server.CreateHandler(http => http.Connection.RemoteIpAddress = address)) { BaseAddress = new Uri("http://localhost") };
    }

    /// <summary>The sign-in name of the account.</summary>
    public string Login { get; private set; } = "";

    /// <summary>The clock that the visitor's requests see.</summary>
    public DateTimeOffset Now { get; set; } = Scenario.Open;

    /// <summary>The same where time passes within a request.</summary>
    public Func<DateTimeOffset>? Clock { get; set; }

    /// <summary>Opens an account of this actor's role and signs in with it. The actor as the program knows it.</summary>
    public async Task<Actor> SignInAsync(Roles role, string? city = null, string? organisation = null)
    {
        var login = Login = $"v-{Guid.NewGuid():N}"[..20];
        var opened = await registry.OpenAccountAsync(login, Password, role, city, organisation);
        var answer = await PostAsync((await GetAsync("/office/sign-in")).Form, ("login", login), ("password", Password));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        return opened;
    }

    /// <summary>Signs in with the account that a scenario opened for this actor.</summary>
    public async Task SignInAsync(Actor actor)
    {
        await using var session = registry.Store.QuerySession();
        var account = new AccountId(actor.Id).Stream;
        Login = (await session.Query<Credential>().SingleAsync(c => c.Account == account, TestContext.Current.CancellationToken)).Id;
        var answer = await PostAsync((await GetAsync("/office/sign-in")).Form, ("login", Login), ("password", Password));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
    }

    public Task<Seen> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends a form as a browser without script would: what it holds, changed by what is typed, and the button that is pressed.</summary>
    public Task<Seen> PostAsync(IHtmlFormElement form, params (string Name, string Value)[] typed)
    {
        var names = typed.Select(t => t.Name).ToHashSet();
        var held = form.Elements.OfType<IHtmlElement>().Where(e => e is not IHtmlButtonElement).SelectMany(Held).Where(h => !names.Contains(h.Name));
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, form.GetAttribute("action")) { Content = new FormUrlEncodedContent(held.Concat(typed).Select(h => KeyValuePair.Create(h.Name, h.Value))) });
    }

    public async Task<Seen> SendAsync(HttpRequestMessage request)
    {
        var address = new Uri(_client.BaseAddress!, request.RequestUri!);
        if (_cookies.GetCookieHeader(address) is { Length: > 0 } cookies)
            request.Headers.Add("Cookie", cookies);
        using var moved = Clock is { } clock ? RegistryClock.At(clock) : RegistryClock.At(Now);
        var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            _cookies.SetCookies(address, cookie.Replace("httponly", "HttpOnly", StringComparison.OrdinalIgnoreCase));
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Seen(response.StatusCode, response.Headers.Location?.ToString(), response, new HtmlParser().ParseDocument(text));
    }

    public void Dispose() => _client.Dispose();

    private static IEnumerable<(string Name, string Value)> Held(IHtmlElement element) => element switch
    {
        IHtmlInputElement { Type: "file" } => [],
        IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => [],
        IHtmlInputElement { Name: { } name } input => [(name, input.Value)],
        IHtmlTextAreaElement { Name: { } name } area => [(name, area.Value)],
        IHtmlSelectElement { Name: { } name } select => select.SelectedOptions.Select(o => (name, o.Value)),
        _ => [],
    };
}
