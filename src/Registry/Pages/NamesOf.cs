using System.Text.Json;
using System.Text.RegularExpressions;
using Marten;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Sealing;

namespace Registry.Pages;

/// <summary>What an opaque id stands for, as far as the reader may know it.</summary>
/// <param name="Text">Its name.</param>
/// <param name="Href">The way to it, if it has a page.</param>
public sealed record NamedThing(string Text, string? Href);

/// <summary>Finds the names of the ids in an answer: clusters by their applications, officers by their accounts.</summary>
public static partial class NamesOf
{
    private const int Most = 1000;
    private const Roles SeesOfficers = Roles.ProvincialOfficer | Roles.IntegrityOfficer | Roles.Auditor | Roles.Supervision | Roles.Administrator;

    /// <summary>Names of everything that the answer mentions and the reader reaches. Two queries, however long it is.</summary>
    public static async Task<IReadOnlyDictionary<string, NamedThing>> AnswerAsync(PageCall call, object answer)
    {
        var ids = Opaque().Matches(JsonSerializer.Serialize(answer, Json.Api)).Select(m => m.Value).Distinct().Take(Most).ToList();
        var names = new Dictionary<string, NamedThing>();
        if (ids.Count == 0)
            return names;
        await using var session = call.Service<IDocumentStore>().QuerySession();
        foreach (var card in await session.LoadManyAsync<ApplicationCard>(call.Cancelled, ids.Select(i => new ApplicationId(i).Stream)))
            if (call.Actor.Reaches(new Belonging(card.City, card.Organisation)))
                names[card.Application] = new NamedThing(card.Cluster, $"/office/applications/{card.Application}");
        if (call.Actor.May(SeesOfficers))
            foreach (var account in await session.LoadManyAsync<AccountView>(call.Cancelled, ids.Select(i => new AccountId(i).Stream)))
                if (account.Role is not (Roles.Expert or Roles.Applicant) && account.Name is { } name && call.Service<Vault>().Open(name) is { } text)
                    names[account.Opaque] = new NamedThing(text, null);
        return names;
    }

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")]
    private static partial Regex Opaque();
}
