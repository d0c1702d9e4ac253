using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Registry.Accounts;
using Registry.Applications;
using Registry.Integrity;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Proof;

/// <summary>
/// What somebody who filed something can keep and show anywhere, without us: the values and salts that open the commitment to the filing, its leaf, and, as
/// soon as a checkpoint covers it, a proof that the leaf is in the log. A filing that the office drops leaves this behind.
/// </summary>
public sealed class LogReceipts(LeafTable leaves, LogFiles files, LogKeys keys, Vault vault)
{
    private const string Everything = "data.";
    /// <summary>What is filed under a receipt code.</summary>
    public static readonly string[] Filed = ["objection-filed", "report-filed", "complaint-filed"];

    /// <summary>Where something can stand that was filed under this code: each kind of filing has a name of its own made of it.</summary>
    public static string[] StreamsOf(Receipts receipts, string code) =>
        [receipts.IdOf(code).Stream, .. new[] { "report", "complaint" }.Select(kind => $"{kind}/{receipts.Keyed(kind, ReceiptCode.Normal(code) ?? code)}")];

    private static readonly string[] Opened = ["kind", "time", "stream", "event"];
    private static readonly JsonSerializerOptions Layout = new(Json.Store) { WriteIndented = true, IndentSize = 1 };

    private static readonly QuerySpec OfApplication = new(
        "download-application-proof", "/applications/{id}/log-receipt", Roles.Applicant, "The receipt of the last submission that verifies against the public log, offline.");

    private static readonly QuerySpec OfDefence = new(
        "download-defence-proof", "/cases/{id}/log-receipt", Roles.Applicant | Roles.IntegrityOfficer, "The receipt of the last defence that verifies against the public log, offline.");

    private static readonly QuerySpec OfFiling = new(
        "download-filing-proof", "/objections/log-receipt", (Roles)(-1),
        "The receipt of an objection, report or complaint that verifies against the public log, offline, for whoever holds the receipt code (header Receipt-Code).")
    {
        Inputs = [new(ObjectionsRoom.CodeHeader, "The receipt code.", Header: true)],
    };

    /// <summary>The room's queries.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapQuery(OfApplication, async (http, reading) =>
        {
            var stream = new ApplicationId(http.Request.RouteValues["id"]!.ToString()!).Stream;
            return await reading.Session.LoadAsync<Draft>(stream, reading.Cancelled) is { } draft && reading.Actor.Reaches(new Belonging(draft.City, draft.Organisation.Value))
                ? await ReadAsync(reading, [stream], "application-submitted")
                : null;
        }).WithTags("Proof");

        api.MapQuery(OfDefence, async (http, reading) =>
            await CaseDetail.ReadAsync(http.Request.RouteValues["id"]!.ToString()!, reading) is { } detail ? await ReadAsync(reading, [detail.Card.Id], "defence-recorded") : null).WithTags("Proof");

        api.MapQuery(OfFiling, (http, reading) =>
        {
            var (receipts, code) = (reading.Services.GetRequiredService<Receipts>(), http.Request.Headers[ObjectionsRoom.CodeHeader].ToString());
            return ReadAsync(reading, StreamsOf(receipts, code), Filed);
        }).WithTags("Proof").RequireRateLimiting(FilingLimits.Status);
    }

    private static async Task<Download?> ReadAsync(Reading reading, string[] streams, params string[] kinds) =>
        await reading.Services.GetRequiredService<LogReceipts>().ForLastAsync(streams, kinds, reading.Cancelled) is { } receipt
            ? new Download(Encoding.UTF8.GetBytes(receipt), "application/json", "log-receipt.json")
            : null;

    /// <summary>The receipt of the last event of these kinds; null when there is none.</summary>
    public async Task<string?> ForLastAsync(string[] streams, string[] kinds, CancellationToken ct)
    {
        await using var connection = await leaves.OpenAsync(ct);
        await using var command = new NpgsqlCommand($"""
            select e.id, c.openings::text, c.digests, l.index, l.entry
            from {Store.Schema}.mt_events e
            join {Store.Schema}.{Commitments.Table} c on c.event_id = e.id
            left join {Store.Schema}.{LeafTable.Name} l on l.event_id = e.id
            where e.stream_id = any($1) and e.type = any($2)
            order by e.seq_id desc limit 1
            """, connection)
        { Parameters = { new() { Value = streams }, new() { Value = kinds } } };
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return null;
        var taken = !await reader.IsDBNullAsync(3, ct);
        var receipt = new JsonObject
        {
            ["format"] = "sdreg-receipt/v1",
            ["origin"] = keys.Origin,
            ["keys"] = new JsonArray([.. keys.Verifiers().Select(k => JsonValue.Create(k.ToString()))]),
            ["leaf"] = taken ? reader.GetInt64(3) : null,
            ["entry"] = taken ? Encoding.ASCII.GetString(reader.GetFieldValue<byte[]>(4)) : null,
            ["fields"] = new JsonArray([.. Openings(reader.GetGuid(0), reader.GetString(1)).OrderBy(o => o.Name, StringComparer.Ordinal).Select(o => o.ToJson())]),
            ["proof"] = taken ? Proof(reader.GetInt64(3)) : null,
        };
        if (!taken)
            receipt["digests"] = new JsonArray([.. reader.GetFieldValue<byte[]>(2).Chunk(Merkle.HashSize).Select(d => JsonValue.Create(Convert.ToBase64String(d)))]);
        return receipt.ToJsonString(Layout) + "\n";
    }

    private string? Proof(long leaf)
    {
        if (files.Text("checkpoint") is not { } checkpoint || Checkpoint.Parse(SignedNote.Parse(checkpoint)!.Text) is not { } covered || covered.Size <= leaf)
            return null;
        var tree = Tiles.Reader(covered.Size, path => files.Read(path.ToString()));
        return new ProofText(leaf, Merkle.InclusionProof(leaf, covered.Size, tree), checkpoint).ToString();
    }

    /// <summary>What the holder typed is opened for the holder too, while its key exists. Who works here is not.</summary>
    private IEnumerable<Opening> Openings(Guid id, string stored)
    {
        foreach (var (name, field) in JsonNode.Parse(stored)!.AsObject())
        {
            if (!Opened.Contains(name) && !name.StartsWith(Everything, StringComparison.Ordinal))
                continue;
            var text = field!["open"]?.GetValue<string>()
                ?? (vault.OpenBytes(Convert.FromBase64String(field["box"]!.GetValue<string>()), field["key"]!.GetValue<string>(), Commitments.OpeningLabel(id, name)) is { } bytes
                    ? Encoding.ASCII.GetString(bytes)
                    : null);
            if (text is not null)
                yield return Opening.Of(text);
        }
    }
}
