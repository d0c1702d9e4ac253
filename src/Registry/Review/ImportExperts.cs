using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Review;

/// <summary>One row of an expert list.</summary>
/// <param name="Number">The row as Excel shows it.</param>
/// <param name="Login">Sign-in name of the expert's account.</param>
/// <param name="Fields">Codes of fields, parted by commas.</param>
public sealed record ExpertRow(int Number, string Login, string Name, string Fields, string Employer, string City)
{
    /// <summary>The columns, in this order: 登录名, 姓名, 专业领域, 工作单位代码, 城市代码.</summary>
    public static readonly IReadOnlyList<string> Columns = ["登录名", "姓名", "专业领域", "工作单位代码", "城市代码"];

    /// <summary>A row of the workbook.</summary>
    public static ExpertRow Of(WorkbookRow row) => new(row.Number, row.Cells[0].ToLowerInvariant(), row.Cells[1], row.Cells[2], row.Cells[3], row.Cells[4]);

    /// <summary>The row as the command that would register this one.</summary>
    public RegisterExpert ToCommand(string account) =>
        new(account, Name, Fields.Split([',', '，', '、', ';', '；'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), Employer, City);
}

/// <summary>
/// Enters many experts from an Excel file, each into a stream of its own. All of them or none: the refusal names every wrong row. Their accounts were opened before.
/// </summary>
/// <param name="Workbook">The file; its first sheet has a heading row with the columns of <see cref="ExpertRow.Columns"/>.</param>
public sealed record ImportExperts(byte[] Workbook) : ICommand<ImportExperts>
{
    /// <summary>Most experts of one file.</summary>
    public const int MostRows = 1000;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("import-experts", "/experts/import", Roles.ProvincialOfficer, "Enter many experts from an Excel file (base64).");

    /// <summary>四(三): each row is judged by the same rule as a single registration.</summary>
    /// <param name="rows">The rows below the heading.</param>
    /// <param name="accounts">Accounts by login.</param>
    /// <param name="taken">Accounts that are experts already.</param>
    /// <returns>The registrations, or the refusal with one error for each wrong row.</returns>
    public static (IReadOnlyList<ExpertRegistered> Registered, Refusal? Refusal) Decide(
        IReadOnlyList<ExpertRow> rows, IReadOnlyDictionary<string, AccountView> accounts, IReadOnlySet<string> taken)
    {
        var registered = new List<ExpertRegistered>();
        var errors = new List<FieldError>();
        var seen = new HashSet<string>();
        foreach (var row in rows)
        {
            var account = accounts.GetValueOrDefault(row.Login);
            switch (RegisterExpert.Decide(row.ToCommand(account?.Opaque ?? ""), account, account is not null && (taken.Contains(account.Opaque) || !seen.Add(account.Opaque))))
            {
                case Decision.Accepted accepted:
                    registered.Add((ExpertRegistered)accepted.Events[0]);
                    break;
                case Decision.Refused refused:
                    errors.Add(refused.Refusal.AsError($"rows[{row.Number}].{ColumnOf(refused.Refusal.Rule)}"));
                    break;
            }
        }
        return errors.Count > 0 ? ([], ReviewRules.RowsInvalid.Refuse(("rows", errors.Count)) with { Errors = errors })
            : registered.Count == 0 ? ([], ReviewRules.HeadingInvalid.Refuse(("columns", string.Join('、', ExpertRow.Columns))))
            : (registered, null);
    }

    /// <summary>The column that a rule is about, so that an error says where in the row to look.</summary>
    private static string ColumnOf(Rule rule) =>
        rule == ReviewRules.AccountUnusable || rule == ReviewRules.AccountTaken ? "login"
        : rule == ReviewRules.FieldsInvalid ? "fields"
        : rule == ReviewRules.EmployerInvalid ? "employer"
        : rule == ReviewRules.CityInvalid ? "city"
        : "name";

    /// <inheritdoc />
    public static async Task<Decision> Handle(ImportExperts command, Desk desk)
    {
        var read = Platform.Workbook.Read(command.Workbook, MostRows + 1, ExpertRow.Columns.Count);
        if (read.Refusal is { } unreadable)
            return unreadable;
        if (read.Rows.Count == 0 || !read.Rows[0].Cells.SequenceEqual(ExpertRow.Columns))
            return ReviewRules.HeadingInvalid.Refuse(("columns", string.Join('、', ExpertRow.Columns)));
        var rows = read.Rows.Skip(1).Select(ExpertRow.Of).ToArray();

        var credentials = await desk.Session.LoadManyAsync<Credential>(desk.Cancelled, rows.Select(r => r.Login).Where(l => l.Length > 0).Distinct());
        await desk.HoldAsync(credentials.Select(c => RegisterExpert.HoldOf(c.Account["account/".Length..])));
        var views = (await desk.Session.LoadManyAsync<AccountView>(desk.Cancelled, credentials.Select(c => c.Account))).ToDictionary(a => a.Id);
        var accounts = credentials.Where(c => views.ContainsKey(c.Account)).ToDictionary(c => c.Id, c => views[c.Account]);
        var taken = await desk.Session.TakenAccountsAsync([.. accounts.Values.Select(a => a.Opaque)], desk.Cancelled);

        var (registered, refusal) = Decide(rows, accounts, taken);
        if (refusal is not null)
            return refusal;
        foreach (var expert in registered)
            desk.Append<Expert>(new Timeline(new ExpertId(Desk.NewId()).Stream, []), [expert]);
        return Decision.Accept().With("experts", registered.Count);
    }
}
