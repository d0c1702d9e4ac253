using Marten;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.BrowserTests;

public sealed partial class Served
{
    /// <summary>A notice that is posted now, an objection to its entry with a question to the city, and a complaint.</summary>
    public async Task<(string Notice, string Objection, string Code)> ObjectedAsync(string city, int number)
    {
        var officer = new Actor("province-notices", Roles.ProvincialOfficer);
        var application = new ApplicationId(await SubmittedAsync(city, number));
        var today = ChinaTime.ToDay(DateTimeOffset.UtcNow);
        var store = app.Services.GetRequiredService<IDocumentStore>();
        await using (var session = store.LightweightSession())
        {
            session.Events.Append(Batch.Stream, new ShortlistFixed(
                [new ShortlistLine(application, 1, null)], [], new CollectiveDecision(Sealed.Of("厅长办公会"), today, Sealed.Of("演示签发人"))));
            session.Events.Append(application.Stream, new ApplicationShortlisted(1));
            await session.SaveChangesAsync(Ct);
        }
        long version;
        await using (var session = store.QuerySession())
            version = (await session.Events.FetchStreamStateAsync(Batch.Stream, Ct))!.Version;
        const string address = "https://gxt.example.cn/notice.html";
        var notice = (await GiveAsync(officer, Batch.Value, new OpenPublicity(today, address, version))).Id!;
        await GiveAsync(officer, notice, new VerifyPosting(address, app.Services.GetRequiredService<RegistryClock>().GetUtcNow(), 1));
        var form = new ObjectionForm(new PublicityId(notice), 1, ReceiptCode.New(), ObjectorKind.Person, "演示异议人甲", "演示联系方式甲", "申报书所列规上企业数量与实际不符。", "见该市统计公报。");
        await GiveAsync(Actor.Citizen, null, new FileObjection(form));
        var objection = app.Services.GetRequiredService<Receipts>().IdOf(form.ReceiptCode).Value;
        await GiveAsync(officer, objection, new AcceptObjection(1));
        await GiveAsync(officer, objection, new AssignObjection(2));
        await GiveAsync(officer, objection, new AskStatement(StatementBy.City, "有人反映规上企业数量不实，请说明。", today.AddDays(5), 3));
        await GiveAsync(Actor.Citizen, null, new FileComplaint(ReceiptCode.New(), ComplaintAbout.Officer, "经办人态度生硬。"));
        return (notice, objection, form.ReceiptCode);
    }

    /// <summary>The officer handles the objection and has opened it.</summary>
    public async Task OpenedByAsync(Actor officer, string objection)
    {
        await GiveAsync(officer, objection, new AssignObjection(await VersionAsync(objection)));
        await GiveAsync(officer, objection, new OpenIdentity("核实", await VersionAsync(objection)));
    }

    private async Task<long> VersionAsync(string objection)
    {
        await using var session = app.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return (await session.Events.FetchStreamStateAsync(new ObjectionId(objection).Stream, Ct))!.Version;
    }
}
