using System.Text.Json;
using Registry.Accounts;
using Registry.Applications;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Demo;

/// <summary>An application of the demo: whose it is, its id, and the version of its stream.</summary>
public sealed class DemoApplication(DemoCluster cluster, Actor clerk, ApplicationId id)
{
    /// <summary>The invented cluster.</summary>
    public DemoCluster Cluster => cluster;

    /// <summary>The applicant's clerk.</summary>
    public Actor Clerk => clerk;

    /// <summary>The application.</summary>
    public ApplicationId Id => id;
}

/// <summary>Applicants fill in, attach evidence and submit.</summary>
public sealed class DemoApplications(DemoStage stage, DemoPeople people, EvidenceStore files, CallDefinition definition)
{
    /// <summary>An empty page that is each application's own, as real evidence would be: otherwise everybody's would look copied.</summary>
    private static byte[] EvidenceOf(ApplicationId id) => System.Text.Encoding.ASCII.GetBytes(
        $"%PDF-1.4\n%{id.Value}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");

    /// <summary>A draft with all it needs.</summary>
    /// <param name="prefix">Prefix of the step names.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="at">When the draft is opened; what follows takes minutes.</param>
    /// <param name="adjust">Changes the form for a batch with other years.</param>
    public async Task<DemoApplication> DraftAsync(string prefix, BatchId batch, DemoCluster cluster, DateTimeOffset at, Action<System.Text.Json.Nodes.JsonObject>? adjust = null)
    {
        var clerk = await people.OpenApplicantAsync(cluster, definition.FindCity(cluster.City)!);
        var opened = await stage.PlayAsync($"{prefix}/open", clerk, at, null, new OpenDraft(batch));
        var id = new ApplicationId(opened.Id!);
        var form = DemoForm.Make(cluster.Name, cluster.City, cluster.Industry, cluster.Organisation, DemoForm.Code(cluster.City, cluster.Number), cluster.Figures);
        adjust?.Invoke(form);
        await stage.PlayAsync($"{prefix}/save", clerk, at.AddMinutes(25), id.Value, new SaveDraft(JsonSerializer.SerializeToElement(form), 0));
        var stored = await files.PutAsync(id.Value, EvidenceOf(id), CancellationToken.None);
        foreach (var field in definition.Form.Fields.Where(f => f.Evidence))
            await stage.PlayAsync($"{prefix}/evidence/{field.Key}", clerk, at.AddMinutes(40), id.Value,
                new AttachEvidence(field.Key, stored.Sha256, stored.Size, "application/pdf", $"演示佐证-{field.Key}.pdf"));
        return new DemoApplication(cluster, clerk, id);
    }

    /// <summary>Submits the draft.</summary>
    public async Task<DemoApplication> SubmitAsync(string prefix, DemoApplication application, DateTimeOffset at)
    {
        await stage.PlayAsync($"{prefix}/submit", application.Clerk, at, application.Id.Value, async () => new SubmitApplication(await stage.VersionAsync(application.Id.Stream)));
        return application;
    }
}
