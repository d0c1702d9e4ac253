using System.Text;
using JasperFx.Events;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using PublicSite;
using Registry.Applications;
using Registry.Disclosure;
using Registry.Integrity;
using Registry.Organisations;
using Registry.Platform;
using Registry.Programme;
using Registry.Publicity;
using Registry.Recognition;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>The site of this batch alone, as it would be published on the day.</summary>
    public async Task<Dictionary<string, byte[]>> SiteFilesAsync(BatchId batch, DateOnly day)
    {
        await using var session = registry.Store.QuerySession();
        var heads = await session.QueryAsync<Draft>("where data -> 'Batch' ->> 'Value' = ? or data ->> 'Batch' = ?", Ct, batch.Value, batch.Value);
        var events = new List<IEvent>();
        var cases = await session.Query<CaseCard>().Where(c => c.Batch == batch.Value).ToListAsync(Ct);
        var announcements = await session.Query<AnnouncementCard>().Where(a => a.Batch == batch.Value).ToListAsync(Ct);
        var notices = (await session.Events.FetchStreamAsync(batch.Stream, token: Ct)).Select(e => e.Data).OfType<NoticePrepared>().Select(n => n.Publicity.Stream);
        foreach (var stream in heads.SelectMany(h => new[] { h.Id, Organisation.Stream(h.Organisation) }).Concat(cases.Select(c => c.Id)).Concat(announcements.Select(a => a.Id)).Concat(notices).Append(batch.Stream).Distinct())
            events.AddRange(await session.Events.FetchStreamAsync(stream, token: Ct));
        var fold = new DisclosureFold();
        var calls = registry.Host.Services.GetRequiredService<Calls>();
        foreach (var e in events.Where(e => EventBook.IsPublic(e.Data)).OrderBy(e => e.Sequence))
        {
            if (e.Data is BatchAnnounced announced)
                fold.Know(await calls.DefinitionAsync(session, announced.DefinitionHash, Ct));
            fold.Take(e);
        }
        return SiteBuilder.Render(fold.Result(day, demo: true), day, new SiteOptions { OutputFolder = "unused" }).ToDictionary(f => f.Path, f => f.Content.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The rows of a published table, by the names of its columns.</summary>
    public static List<Dictionary<string, string>> Rows(Dictionary<string, byte[]> files, string table)
    {
        var lines = Encoding.UTF8.GetString(files[$"data/v1/{table}.csv"]).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(l => l.Trim('"').Split("\",\"")).ToList();
        return [.. lines.Skip(1).Select(cells => lines[0].Zip(cells).ToDictionary(p => p.First, p => p.Second.TrimStart('\'')))];
    }
}
