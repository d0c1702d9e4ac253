using System.Text.Json;
using Marten;
using Registry.Accounts;
using Registry.Platform.Commands;
using Registry.Platform;
using Registry.Programme;

namespace Registry.Applications.Sensitive;

/// <summary>The city records that it handed its applications' sensitive material over through the confidential channel. Procedure 2.</summary>
/// <param name="Disc">Number of the disc.</param>
/// <param name="Day">Day of the hand-over.</param>
/// <param name="Version">The version of the city's hand-over seen; 0 before the first record.</param>
public sealed record RecordHandOver(string Disc, DateOnly Day, long Version) : ICommand<RecordHandOver>, IOnVersion
{
    private const int LongestDisc = 50;

    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("record-hand-over", "/batches/{id}/hand-over", Roles.CityOfficer, "Record the hand-over of the own city's sensitive material: number of the disc and day.");

    /// <summary>One record for each city and batch. It may be corrected until the province has receipted.</summary>
    /// <param name="marked">How many applications of the city say that they have sensitive material.</param>
    public static Decision Decide(RecordHandOver command, BatchId batch, string city, string by, HandOverState state, int marked, DateTimeOffset now) =>
        state.Received ? SensitiveRules.Receipted.Refuse()
        : marked == 0 ? SensitiveRules.NothingMarked.Refuse()
        : DiscOf(command.Disc) is not { } disc ? SensitiveRules.DiscInvalid.Refuse()
        : command.Day > ChinaTime.ToDay(now) ? SensitiveRules.DayWrong.Refuse(("day", command.Day))
        : Decision.Accept(new SensitiveMaterialHandedOver(batch, city, disc, command.Day, by));

    /// <summary>The number as it is compared, or null: letters, digits, Chinese characters and what stands between them in a number.</summary>
    internal static string? DiscOf(string text)
    {
        var disc = text.InForm(System.Text.NormalizationForm.FormKC).Trim();
        return disc.Length is > 0 and <= LongestDisc && disc.Any(char.IsLetterOrDigit) && disc.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '/' or '.' or '〔' or '〕' or '[' or ']' or '(' or ')' or ' ') ? disc : null;
    }

    /// <inheritdoc />
    public static Task<Decision> Handle(RecordHandOver command, Desk desk) => desk.OnHandOverAsync(desk.Actor.City!, command.Version, async (batch, state) =>
        Decide(command, batch, desk.Actor.City!, desk.Actor.Id, state, (await HandOvers.MarkedAsync(desk.Session, batch, desk.Actor.City, desk.Cancelled)).Count, desk.Now));
}

/// <summary>The province receipts a city's disc: it states the number that it read on it. Procedure 2.</summary>
/// <param name="City">GB/T 2260 code of the city.</param>
/// <param name="Disc">Number of the disc that arrived.</param>
/// <param name="Day">Day of the receipt.</param>
/// <param name="Version">The version of the city's hand-over seen.</param>
public sealed record ReceiveHandOver(string City, string Disc, DateOnly Day, long Version) : ICommand<ReceiveHandOver>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("receive-hand-over", "/batches/{id}/hand-over/receipt", Roles.ProvincialOfficer, "Receipt a city's disc with sensitive material.");

    /// <summary>Two persons of two bodies, who name the same disc.</summary>
    public static Decision Decide(ReceiveHandOver command, BatchId batch, string by, HandOverState state, DateTimeOffset now) =>
        state.Last is not { } last ? SensitiveRules.NotHandedOver.Refuse()
        : state.Received ? SensitiveRules.Receipted.Refuse()
        : last.By == by ? SensitiveRules.SamePerson.Refuse()
        : RecordHandOver.DiscOf(command.Disc) is not { } disc ? SensitiveRules.DiscInvalid.Refuse()
        : disc != last.Disc ? SensitiveRules.DiscDiffers.Refuse()
        : command.Day < last.Day || command.Day > ChinaTime.ToDay(now) ? SensitiveRules.DayWrong.Refuse(("day", command.Day))
        : Decision.Accept(new SensitiveMaterialReceived(batch, last.City, disc, command.Day, by));

    /// <inheritdoc />
    public static Task<Decision> Handle(ReceiveHandOver command, Desk desk) => desk.OnHandOverAsync(command.City, command.Version, (batch, state) =>
        Task.FromResult(Decide(command, batch, desk.Actor.Id, state, desk.Now)));
}

/// <summary>A city's hand-over as the rules read it.</summary>
public sealed record HandOverState(SensitiveMaterialHandedOver? Last, bool Received)
{
    /// <summary>Before anything happened.</summary>
    public static readonly HandOverState Start = new(null, false);

    /// <summary>One event further.</summary>
    public static HandOverState Next(HandOverState state, object e) => e switch
    {
        SensitiveMaterialHandedOver h => state with { Last = h },
        SensitiveMaterialReceived => state with { Received = true },
        _ => state,
    };
}

/// <summary>Commands and queries about hand-overs.</summary>
internal static class HandOvers
{
    public static async Task<Decision> OnHandOverAsync(this Desk desk, string city, long version, Func<BatchId, HandOverState, Task<Decision>> decide)
    {
        var batch = new BatchId(desk.Target!);
        var call = await desk.Services.GetRequiredService<Calls>().ReadAsync(desk.Session, batch, desk.Cancelled);
        if (call?.Definition.FindCity(city) is null || !desk.Actor.Reaches(new Belonging(city, null)))
            return CommandRules.NotFound.Refuse();
        var stream = HandOver.Stream(batch, city);
        await desk.HoldAsync(Hold.Changing(stream));
        var timeline = (await desk.ReadAsync(stream))[0];
        if (version != timeline.Version)
            return timeline.ChangedSince(version);
        desk.UnderDefinition(call.Definition.Hash);
        return desk.Record<HandOver>(timeline, HandOver.IdOf(batch, city), await decide(batch, timeline.Fold(HandOverState.Start, HandOverState.Next)));
    }

    /// <summary>The submitted applications that say they have sensitive material; of one city or of all.</summary>
    public static async Task<IReadOnlyList<MarkedApplication>> MarkedAsync(IQuerySession session, BatchId batch, string? city, CancellationToken ct) =>
        [.. (await session.Query<SubmittedFiles>().Where(f => f.Batch == batch.Value && f.Declared && (city == null || f.City == city)).OrderBy(f => f.City).ThenBy(f => f.Id).ToListAsync(ct))
            .Select(f => new MarkedApplication(f.Id["application/".Length..], f.City, f.Cluster, f.Sensitive))];
}

/// <summary>An application that has sensitive material besides.</summary>
/// <param name="Indicators">Keys of the fields whose evidence is on the disc; none where only the form says that there is some.</param>
public sealed record MarkedApplication(string Application, string City, string Cluster, IReadOnlyList<string> Indicators);
