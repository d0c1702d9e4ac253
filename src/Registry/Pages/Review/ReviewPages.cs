namespace Registry.Pages.Review;

/// <summary>The pages of the expert review that are made by hand: an expert's own work, and an officer's panels, rankings and on-site checks.</summary>
public static class ReviewPages
{
    /// <summary>Maps the pages.</summary>
    public static void Map(IEndpointRouteBuilder office)
    {
        AssignmentPages.Map(office);
        PanelPages.Map(office);
        CheckPages.Map(office);
    }
}
