using System.Text.Encodings.Web;
using System.Text.Unicode;
using JasperFx;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Registry.Accounts;
using Registry.Applications;
using Registry.Audit;
using Registry.Demo;
using Registry.Disclosure;
using Registry.Integrity;
using Registry.Letters;
using Registry.Objections;
using Registry.Operations;
using Registry.Pages;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Mail;
using Registry.Programme;
using Registry.Proof;
using Registry.Publicity;
using Registry.Recognition;
using Registry.Recommendation;
using Registry.Review;
using Registry.Screening;
using Wolverine;
using Wolverine.ErrorHandling;

namespace Registry;

/// <summary>The program put together: one line per room, in the order of the procedure.</summary>
public static class App
{
    /// <summary>The web application, ready to start.</summary>
    public static WebApplication Build(RegistrySettings settings)
    {
        var app = Builder(settings).Build();
        Map(app);
        return app;
    }

    /// <summary>All services.</summary>
    public static WebApplicationBuilder Builder(RegistrySettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = typeof(App).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["urls"] = settings.Url });
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        builder.Services.ConfigureHttpJsonOptions(o => Json.ForApi(o.SerializerOptions));
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = CommandEndpoints.LargestBody;
            k.Limits.MinRequestBodyDataRate = new MinDataRate(settings.Files.SlowestUpload, settings.Files.SlowGrace);
        });
        // Standard output is the verbs', for machines; what the program tells about itself goes beside it.
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.AddLogs();
        builder.Logging
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information)
            .AddFilter("Marten", LogLevel.Warning).AddFilter("Wolverine", LogLevel.Warning).AddFilter("JasperFx", LogLevel.Warning).AddFilter("Hangfire", LogLevel.Warning);
        builder.Services.AddApiDescription();
        builder.Services.AddPages(settings);
        builder.Services.AddHealth();
        builder.Services.AddTelemetry(settings);
        builder.Services.AddJobs(settings);
        builder.Services.AddMail(settings);

        builder.Services.AddStore(settings, views =>
        {
            views.AddAccountViews();
            views.AddProgrammeViews();
            views.AddApplicationViews();
            views.AddRecommendationDocuments();
            views.AddReviewViews();
            views.AddPublicityViews();
            views.AddObjectionViews();
            views.AddIntegrityViews();
            views.AddRecognitionViews();
            views.AddProofViews(settings);
            views.AddLetters();
            views.AddAuditViews();
        });
        builder.Services.AddAccounts();
        builder.Services.AddExternalSignIn(settings);
        builder.Services.AddOperations();
        builder.Services.AddProgramme();
        builder.Services.AddApplications();
        builder.Services.AddPublicity();
        builder.Services.AddObjections();

        builder.Services.AddProof(settings);
        builder.Services.AddLetters();
        builder.Services.AddAudit();
        builder.Services.AddDisclosure();
        builder.Services.AddSingleton<DemoData>();
        builder.Services.AddSingleton<DemoProgress>();
        builder.Services.AddSingleton<DemoPlayer>();

        builder.Host.UseWolverine(o =>
        {
            o.ApplicationAssembly = typeof(App).Assembly;
            o.Policies.AutoApplyTransactions();
            o.Policies.UseDurableLocalQueues();
            o.AutoBuildMessageStorageOnStartup = AutoCreate.None;
            // A node that died is noticed, and its messages taken over, within half a minute.
            o.Durability.HealthCheckPollingTime = TimeSpan.FromSeconds(3);
            o.Durability.StaleNodeTimeout = TimeSpan.FromSeconds(15);
            o.Durability.CheckAssignmentPeriod = TimeSpan.FromSeconds(5);
            // While the database is away a message waits and is tried again; only what is wrong in itself becomes a dead letter.
            o.OnException(UnhandledErrors.IsAway).RetryWithCooldown(TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30))
                .Then.ScheduleRetryIndefinitely(TimeSpan.FromMinutes(1));
            if (settings.Alone)
                o.Durability.Mode = DurabilityMode.Solo;
        });
        return builder;
    }

    /// <summary>All routes.</summary>
    public static void Map(WebApplication app)
    {
        app.UseTrustedProxies();
        app.UseProblemsForApi();
        app.UsePagesForErrors();
        app.UseLog();
        app.UseSite();
        app.UseRateLimiter();
        app.UseActors();
        app.UseExternalSignIn();
        app.UseJobsDashboard();
        app.MapHealth();
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapPages();
        var api = app.MapGroup("/api/v1");
        api.MapCommands();
        api.MapAccounts();
        api.MapProgramme();
        api.MapApplications();
        api.MapRecommendation();
        api.MapScreening();
        api.MapReview();
        api.MapPublicity();
        api.MapObjections();
        api.MapIntegrity();
        api.MapRecognition();
        api.MapLetters();
        api.MapProof();
        api.MapAudit();
        api.MapOperations();
    }
}
