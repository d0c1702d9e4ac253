using Registry.Applications;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Objections;

/// <summary>A file of a filing as it lies in the store; <paramref name="Type"/> is null when there is no such file or it is of no accepted kind.</summary>
public sealed record FoundFile(UploadedFile Upload, long Size, string? Type);

/// <summary>What the rule of filing reads besides the form.</summary>
/// <param name="Channel">How it came.</param>
/// <param name="ArrivedAt">When the whole filing had arrived.</param>
/// <param name="Line">The entry in its notice, if there is one.</param>
/// <param name="Stage">Where its application stands; for what came by another channel, where it stood when that arrived.</param>
/// <param name="Files">The files named by the form, found in the store.</param>
/// <param name="Letter">The sealed letter, if the form names one.</param>
/// <param name="Number">The public number it gets.</param>
/// <param name="Overflow">It goes to the second queue.</param>
public sealed record Arrival(
    ObjectionChannel Channel, DateTimeOffset ArrivedAt, NoticeLine? Line, Stage Stage, IReadOnlyList<FoundFile> Files, FoundFile? Letter, string Number, bool Overflow = false);

/// <summary>Takes an objection in, whichever way it came.</summary>
public static class Receiving
{
    /// <summary>Most files of one filing.</summary>
    public const int MostFiles = 10;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private static readonly string[] NoNames = ["匿名", "佚名", "无名", "无名氏", "不详", "知情人", "知情人士", "群众", "anonymous", "n/a"];

    /// <summary>
    /// 四(四), procedure 7: an entry that stands in publicity, within its window to the instant (half-open), under the true name, with a contact, facts and evidence.
    /// </summary>
    public static Decision Decide(ObjectionForm form, Arrival arrival, BatchId batch, ObjectionRule rule, DateTimeOffset now)
    {
        if (arrival.Channel != ObjectionChannel.Web && (!rule.Channels.Contains(arrival.Channel)))
            return FilingRules.ChannelNotAnnounced.Refuse(("channel", arrival.Channel.ToString()));
        if (arrival.ArrivedAt > now)
            return FilingRules.ArrivalInFuture.Refuse(("now", now));
        if (arrival.Line is not { } line)
            return FilingRules.NotInPublicity.Refuse();
        switch (line.At(arrival.ArrivedAt))
        {
            case WindowSide.NotYet:
                return FilingRules.TooEarly.Refuse(("arrivedAt", arrival.ArrivedAt), ("opensAt", line.OpensAt));
            case WindowSide.Over:
                return FilingRules.TooLate.Refuse(
                    ("arrivedAt", arrival.ArrivedAt), ("closesAt", line.ClosesAt), ("lastDay", line.Window!.LastDay), ("report", "/api/v1/reports"));
        }
        if (arrival.Stage != Stage.Publicised)
            return FilingRules.NotInPublicity.Refuse();
        if (string.IsNullOrWhiteSpace(form.Name) || NoNames.Contains(form.Name.Trim().ToLowerInvariant()))
            return FilingRules.Anonymous.Refuse();
        if (WrongFields(form, arrival, rule) is { Count: > 0 } errors)
            return FilingRules.FormInvalid.Refuse() with { Errors = errors };

        return Decision.Accept(new ObjectionFiled(
            batch, form.Publicity, form.Entry, line.Entry.Application, arrival.Number, arrival.Channel, form.Kind, arrival.ArrivedAt, form.Digest(),
            Sealed.Of(form.Name.Trim()), Sealed.Of(form.Contact!.Trim()), Sealed.Of(form.Facts!.Trim()),
            string.IsNullOrWhiteSpace(form.Evidence) ? null : Sealed.Of(form.Evidence.Trim()),
            [.. arrival.Files.Select(ToFile)], arrival.Letter is { } letter ? ToFile(letter) : null, arrival.Overflow));
    }

    private static List<FieldError> WrongFields(ObjectionForm form, Arrival arrival, ObjectionRule rule)
    {
        var errors = new List<FieldError>();
        var needs = form.Kind == ObjectorKind.Person ? rule.PersonNeeds : rule.OrganisationNeeds;
        Text("name", form.Name, 100);
        Text("contact", form.Contact, 200, optional: !needs.Contains(ObjectorDetail.Contact));
        Text("facts", form.Facts, TextCheck.Longest);
        Text("evidence", form.Evidence, TextCheck.Longest, optional: true);
        if (rule.EvidenceRequired && string.IsNullOrWhiteSpace(form.Evidence) && arrival.Files.Count == 0)
            Wrong("evidence", "objection.evidence-missing");
        if (needs.Contains(ObjectorDetail.SealedLetter) && arrival.Letter is null)
            Wrong("sealedLetter", "objection.letter-missing");
        if (arrival.Channel != ObjectionChannel.Web && arrival.Files.Count == 0)
            Wrong("files", "objection.scan-missing");
        if (arrival.Files.Count > MostFiles)
            Wrong("files", "objection.too-many-files");
        for (var i = 0; i < arrival.Files.Count; i++)
            File($"files[{i}]", arrival.Files[i]);
        if (arrival.Letter is { } letter)
            File("sealedLetter", letter);
        return errors;

        void Text(string field, string? text, int longest, bool optional = false)
        {
            if ((optional ? TextCheck.CheckOptional(text, field, longest) : TextCheck.Check(text, field, longest)) is { } refusal)
                errors.Add(refusal.AsError(field));
        }

        void File(string field, FoundFile file)
        {
            if (file.Type is null)
                Wrong(field, "objection.file-unknown");
            else if (TextCheck.Check(file.Upload.Name, field, 255) is not null)
                Wrong(field, "objection.file-name");
        }

        void Wrong(string field, string code) => errors.Add(new FieldError(field, code, Texts.Of(Language.Zh, code)));
    }

    internal static ObjectionFile ToFile(FoundFile file) => new(Sealed.Of(file.Upload.Name), Sealed.Of(file.Upload.Sha256), file.Size, file.Type!);

    /// <summary>
    /// Takes the filing in under its locks: its own stream and all objections to the application alone, the notice and the application relied on.
    /// The receipt code decides whether it came before: then the first receipt is given again, whatever happened since.
    /// </summary>
    internal static async Task<Decision> ReceiveObjectionAsync(this Desk desk, ObjectionForm form, ObjectionChannel channel, DateTimeOffset arrivedAt)
    {
        if (ReceiptCode.Normal(form.ReceiptCode) is null)
            return FilingRules.CodeWeak.Refuse();
        var id = desk.Services.GetRequiredService<Receipts>().IdOf(form.ReceiptCode);
        var before = (await desk.ReadAsync(form.Publicity.Stream))[0].Fold(NoticeState.Start, NoticeState.Next);
        if (before.Opened is not { } opened || before.Lines.FirstOrDefault(l => l.Entry.Number == form.Entry) is not { Entry.Application: var application })
            return FilingRules.NotInPublicity.Refuse();

        // Content never changes under its digest, so files are read before anybody has to wait for them; under the locks only that they are still there.
        var files = await desk.FindFilesAsync(id, form.Files ?? []);
        var letter = form.SealedLetter is { } named ? (await desk.FindFilesAsync(id, [named]))[0] : null;
        var sources = channel == ObjectionChannel.Web ? desk.SourcesOf(form) : [];
        // Whoever waits longer than this is told to send again; recognition waits for far longer, so no filing that arrived in time meets a decision.
        await desk.WaitAtMostAsync(LongestWait);
        await desk.HoldAsync([
            Hold.Changing(id.Stream), Hold.Changing(ObjectionId.LockOf(application)), Hold.Relying(form.Publicity.Stream), Hold.Relying(application.Stream),
            Hold.Relying(opened.Batch.Stream), EvidenceStore.Naming(id.Value), .. sources.Select(FilingSource.Lock)]);
        files = [.. await Task.WhenAll(files.Select(file => desk.StillAsync(id, file)))];
        letter = letter is null ? null : await desk.StillAsync(id, letter);
        var read = await desk.ReadAsync(id.Stream, form.Publicity.Stream, application.Stream, opened.Batch.Stream);
        var notice = read[1].Fold(NoticeState.Start, NoticeState.Next);
        if (read[0].Fold(ObjectionState.Start, ObjectionState.Next).Filed is { } earlier)
            return earlier.Digest == form.Digest()
                ? desk.Receipt(earlier, Decision.Accept()).With("closesAt", notice.Lines.First(l => l.Entry.Number == earlier.Entry).ClosesAt)
                : FilingRules.CodeUsed.Refuse();

        var call = await desk.Services.GetRequiredService<Calls>().OpenAsync(desk.Session, opened.Batch, read[3], desk.Cancelled)
            ?? throw new InvalidOperationException("A notice belongs to a batch that was never announced.");
        desk.UnderDefinition(call.Definition.Hash);
        var web = channel == ObjectionChannel.Web;
        var arrival = new Arrival(
            channel, arrivedAt, web ? notice.Line(form.Entry) : notice.Lines.FirstOrDefault(l => l.Entry.Number == form.Entry && l.OpensAt is not null),
            web ? read[2].Fold(Filing.Start, Filing.Next).Stage : StageAt(read[2], arrivedAt), files, letter, ReceiptCode.NewNumber(),
            sources.Count > 0 && await desk.ExceedsAsync(sources, call.Definition.Objections.FirstQueueShare));
        var decision = Decide(form, arrival, opened.Batch, call.Definition.Objections, desk.Now);
        if (decision is not Decision.Accepted { Events: [ObjectionFiled filed] })
            return decision;
        desk.Append<Objection>(read[0], [filed]);
        foreach (var source in sources)
            await desk.CountAsync(source);
        return desk.Receipt(filed, decision).With("closesAt", arrival.Line!.ClosesAt);
    }

    /// <summary>
    /// Where the application stood when a letter arrived. What arrived in time has its rights however late an officer enters it: after the closing, after
    /// the entry was put up anew, after the decision. The posting itself may be recorded later than it happened, so everything up to it counts.
    /// </summary>
    private static Stage StageAt(Timeline application, DateTimeOffset arrivedAt)
    {
        var posted = application.Events.Select((e, i) => e.Data is ApplicationPublicised ? i : -1).Max();
        return new Timeline(application.Stream, [.. application.Events.Where((e, i) => i <= posted || e.Timestamp <= arrivedAt)]).Fold(Filing.Start, Filing.Next).Stage;
    }

    /// <summary>The receipt: number, instant, digest. Neither the code nor the id is in it; the objector has the one and needs not the other.</summary>
    private static Decision Receipt(this Desk desk, ObjectionFiled filed, Decision decision)
    {
        desk.Answer(filed.Number, 1);
        return decision.With("number", filed.Number).With("arrivedAt", filed.ArrivedAt).With("digest", filed.Digest).With("entry", filed.Entry);
    }

    /// <summary>Finds uploaded files in the store by digest, and what they are by their content.</summary>
    internal static async Task<IReadOnlyList<FoundFile>> FindFilesAsync(this Desk desk, ObjectionId id, IReadOnlyList<UploadedFile> uploads)
    {
        var store = desk.Services.GetRequiredService<EvidenceStore>();
        var found = new List<FoundFile>();
        foreach (var upload in uploads.Take(MostFiles + 1))
            found.Add(await store.ReadAsync(id.Value, upload.Sha256, desk.Cancelled) is { } content ? new FoundFile(upload, content.Length, FileKinds.Of(content)) : new FoundFile(upload, 0, null));
        return found;
    }

    /// <summary>The file if it still lies in the store; a sweep may have taken it before the filing that names it held it.</summary>
    private static async Task<FoundFile> StillAsync(this Desk desk, ObjectionId id, FoundFile file) =>
        file.Type is null || await desk.Services.GetRequiredService<EvidenceStore>().HasAsync(id.Value, file.Upload.Sha256, desk.Cancelled) ? file : file with { Type = null };
}
