using System.Text.Json;
using System.Text.Json.Nodes;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Demo;
using Registry.Organisations;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Tests;

/// <summary>
/// Brings things to a state, by the real commands in order, each method named after the state reached. Every room adds its own part.
/// </summary>
public sealed partial class Scenario(RegistryFixture registry)
{
    private static int _organisations;

    /// <summary>20 May 2025, 10:00 in Beijing: applications and reports are open.</summary>
    public static readonly DateTimeOffset Open = new(2025, 5, 20, 2, 0, 0, TimeSpan.Zero);

    /// <summary>Jinan, with three places.</summary>
    public const string Jinan = "370100";

    /// <summary>Zibo, with two places.</summary>
    public const string Zibo = "370300";

    /// <summary>The file that stands at every indicator of this scenario's applications.</summary>
    public byte[] Evidence { get; init; } = [.. "%PDF-1.7 demo"u8];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An organisation of its own each time.</summary>
    public static CreditCode NewOrganisation(string city) => DemoForm.Code(city, Interlocked.Increment(ref _organisations));

    /// <summary>An applicant's clerk.</summary>
    public static Actor Clerk(CreditCode organisation, string city) => new($"clerk-{organisation.Value}", Roles.Applicant, city, organisation.Value);

    /// <summary>One of a city's officers; the second one has another number.</summary>
    public static Actor CityOfficer(string city, int number = 1) => new($"city-{city}-{number}", Roles.CityOfficer, city);

    /// <summary>One of the province's officers.</summary>
    public static Actor Province(int number = 1) => new($"province-{number}", Roles.ProvincialOfficer);

    /// <summary>One of the integrity officers.</summary>
    public static Actor Integrity(int number = 1) => new($"integrity-{number}", Roles.IntegrityOfficer);

    /// <summary>A draft with a whole form and evidence at every indicator, ready to be submitted.</summary>
    public async Task<(ApplicationId Id, Actor Clerk)> DraftedAsync(
        BatchId batch, string city = Jinan, string? cluster = null, string industry = "SW", DemoFigures? figures = null,
        CreditCode? organisation = null, DateTimeOffset? at = null, Action<JsonObject>? change = null)
    {
        var code = organisation ?? NewOrganisation(city);
        var clerk = Clerk(code, city);
        var opened = await registry.Accepted(clerk, new OpenDraft(batch), at: at ?? Open);
        var id = new ApplicationId(opened.Id!);
        var form = DemoForm.Make(cluster ?? $"演示集群{code.Value[^6..]}", city, industry, $"演示运营机构{code.Value[^6..]}", code, figures);
        change?.Invoke(form);
        await registry.Accepted(clerk, new SaveDraft(JsonSerializer.SerializeToElement(form), 0), id.Value, at ?? Open);
        var files = registry.Host.Services.GetRequiredService<EvidenceStore>();
        var stored = await files.PutAsync(id.Value, Evidence, Ct);
        await using var session = registry.Store.QuerySession();
        var call = await registry.Host.Services.GetRequiredService<Calls>().ReadAsync(session, batch, Ct);
        foreach (var field in call!.Definition.Form.Fields.Where(f => f.Evidence))
            await registry.Accepted(clerk, new AttachEvidence(field.Key, stored.Sha256, stored.Size, "application/pdf", "佐证.pdf"), id.Value, at ?? Open);
        return (id, clerk);
    }

    /// <summary>A submitted application; its version is 1.</summary>
    public async Task<(ApplicationId Id, Actor Clerk)> SubmittedAsync(
        BatchId batch, string city = Jinan, string? cluster = null, string industry = "SW", DemoFigures? figures = null,
        CreditCode? organisation = null, DateTimeOffset? at = null, Action<JsonObject>? change = null)
    {
        var (id, clerk) = await DraftedAsync(batch, city, cluster, industry, figures, organisation, at, change);
        await registry.Accepted(clerk, new SubmitApplication(0), id.Value, at ?? Open);
        return (id, clerk);
    }

    /// <summary>The stream's version now.</summary>
    public async Task<long> VersionAsync(string stream)
    {
        await using var session = registry.Store.QuerySession();
        return (await session.Events.FetchStreamStateAsync(stream, Ct))?.Version ?? 0;
    }

    /// <summary>Where an application stands.</summary>
    public async Task<Stage> StageAsync(ApplicationId id)
    {
        await using var session = registry.Store.QuerySession();
        return new Registry.Platform.Commands.Timeline(id.Stream, await session.Events.FetchStreamAsync(id.Stream, token: Ct)).Fold(Filing.Start, Filing.Next).Stage;
    }
}
