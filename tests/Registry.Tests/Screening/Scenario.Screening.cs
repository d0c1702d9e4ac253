using Registry.Accounts;
using Registry.Demo;
using Registry.Programme;
using Registry.Screening;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>21 June 2025, 10:00 in Beijing: the cities' deadline has passed.</summary>
    public static readonly DateTimeOffset Rechecking = new(2025, 6, 21, 2, 0, 0, TimeSpan.Zero);

    /// <summary>So many clusters of one city, admitted to expert review.</summary>
    public async Task<IReadOnlyList<(ApplicationId Id, Actor Clerk)>> AdmittedAsync(
        BatchId batch, string city = Jinan, int clusters = 1, string industry = "SW", DemoFigures? figures = null)
    {
        var reported = await ReportedAsync(batch, city, clusters, industry, figures);
        await registry.Accepted(Province(), new AdmitSeveral([.. reported.Select(r => new SelectedApplication(r.Id, 3))], "材料齐全，符合条件。"), batch.Value, Rechecking);
        return reported;
    }

    /// <summary>The list for expert review of so many clusters of each of these cities, fixed.</summary>
    public async Task<IReadOnlyList<(ApplicationId Id, Actor Clerk)>> ReviewListedAsync(BatchId batch, params IReadOnlyList<(string City, int Clusters)> cities)
    {
        var admitted = new List<(ApplicationId Id, Actor Clerk)>();
        foreach (var (city, clusters) in cities)
            admitted.AddRange(await AdmittedAsync(batch, city, clusters));
        await registry.Accepted(Province(), new FixReviewList(await VersionAsync(batch.Stream)), batch.Value, Rechecking);
        return admitted;
    }
}
