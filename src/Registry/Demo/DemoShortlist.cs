using Marten;
using Registry.Programme;
using Registry.Publicity;
using Registry.Review;

namespace Registry.Demo;

/// <summary>The shortlist from the ranking, without deviations.</summary>
public static class DemoShortlist
{
    /// <summary>Proposes everything that passed, and tells the others why not.</summary>
    public static async Task<ProposeShortlist> ProposalAsync(DemoStage stage, IDocumentStore store, BatchId batch, IReadOnlyList<ApplicationId> scored)
    {
        await using var session = store.QuerySession();
        var passed = new List<ApplicationId>();
        foreach (var application in scored)
            if ((await session.Events.FetchStreamAsync(application.Stream, token: stage.Cancelled)).Select(e => e.Data).OfType<ApplicationScored>().Single().Passes)
                passed.Add(application);
        return new ProposeShortlist(
            [.. passed.Select(id => new ListedApplication(id))],
            [.. scored.Except(passed).Select(id => new LeftOutApplication(id, "专家评审综合得分未达到入围分数线。"))],
            await stage.VersionAsync(batch.Stream));
    }

    /// <summary>The collective decision that fixes it.</summary>
    public static async Task<FixShortlist> FixAsync(DemoStage stage, BatchId batch, DateOnly day) =>
        new("厅长办公会（演示）", day, "演示签发人", await stage.VersionAsync(batch.Stream));

    /// <summary>The shortlist as it was fixed, in the ranking's order.</summary>
    public static async Task<IReadOnlyList<ApplicationId>> ReadAsync(DemoStage stage, IDocumentStore store, BatchId batch)
    {
        await using var session = store.QuerySession();
        return [.. (await session.Events.FetchStreamAsync(batch.Stream, token: stage.Cancelled)).Select(e => e.Data).OfType<ShortlistFixed>().Single().Entries.Select(e => e.Application)];
    }
}
