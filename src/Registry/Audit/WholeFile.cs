using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marten;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Recognition;

namespace Registry.Audit;

/// <summary>One file inside an exported file.</summary>
public sealed record FilePart(string Path, long Size, string Sha256);

/// <summary>The list of contents.</summary>
/// <param name="Format">Always <see cref="WholeFile.Format"/>.</param>
public sealed record FileManifest(string Format, string Application, DateTimeOffset ExportedAt, string ExportedBy, int Events, IReadOnlyList<FilePart> Files);

/// <summary>
/// An application's complete file (卷宗) as a ZIP: pages for people in the order of the procedure, all evidence under the digests that the events name, the raw
/// events with what proves them, the definitions they were decided under, and a manifest. It can be checked later without the database.
/// </summary>
public static class WholeFile
{
    /// <summary>Name of the format.</summary>
    public const string Format = "sdreg-file/v1";

    /// <summary>Names inside the ZIP.</summary>
    public const string ManifestName = "manifest.json", EventsName = "events.jsonl", PageName = "index.html", EvidenceFolder = "evidence/";

    /// <summary>Writes the file; null when the application is none or nothing was ever submitted. One evidence file at a time is in memory.</summary>
    /// <returns>The manifest's own SHA-256: whoever keeps it notices any later change of the file.</returns>
    public static async Task<string?> WriteAsync(Reading reading, string id, Stream output)
    {
        var ct = reading.Cancelled;
        var streams = await StreamsAsync(reading, id);
        var events = streams.Count == 0 ? [] : await FileEvent.ReadAsync(reading, streams, ct);
        if (events.Count == 0)
            return null;
        await using var zip = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, ct);
        var parts = new List<FilePart>();
        await AddAsync(EventsName, Encoding.UTF8.GetBytes(string.Concat(events.Select(e => JsonSerializer.Serialize(e, Json.Api) + "\n"))));
        foreach (var hash in events.Select(e => e.Act.Definition).OfType<string>().Distinct().Order(StringComparer.Ordinal))
            if (await reading.Session.LoadAsync<StoredDefinition>(hash, ct) is { } definition)
                await AddAsync($"definitions/{hash}.json", definition.Content);
        var evidence = reading.Services.GetRequiredService<EvidenceStore>();
        var missing = new List<(string Digest, string Why)>();
        // No further than the events that the file holds: something may have been filed since they were read.
        var last = events.Where(e => e.Act.Stream == streams[0]).Max(e => e.Act.Number);
        foreach (var file in FilesOf(await reading.Session.Events.FetchStreamAsync(streams[0], version: last, token: ct)))
        {
            reading.Opened.Add(EvidenceStore.SubjectOf(id, file));
            byte[]? content;
            try
            {
                content = await evidence.ReadAsync(id, file, ct);
            }
            catch (Exception altered) when (altered is InvalidDataException or InvalidOperationException or CryptographicException)
            {
                missing.Add((file, "audit.file.altered"));
                continue;
            }
            if (content is null)
                missing.Add((file, "audit.file.missing"));
            else
                await AddAsync(EvidenceFolder + file, content);
        }
        await AddAsync(PageName, Encoding.UTF8.GetBytes(FilePage.Write(id, events, parts, missing, reading.Now)));
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new FileManifest(Format, id, reading.Now, reading.Actor.Id, events.Count, [.. parts]), Json.Api);
        await AddAsync(ManifestName, manifest);
        return Convert.ToHexStringLower(SHA256.HashData(manifest));

        async Task AddAsync(string name, byte[] content)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
            entry.LastWriteTime = reading.Now;
            await using (var into = await entry.OpenAsync(ct))
                await into.WriteAsync(content, ct);
            parts.Add(new FilePart(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content))));
        }
    }

    private static IEnumerable<string> FilesOf(IReadOnlyList<JasperFx.Events.IEvent> events) =>
        events.SelectMany(e => e.Data switch
        {
            ApplicationSubmitted s => s.Evidence.Select(f => f.Sha256),
            SealedCopyFiled c => [c.File.Sha256],
            _ => [],
        }).Distinct().Order(StringComparer.Ordinal);

    /// <summary>The application first, its applicant's standing, its cases, objections to it and its review requests.</summary>
    private static async Task<IReadOnlyList<string>> StreamsAsync(Reading reading, string id)
    {
        var (session, ct) = (reading.Session, reading.Cancelled);
        if (await session.LoadAsync<ApplicationCard>(new ApplicationId(id).Stream, ct) is not { } card)
            return [];
        return
        [
            card.Id,
            $"organisation/{card.Organisation}",
            .. await session.Query<CaseCard>().Where(c => c.Application == id).Select(c => c.Id).ToListAsync(ct),
            .. await session.Query<ObjectionCard>().Where(o => o.Application == id).Select(o => o.Id).ToListAsync(ct),
            .. await session.Query<ReviewRequestCard>().Where(r => r.Application == id).Select(r => r.Id).ToListAsync(ct),
        ];
    }
}
