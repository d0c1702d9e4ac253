using Registry.Accounts;

namespace Registry.Pages;

/// <summary>The console: what waits for whom is signed in, since when, with the way to it.</summary>
public static class ConsolePages
{
    /// <summary>Maps the console.</summary>
    public static void Map(IEndpointRouteBuilder office) => office.Page("", PageGate.SignedIn, ShowAsync);

    private static async Task<IResult> ShowAsync(PageCall call)
    {
        var waiting = await Waiting.ForAsync(call);
        var makes = CommandForm.All.Values
            .Where(f => (f.Spec.Roles & call.Actor.Role) != 0 && f.Spec.Route is { } route && !route.Contains('{', StringComparison.Ordinal) && f.Spec.Name != "open-draft")
            .Select(f => new NavigationLink($"{f.PathFor(null)}?do={f.Spec.Name}", f.Title(call.Page))).ToList();
        if (call.Actor.Role == Roles.Administrator)
            makes.Add(new NavigationLink("/office/jobs", call.Page.Say("page.jobs")));
        return call.Show<ConsolePage>(new { Groups = waiting, Makes = makes });
    }
}
