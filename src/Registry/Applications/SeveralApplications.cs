using Marten;
using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>Several applications of one batch on the desk at once, in the order asked for.</summary>
/// <param name="Call">The batch.</param>
/// <param name="Batch">The batch's events.</param>
/// <param name="Files">The applications.</param>
public sealed record ApplicationFiles(Call Call, Timeline Batch, IReadOnlyList<ApplicationFile> Files);

/// <summary>Commands that decide on several applications in one stroke.</summary>
public static class SeveralApplications
{
    /// <summary>
    /// Holds the applications alone, relies on the batch and on every applicant's standing, and reads them all, in one round of locks with
    /// <paramref name="holds"/>. Null when the batch does not exist, or one of the applications does not, lies in another batch, or is out of reach.
    /// </summary>
    public static async Task<ApplicationFiles?> OpenAsync(this Desk desk, BatchId batch, IReadOnlyList<ApplicationId> ids, params IEnumerable<Hold> holds)
    {
        var found = (await desk.Session.LoadManyAsync<Draft>(desk.Cancelled, ids.Select(id => id.Stream))).ToDictionary(d => d.Id);
        var heads = ids.Select(id => found.GetValueOrDefault(id.Stream)).OfType<Draft>().ToList();
        if (heads.Count < ids.Count || heads.Any(h => h.Batch != batch || !desk.Actor.Reaches(new Belonging(h.City, h.Organisation.Value))))
            return null;
        var organisations = heads.Select(h => Organisation.Stream(h.Organisation)).Distinct().ToList();
        await desk.HoldAsync([.. ids.Select(id => Hold.Changing(id.Stream)), Hold.Relying(batch.Stream), .. organisations.Select(Hold.Relying), .. holds]);

        var timelines = await desk.ReadAsync([batch.Stream, .. ids.Select(id => id.Stream), .. organisations]);
        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, batch, timelines[0], desk.Cancelled);
        if (call is null)
            return null;
        desk.UnderDefinition(call.Definition.Hash);
        var standings = timelines.Skip(1 + ids.Count).ToDictionary(t => t.Stream, t => t.Fold(Standing.Start, Standing.Next));
        return new ApplicationFiles(call, timelines[0], [.. heads.Select((head, i) => new ApplicationFile(
            head, timelines[1 + i], timelines[1 + i].Fold(Filing.Start, Filing.Next), call, standings[Organisation.Stream(head.Organisation)]))]);
    }
}
