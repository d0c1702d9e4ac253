using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Pages;

/// <summary>One thing that waits.</summary>
/// <param name="Href">The way to it.</param>
/// <param name="Name">What it is.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Since">Since when it waits.</param>
/// <param name="Due">Until when something must be done.</param>
public sealed record WaitingItem(string Href, string Name, string State, DateTimeOffset? Since, DateTimeOffset? Due = null);

/// <summary>Things that wait for the same step.</summary>
/// <param name="Title">The step.</param>
public sealed record WaitingGroup(string Title, IReadOnlyList<WaitingItem> Items);

/// <summary>What waits for each role.</summary>
public static class Waiting
{
    /// <summary>What waits for whom is signed in.</summary>
    public static async Task<IReadOnlyList<WaitingGroup>> ForAsync(PageCall call)
    {
        await using var session = call.Service<IDocumentStore>().QuerySession();
        return call.Actor.Role switch
        {
            Roles.Applicant => await Applicant.ApplicantPages.WaitingAsync(call, session),
            _ => [],
        };
    }
}
