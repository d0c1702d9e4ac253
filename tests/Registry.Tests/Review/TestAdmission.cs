using System.Text.Json.Serialization;
using Marten;
using Registry.Applications;
using Registry.Programme;

namespace Registry.Tests;

/// <summary>Stands in for the provincial re-check.</summary>
public sealed record TestAdmission(string Note) : IMovesApplication
{
    [JsonIgnore]
    public Stage To => Stage.Admitted;
}

public sealed partial class Scenario
{
    /// <summary>An application that is admitted to the expert review.</summary>
    public async Task<ApplicationId> ForReviewAsync(BatchId batch, string city = Jinan, string industry = "SW")
    {
        var (id, _) = await SubmittedAsync(batch, city, industry: industry);
        await using var session = registry.Store.LightweightSession();
        session.Events.Append(id.Stream, new TestAdmission("stand-in"));
        await session.SaveChangesAsync(Ct);
        return id;
    }
}
