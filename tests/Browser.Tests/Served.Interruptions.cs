using Marten;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Registry.Accounts;
using Registry.Platform;
using Registry.Tests;
using Registry.Tests.Faults;

namespace Registry.BrowserTests;

/// <summary>What may come between: a session that ends, a program that is killed.</summary>
public sealed partial class Served
{
    /// <summary>Ends the session of whoever is signed in on the page, as its time would.</summary>
    public async Task EndSessionAsync(IPage page)
    {
        var token = (await page.Context.CookiesAsync()).Single(c => c.Name == AccountsRoom.Cookie).Value;
        await app.Services.GetRequiredService<SignIn>().CloseAsync(Uri.UnescapeDataString(token), Ct);
    }

    /// <summary>How many documents of this kind there are.</summary>
    public async Task<int> CountAsync<T>() where T : notnull
    {
        await using var session = app.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return await session.Query<T>().CountAsync(Ct);
    }

    /// <summary>Stops the program in this process, and runs it on the same data, database and port as a process of its own, which can be killed.</summary>
    public async Task<Node> MoveOutAsync()
    {
        await app.StopAsync(Ct);
        return await StartAsync();
    }

    /// <summary>Starts the program as a process of its own; it has its own end to come to.</summary>
    public Task<Node> StartAsync() => Node.StartAsync(
        folder.FullName, new Dictionary<string, string> { [RunningDatabase.Setting] = PostgresFixture.ServingOf(connection), ["REGISTRY_SECOND_FACTOR"] = "nobody" }, Ct, on: new Uri(Address).Port);
}
