using System.Text.Json.Nodes;
using Hangfire;
using JasperFx.Events.Projections;
using Marten;
using Microsoft.AspNetCore.Mvc;
using Registry.Accounts;
using Registry.Applications.Sensitive;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>The applications' room.</summary>
public static class ApplicationsRoom
{
    private const Roles Readers = Roles.Applicant | Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor;
    private static readonly QuerySpec GetDraft = new("get-draft", "/applications/{id}/draft", Roles.Applicant, "The own draft: form, evidence, number of saves, condition check as help.");
    private static readonly QuerySpec GetApplication = new("get-application", "/applications/{id}", Readers, "An application: where it stands, its version and every submission as it was made.");

    /// <summary>Registers the room.</summary>
    public static void AddApplications(this IServiceCollection services)
    {
        services.AddSingleton<ISealedFiles>(p => SealedFiles.Of(p.GetRequiredService<RegistrySettings>()));
        services.AddSingleton(p => new EvidenceStore(
            p.GetRequiredService<ISealedFiles>(), p.GetRequiredService<Vault>(), p.GetRequiredService<KeyStore>(),
            p.GetRequiredService<RegistrySettings>().Files.Scanner is { } clamd ? new ClamdScanner(clamd, TimeSpan.FromMinutes(1)) : null));
        services.AddSingleton<UploadGate>();
        services.AddSingleton<OrphanSweep>();
        services.AddSingleton<QuarantineUpkeep>();
    }

    /// <summary>The room's views.</summary>
    public static void AddApplicationViews(this StoreOptions options)
    {
        options.Schema.For<Draft>().Index(d => d.City).Index(d => d.Organisation);
        options.Schema.For<UploadDay>();
        options.Schema.For<ClusterFiling>().Index(c => new { c.Batch, c.Organisation });
        options.Schema.For<ApplicationCard>().Index(c => new { c.Batch, c.City }).Index(c => c.Organisation);
        options.Projections.Add(new ClusterFilingProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new ApplicationCardProjection(), ProjectionLifecycle.Inline);
        options.Schema.For<QuarantineCard>().Index(q => q.Application).Index(q => q.City);
        options.Schema.For<SubmittedFiles>().GinIndexJsonData();
        options.Projections.Add(new SubmittedFilesProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new HandOverCardProjection(), ProjectionLifecycle.Inline);
        options.Projections.Add(new QuarantineCardProjection(), ProjectionLifecycle.Inline);
    }

    /// <summary>The room's queries, and the upload and download of evidence.</summary>
    public static void MapApplications(this IEndpointRouteBuilder api)
    {
        api.MapQuery(GetDraft, ReadDraftAsync).WithTags("Applications");
        api.MapQuery(GetApplication, ReadApplicationAsync).WithTags("Applications");
        ApplicationList.Map(api);
        SubmissionChanges.Map(api);
        LookAlikes.Map(api);
        ConditionsNow.Map(api);
        WhatIf.Map(api);
        EvidenceEndpoints.Map(api);
        SealedCopies.Map(api);
        QuarantineQueries.Map(api);
    }

    /// <summary>
    /// Before the program serves: what was withheld or destroyed is so again, whatever copies of keys and files were restored. From then on every night,
    /// with a sweep of the files that nothing names.
    /// </summary>
    public static async Task StartUpkeepAsync(this WebApplication app)
    {
        await app.Services.GetRequiredService<ISealedFiles>().ProveAsync(app.Lifetime.ApplicationStopping);
        await app.Services.GetRequiredService<QuarantineUpkeep>().RunAsync(app.Lifetime.ApplicationStopping);
        if (app.Services.GetService<IRecurringJobManager>() is not { } jobs)
            return;
        jobs.AddOrUpdate<QuarantineUpkeep>("quarantine-upkeep", job => job.RunAsync(CancellationToken.None), NightInChina);
        jobs.AddOrUpdate<OrphanSweep>("sweep-orphans", job => job.RunAsync(CancellationToken.None), NightInChina);
    }

    /// <summary>Half past two in Beijing.</summary>
    private const string NightInChina = "30 18 * * *";

    /// <summary>The draft in the route, if the reader reaches it.</summary>
    internal static async Task<Draft?> ReachableAsync(HttpContext http, Reading reading)
    {
        var id = new ApplicationId(http.Request.RouteValues["id"]!.ToString()!);
        var head = await reading.Session.LoadAsync<Draft>(id.Stream, reading.Cancelled);
        return head is not null && reading.Actor.Reaches(new Belonging(head.City, head.Organisation.Value)) ? head : null;
    }

    private static async Task<DraftAnswer?> ReadDraftAsync(HttpContext http, Reading reading)
    {
        if (await ReachableAsync(http, reading) is not { } draft)
            return null;
        var call = await reading.Services.GetRequiredService<Calls>().ReadAsync(reading.Session, draft.Batch, reading.Cancelled);
        var state = await reading.Session.Events.FetchStreamStateAsync(draft.Id, reading.Cancelled);
        var form = reading.Open(draft.Form) is { } text ? JsonNode.Parse(text) : new JsonObject();
        var check = FormCheck.Validate(call!.Definition, System.Text.Json.JsonSerializer.SerializeToElement(form));
        var today = ChinaTime.ToDay(reading.Now);
        return new DraftAnswer(
            draft.Application, draft.Batch, draft.Organisation.Value, draft.City, form, draft.Saves, draft.SavedAt, state?.Version ?? 0,
            [.. draft.Evidence.Select(e => Shown(e, reading))],
            [.. check.Errors],
            [.. ConditionCheck.EvaluateApplicant(call.Definition, check.Form, today), .. ConditionCheck.Evaluate(call.Definition, check.Form, check.Form.Code(call.Definition.Form.Roles.Industry), today)],
            call.ApplicationWindow(draft.City).ClosesAt, draft.Sensitive);
    }

    private static async Task<ApplicationAnswer?> ReadApplicationAsync(HttpContext http, Reading reading)
    {
        if (await ReachableAsync(http, reading) is not { } head)
            return null;
        var events = await reading.Session.Events.FetchStreamAsync(head.Id, token: reading.Cancelled);
        if (events.Count == 0 && reading.Actor.Role != Roles.Applicant)
            return null;
        var filing = new Timeline(head.Id, events).Fold(Filing.Start, Filing.Next);
        return new ApplicationAnswer(
            head.Application, head.Batch, head.Organisation.Value, head.City, filing.Stage, events.Count,
            [.. events.Where(e => e.Data is ApplicationSubmitted).Select(e => Shown((ApplicationSubmitted)e.Data, e.Timestamp, reading))],
            [.. events.Select(e => new StepAnswer(e.EventTypeName, e.Timestamp, (e.Data as IMovesApplication)?.To))],
            [.. events.Where(e => e.Data is SealedCopyFiled).Select(e => (Filed: (SealedCopyFiled)e.Data, e.Timestamp)).Select(c => new SealedCopyAnswer(c.Filed.Round, c.Filed.FormHash, c.Filed.File.Sha256, c.Filed.File.Size, c.Timestamp))]);
    }

    /// <summary>A submission exactly as it was made.</summary>
    internal static SubmissionAnswer Shown(ApplicationSubmitted s, DateTimeOffset at, Reading reading) => new(
        s.Round, at, s.OrganisationName, s.ClusterName, s.Industry, FrozenForm.Join(s, reading.Open), [.. s.Evidence.Select(e => Shown(e, reading))], s.Check, s.FormHash,
        s.Sensitive, Withholding.OfTexts(s, reading.Services.GetRequiredService<KeyStore>()));

    /// <summary>An evidence file with its name, or why it cannot be read.</summary>
    internal static EvidenceAnswer Shown(EvidenceFile file, Reading reading) =>
        new(file.Indicator, file.Sha256, file.Size, file.Type, reading.Open(file.Name), Withholding.Of(file.Name.Box?.Key, reading.Services.GetRequiredService<KeyStore>()));
}

/// <summary>A draft as its owner sees it. <paramref name="Saves"/> is the version that the next save carries, <paramref name="Version"/> the one that submission carries.</summary>
public sealed record DraftAnswer(
    ApplicationId Id, BatchId Batch, string Organisation, string City, JsonNode? Form, int Saves, DateTimeOffset SavedAt, long Version,
    IReadOnlyList<EvidenceAnswer> Evidence, IReadOnlyList<FormRemark> Remarks, IReadOnlyList<ConditionVerdict> Check, DateTimeOffset ClosesAt, IReadOnlyList<string>? Sensitive = null);

/// <summary>An application as those who reach it see it.</summary>
public sealed record ApplicationAnswer(
    ApplicationId Id, BatchId Batch, string Organisation, string City, Stage Stage, long Version,
    IReadOnlyList<SubmissionAnswer> Submissions, IReadOnlyList<StepAnswer> Steps, IReadOnlyList<SealedCopyAnswer> SealedCopies);

/// <summary>One submission as it was made.</summary>
/// <param name="Sensitive">Indicators whose evidence is handed over on a disc.</param>
/// <param name="Withheld">Fields whose text is withheld or destroyed.</param>
public sealed record SubmissionAnswer(
    int Round, DateTimeOffset At, string OrganisationName, string ClusterName, string Industry, JsonNode Form,
    IReadOnlyList<EvidenceAnswer> Evidence, IReadOnlyList<ConditionVerdict> Check, string FormHash,
    IReadOnlyList<string>? Sensitive = null, IReadOnlyDictionary<string, Withholding>? Withheld = null);

/// <summary>One event of an application: its kind, when, and where it moved it.</summary>
public sealed record StepAnswer(string Kind, DateTimeOffset At, Stage? To);

/// <summary>An evidence file.</summary>
/// <param name="Withheld">Why it cannot be read, if it cannot.</param>
public sealed record EvidenceAnswer(string Indicator, string Sha256, long Size, string Type, string? Name, Withholding? Withheld = null);
