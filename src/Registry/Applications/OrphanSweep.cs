using System.Text.Json;
using System.Text.RegularExpressions;
using Marten;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Files;
using Registry.Platform.Sealing;

namespace Registry.Applications;

/// <summary>
/// Removes files that nothing names: uploads whose form never came, files taken off a draft, leftovers of broken-off writes. A file that an event or a draft
/// names is never touched: both are read again under the lock that naming relies on, and an id is looked for as every kind of thing that has one.
/// </summary>
public sealed partial class OrphanSweep(IDocumentStore store, ISealedFiles files, Vault vault, RegistrySettings settings, RegistryClock clock, ILogger<OrphanSweep> log)
{
    /// <summary>Sweeps once; how many files went.</summary>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        // A write that is under way bears the machine's own time, whatever day the program is told that it is; so does one that was broken off.
        var (before, brokenOff) = (clock.GetUtcNow() - settings.Files.OrphanGrace, TimeProvider.System.GetUtcNow() - settings.Files.OrphanGrace);
        var old = new Dictionary<string, List<KeptFile>>();
        await foreach (var file in files.ListAsync(ct))
            if (file.Since < (file.Digest.Length == 0 ? brokenOff : before))
                (old.TryGetValue(file.Owner, out var list) ? list : old[file.Owner] = []).Add(file);
        var swept = 0;
        foreach (var (owner, candidates) in old)
            swept += await SweepAsync(owner, candidates, ct);
        if (swept > 0)
            log.LogInformation("swept {Count} files that nothing names", swept);
        return swept;
    }

    private async Task<int> SweepAsync(string owner, List<KeptFile> candidates, CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        await session.BeginTransactionAsync(ct);
        await Locks.TakeAsync(session, [EvidenceStore.Sweeping(owner)], ct);
        var named = await NamedAsync(session, owner, ct);
        var orphans = candidates.Where(f => !named.Contains(f.Digest)).ToList();
        foreach (var orphan in orphans)
            await files.DeleteAsync(orphan, ct);
        return orphans.Count;
    }

    /// <summary>Every digest in the draft and the events of the owner's streams, plain or sealed.</summary>
    private async Task<HashSet<string>> NamedAsync(IDocumentSession session, string owner, CancellationToken ct)
    {
        var named = new HashSet<string>();
        if (await session.LoadAsync<Draft>(new ApplicationId(owner).Stream, ct) is { } draft)
            named.UnionWith(draft.Evidence.Select(e => e.Sha256));
        foreach (var stream in await session.QueryAsync<string>($"select id from {Store.Schema}.mt_streams where id = any(?)", ct, (object)Streams(owner)))
            foreach (var e in await session.Events.FetchStreamAsync(stream, token: ct))
            {
                Collect(JsonSerializer.Serialize(e.Data, e.Data.GetType(), Json.Store));
                SealedValues.ForEach(e.Data, (value, _) => Collect(vault.Open(value)));
            }
        return named;

        void Collect(string? text)
        {
            foreach (Match digest in Digest().Matches(text ?? ""))
                named.Add(digest.Value);
        }
    }

    /// <summary>The streams that may name an owner's files: the owner is a stream, or the id of some kind of thing.</summary>
    public static string[] Streams(string owner) => [owner, .. StreamOf.Select(of => of(owner)).OfType<string>()];

    private static readonly List<Func<string, string?>> StreamOf =
        [.. typeof(IId).Assembly.GetTypes().Where(t => t.IsValueType && t.IsAssignableTo(typeof(IId)) && t.GetProperty("Stream") is not null && t.GetConstructor([typeof(string)]) is not null)
            .Select(t => (Func<string, string?>)(id => (string?)t.GetProperty("Stream")!.GetValue(Activator.CreateInstance(t, id))))];

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Digest();
}
