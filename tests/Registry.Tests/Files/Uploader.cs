using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;

namespace Registry.Tests.Files;

/// <summary>An applicant's program that uploads to a draft over HTTP.</summary>
public sealed class Uploader(RegistryFixture registry, ApplicationId id, string token)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ApplicationId Id => id;

    public string Token => token;

    /// <summary>Where its evidence goes up.</summary>
    public string Path => $"/api/v1/applications/{id.Value}/evidence";

    /// <summary>A whole draft in a batch of its own, and its clerk signed in.</summary>
    public static async Task<Uploader> StartAsync(RegistryFixture registry)
    {
        var (id, clerk) = await new Scenario(registry).DraftedAsync(await registry.Announce());
        return new Uploader(registry, id, await TokenAsync(registry, clerk));
    }

    /// <summary>A real session of an account with the same rights as the actor.</summary>
    public static async Task<string> TokenAsync(RegistryFixture registry, Actor actor)
    {
        var login = $"login-{Guid.NewGuid():N}";
        await registry.OpenAccountAsync(login, Pages.Visitor.Password, actor.Role, actor.City, actor.Organisation);
        return (await registry.Host.Services.GetRequiredService<SignIn>().OpenAsync(login, Pages.Visitor.Password, Ct))!.Token;
    }

    /// <summary>Uploads; the refusal's code, or null when the file was taken.</summary>
    public async Task<string?> SendAsync(byte[] content, string name, string indicator = "positioning", string? key = null, HttpClient? client = null)
    {
        using var answer = await AnswerAsync(content, name, indicator, key, client);
        return answer.IsSuccessStatusCode ? null : JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["code"]!.GetValue<string>();
    }

    public async Task<HttpResponseMessage> AnswerAsync(byte[] content, string name, string indicator = "positioning", string? key = null, HttpClient? client = null)
    {
        using var form = new MultipartFormDataContent { { new StringContent(indicator), "indicator" }, { new ByteArrayContent(content), "file", name } };
        return await AnswerAsync(form, client ?? registry.Host.Server.CreateClient(), key);
    }

    public async Task<HttpResponseMessage> AnswerAsync(HttpContent content, HttpClient client, string? key = null)
    {
        using var request = Request(HttpMethod.Post);
        request.Content = content;
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString("N"));
        return await client.SendAsync(request, Ct);
    }

    /// <summary>A request of its own to the address of the evidence or below it.</summary>
    public HttpRequestMessage Request(HttpMethod method, string below = "") =>
        new(method, Path + below) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

    public async Task<HttpResponseMessage> DownloadAsync(string sha256, string? asToken = null, string? application = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/applications/{application ?? id.Value}/evidence/{sha256}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", asToken ?? token);
        return await registry.Host.Server.CreateClient().SendAsync(request, Ct);
    }
}
