using Registry.Accounts;
using Registry.Applications;
using Registry.Objections;
using Registry.Platform.Commands;
using Registry.Publicity;

namespace Registry.Tests;

public sealed partial class Scenario
{
    /// <summary>The first afternoon of the usual window.</summary>
    public static DateTimeOffset InWindow => PostingMorning.AddHours(6);

    /// <summary>A person's complete objection to an entry.</summary>
    public static ObjectionForm Form(PublicityId notice, int entry = 1, string? code = null) => new(
        notice, entry, code ?? ReceiptCode.New(), ObjectorKind.Person, "演示异议人甲", "演示联系方式 0531-00000000", "申报书所列规上企业数量与实际不符。", "见该市统计公报。");

    /// <summary>An objection that was filed in the window; its version is 1.</summary>
    public async Task<(ObjectionId Objection, ApplicationId Application, string Code)> ObjectedAsync(PublicityId notice, int entry = 1, DateTimeOffset? at = null, ObjectionForm? form = null)
    {
        var filing = form ?? Form(notice, entry);
        await registry.Accepted(Actor.Citizen, new FileObjection(filing), at: at ?? InWindow);
        var id = Receipts.IdOf(filing.ReceiptCode);
        return (id, (await LastAsync<ObjectionFiled>(id.Stream)).Application, filing.ReceiptCode);
    }

    /// <summary>An objection whose conclusion was confirmed by a second person.</summary>
    public async Task<(ObjectionId Objection, ApplicationId Application, string Code)> ObjectionConcludedAsync(
        PublicityId notice, bool conditionsMet, int entry = 1, DateTimeOffset? at = null, string wording = "经核实，申报材料所列规上企业数量属实。")
    {
        var objected = await ObjectedAsync(notice, entry, at);
        var id = objected.Objection.Value;
        var instant = (at ?? InWindow).AddHours(1);
        await registry.Accepted(Province(), new AcceptObjection(1), id, instant);
        await registry.Accepted(Province(), new AssignObjection(2), id, instant);
        await registry.Accepted(Province(), new RecordFindings("查阅统计数据并实地核实。", 3), id, instant);
        await registry.Accepted(Province(), new ProposeConclusion(conditionsMet, "核实情况如附件。", wording, 4), id, instant);
        await registry.Accepted(Province(2), new ConfirmConclusion(5), id, instant);
        return objected;
    }

    /// <summary>A provincial officer with an account, to whom objections can be assigned.</summary>
    public Task<Actor> OfficerAccountAsync() =>
        registry.OpenAccountAsync($"officer-{Guid.NewGuid():N}", "an officer's second password 93", Roles.ProvincialOfficer);

    /// <summary>Where receipt codes lead.</summary>
    public Receipts Receipts => (Receipts)registry.Host.Services.GetService(typeof(Receipts))!;
}
