using System.Net.Http.Json;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recommendation;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>A digest that no file has to bear out: uploads are another room's.</summary>
    public static readonly string Digest = new('a', 64);

    /// <summary>What an officer says to every condition that asks for it, with the same reason.</summary>
    public async Task<IReadOnlyList<Finding>> FindingsAsync(ApplicationId id)
    {
        await using var session = registry.Store.QuerySession();
        var events = await session.Events.FetchStreamAsync(id.Stream, token: Ct);
        var check = new Timeline(id.Stream, events).Fold(Filing.Start, Filing.Next).Last!.Check;
        return [.. check.Select(v => (v.Condition, Kind: Findings.AskedBy(v.Verdict))).Where(v => v.Kind is not null).Select(v => new Finding(v.Condition, v.Kind!.Value, "经核查，符合要求。"))];
    }

    /// <summary>
    /// Many submitted applications of as many organisations of one city, quickly: one is really submitted, the others are its copies without prose.
    /// </summary>
    public async Task<IReadOnlyList<ApplicationId>> SubmittedManyAsync(BatchId batch, string city, int count)
    {
        var (first, _) = await SubmittedAsync(batch, city);
        var ids = new List<ApplicationId> { first };
        await using var session = registry.Store.LightweightSession();
        var submitted = (ApplicationSubmitted)(await session.Events.FetchStreamAsync(first.Stream, token: Ct))[0].Data;
        for (var i = 1; i < count; i++)
        {
            var (id, organisation) = (new ApplicationId(Desk.NewId()), NewOrganisation(city));
            session.Insert(new Draft { Id = id.Stream, Batch = batch, Organisation = organisation, City = city });
            session.Events.StartStream<Application>(
                id.Stream, submitted with { Organisation = organisation, ClusterName = $"演示集群{i}", Prose = new Dictionary<string, Registry.Platform.Sealing.Sealed>(), Evidence = [] });
            ids.Add(id);
        }
        await session.SaveChangesAsync(Ct);
        return ids;
    }

    /// <summary>A command that recommends the application as it stands now.</summary>
    public async Task<RecommendApplication> RecommendationOfAsync(ApplicationId id, int rank = 1) =>
        new("建议推荐。", rank, await FindingsAsync(id), await VersionAsync(id.Stream));

    /// <summary>A recommended application.</summary>
    public async Task<(ApplicationId Id, Actor Clerk)> RecommendedAsync(
        BatchId batch, string city = Jinan, int rank = 1, string industry = "SW", DemoFigures? figures = null, DateTimeOffset? at = null)
    {
        var (id, clerk) = await SubmittedAsync(batch, city, industry: industry, figures: figures, at: at);
        await registry.Accepted(CityOfficer(city), await RecommendationOfAsync(id, rank), id.Value, at ?? Open);
        return (id, clerk);
    }

    /// <summary>A city's report of so many recommended clusters, which are with the province now.</summary>
    public async Task<IReadOnlyList<(ApplicationId Id, Actor Clerk)>> ReportedAsync(
        BatchId batch, string city = Jinan, int clusters = 1, string industry = "SW", DemoFigures? figures = null, DateTimeOffset? at = null)
    {
        var recommended = new List<(ApplicationId Id, Actor Clerk)>();
        for (var rank = 1; rank <= clusters; rank++)
            recommended.Add(await RecommendedAsync(batch, city, rank, industry, figures, at));
        await DraftedReportAsync(batch, city, [.. recommended.Select(r => r.Id)], at);
        await registry.Accepted(CityOfficer(city, 2), new IssueCityReport(1), batch.Value, at ?? Open);
        return recommended;
    }

    /// <summary>An account of this role, signed in: a client of the API.</summary>
    public async Task<HttpClient> SignedInAsync(Roles role, string? city = null, string? organisation = null)
    {
        var login = $"user-{Guid.NewGuid():N}";
        await registry.OpenAccountAsync(login, Pages.Visitor.Password, role, city, organisation);
        var client = registry.Host.Server.CreateClient();
        var session = await client.PostAsJsonAsync("/api/v1/session", new SignInRequest(login, Pages.Visitor.Password), Registry.Platform.Json.Api, Ct);
        var token = (await session.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(Ct)).GetProperty("token").GetString();
        client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>The same for an application that may not have been submitted: then there is nothing to say.</summary>
    public async Task<IReadOnlyList<Finding>> FindingsOrNoneAsync(ApplicationId id) => await VersionAsync(id.Stream) == 0 ? [] : await FindingsAsync(id);

    /// <summary>A draft of a city's report as somebody tries to give it.</summary>
    public async Task<Outcome> GiveReportAsync(BatchId batch, Actor officer, IReadOnlyList<ApplicationId> applications, DateTimeOffset at, long version)
    {
        var scan = await registry.Host.Services.GetRequiredService<EvidenceStore>().PutAsync(CityReport.Stream(batch, officer.City!), "%PDF-1.7 scan"u8.ToArray(), Ct);
        return await registry.Give(officer, new DraftCityReport("演工信〔2025〕12号", scan.Sha256, scan.Sha256, applications, version), batch.Value, at);
    }

    /// <summary>A city's report, drafted by its first officer.</summary>
    public async Task<Answer> DraftedReportAsync(BatchId batch, string city, IReadOnlyList<ApplicationId> applications, DateTimeOffset? at = null, long version = 0)
    {
        var scan = await registry.Host.Services.GetRequiredService<EvidenceStore>().PutAsync(CityReport.Stream(batch, city), "%PDF-1.7 scan"u8.ToArray(), Ct);
        return await registry.Accepted(CityOfficer(city), new DraftCityReport("演工信〔2025〕12号", scan.Sha256, scan.Sha256, applications, version), batch.Value, at ?? Open);
    }
}
