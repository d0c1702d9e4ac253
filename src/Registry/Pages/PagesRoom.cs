using Microsoft.AspNetCore.DataProtection;
using Registry.Platform;

namespace Registry.Pages;

/// <summary>The pages of the registry itself: the office for those who sign in, and the forms of the public.</summary>
public static class PagesRoom
{
    /// <summary>Registers the pages. Their keys lie in the data folder, so that a form that was open over a restart still counts.</summary>
    public static void AddPages(this IServiceCollection services, RegistrySettings settings)
    {
        services.AddRazorComponents();
        services.AddSingleton<Catalogue>();
        services.AddDataProtection().SetApplicationName("registry").PersistKeysToFileSystem(KeyFolder(settings));
        services.AddAntiforgery(o =>
        {
            o.FormFieldName = PageGate.TokenField;
            o.Cookie.Name = "registry-form";
            // Strict would be left out when somebody comes by a link in a mail, so that page would get a new cookie and the forms in other tabs would count no more.
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.HttpOnly = true;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SuppressXFrameOptionsHeader = true;
        });
    }

    /// <summary>Maps the pages, those made by hand before those made from commands and queries.</summary>
    public static void MapPages(this IEndpointRouteBuilder app)
    {
        OfficeAssets.Map(app);
        var office = app.MapGroup("/office");
        SignInPages.Map(office);
        OwnAccountPages.Map(office);
        ConsolePages.Map(office);
        Applicant.ApplicantPages.Map(office);
        Applicant.BlankForms.Map(office);
        Applicant.SealedCopyPages.Map(office);
        Officers.CityCheckPages.Map(office);
        Officers.CityReportPages.Map(office);
        Officers.ScreeningPages.Map(office);
        Officers.WhatIfPages.Map(office);
        Notices.NoticePages.Map(office);
        Notices.ShortlistPages.Map(office);
        Handling.ObjectionPages.Map(office);
        Handling.PaperListPages.Map(office);
        Audit.AuditPages.Map(office);
        ApplicationPages.Map(office);
        Sensitive.QuarantinePages.Map(office);
        Experts.ScorePages.Map(office);
        Letters.LetterPages.Map(office);
        Review.ReviewPages.Map(office);
        Integrity.CasePages.Map(office);
        Integrity.RestrictionPages.Map(office);
        Recognition.RecognitionPages.Map(office);
        Recognition.DecisionPages.Map(office);
        Recognition.ReviewInboxPages.Map(office);
        RecordPages.Map(office);
        Citizen.FilingPages.Map(app);
    }

    private static DirectoryInfo KeyFolder(RegistrySettings settings) =>
        Directory.CreateDirectory(Path.Combine(settings.DataFolder, "secrets", "pages"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
