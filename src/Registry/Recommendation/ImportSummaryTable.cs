using Registry.Accounts;
using Registry.Applications;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;

namespace Registry.Recommendation;

/// <summary>
/// The city's summary table (附件2), filled in and looked at in a dry run: ranks and opinions of clusters that it recommends are changed, those of clusters it
/// still has before it are kept for their recommendation. Procedure 3.
/// </summary>
/// <param name="Table">The XLSX file.</param>
/// <param name="Seen">The dry run's digest of the changes: what was looked at is what is recorded.</param>
public sealed record ImportSummaryTable(byte[] Table, string Seen) : ICommand<ImportSummaryTable>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("import-summary-table", "/batches/{id}/summary-table/import", Roles.CityOfficer, "Take ranks and opinions from the filled-in summary table (base64) after its dry run.");

    /// <summary>四(二): before the deadline and before the report; the whole table or nothing. The refusal says which cells are wrong but not what they hold.</summary>
    /// <param name="files">The applications that are held: those that the table changed before they were held, in the order of its changes.</param>
    public static Decision Decide(ImportSummaryTable command, Call call, CityReportState report, TableReport table, IReadOnlyList<ApplicationFile> files, DateTimeOffset now)
    {
        if (report.Issued is { } issued)
            return RecommendationRules.CityReported.Refuse(("number", issued.DocumentNumber));
        if (call.OutsideReportWindow(now) is { } outside)
            return outside;
        if (table.Errors.Count > 0)
            return RecommendationRules.TableInvalid.Refuse(("count", table.Errors.Count)) with
            {
                Errors = [.. table.Errors.Select(e => new FieldError($"rows[{e.Row}].{e.Column}", e.Code, e.Reason))],
            };
        if (table.Changes.Count == 0)
            return RecommendationRules.TableUnchanged.Refuse();
        if (command.Seen != table.Seen || !files.Select(f => f.Head.Application).SequenceEqual(table.Changes.Select(c => c.Application)))
            return RecommendationRules.TableNotSeen.Refuse();
        return files.Select(f => f.Banned(now)).FirstOrDefault(r => r is not null) is { } banned ? banned
            : Decision.Accept().With("changes", table.Changes.Count);
    }

    /// <inheritdoc />
    public static async Task<Decision> Handle(ImportSummaryTable command, Desk desk)
    {
        var (batch, city, vault) = (new BatchId(desk.Target!), desk.Actor.City!, desk.Services.GetRequiredService<Vault>());
        var calls = desk.Services.GetRequiredService<Calls>();
        if (await calls.ReadAsync(desk.Session, batch, desk.Cancelled) is not { } before)
            return CommandRules.NotFound.Refuse();

        // The table says which applications must be held; held, it is checked again on what they are then.
        var (planned, unreadable) = await SummaryTableCheck.RunAsync(desk.Session, before, city, command.Table, vault.Open, desk.Cancelled);
        if (unreadable is not null)
            return unreadable;
        var ids = planned!.Changes.Select(c => c.Application).ToList();
        var stream = CityReport.Stream(batch, city);
        if (await desk.OpenAsync(batch, ids, Hold.Relying(stream), Hold.Changing($"ranks/{batch.Value}/{city}")) is not { } opened)
            return CommandRules.NotFound.Refuse();
        var (table, unfit) = await SummaryTableCheck.RunAsync(desk.Session, opened.Call, city, command.Table, vault.Open, desk.Cancelled);
        if (unfit is not null)
            return unfit;
        var report = (await desk.ReadAsync(stream))[0].Fold(CityReportState.Start, CityReportState.Next);
        var decision = Decide(command, opened.Call, report, table!, opened.Files, desk.Now);
        if (decision is Decision.Accepted)
            foreach (var (change, file) in table!.Changes.Zip(opened.Files))
                Take(change, file, desk, vault);
        desk.Answer(batch.Value, opened.Batch.Version);
        return decision;
    }

    private static void Take(TableChange change, ApplicationFile file, Desk desk, Vault vault)
    {
        if (change.Recommended)
            desk.Append<Application>(file.Timeline, [new RecommendationRevised(change.Rank, Sealed.Of(change.Opinion))]);
        else
            desk.Session.Store(new PreparedRecommendation
            {
                Id = file.Head.Id,
                Rank = change.Rank,
                Opinion = vault.Seal(change.Opinion, file.Head.Id, $"{file.Head.Id}|prepared-recommendation"),
                At = desk.Now,
            });
    }
}
