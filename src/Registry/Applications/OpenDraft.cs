using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;
using Registry.Programme;

namespace Registry.Applications;

/// <summary>Opens a draft for the applicant's own organisation and city, which stay fixed. Procedure 2.</summary>
/// <param name="Batch">The batch to apply to.</param>
public sealed record OpenDraft(BatchId Batch) : ICommand<OpenDraft>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("open-draft", "/applications", Roles.Applicant, "Open a draft application for the own organisation.");

    /// <summary>A draft may be opened until applications close; it is no event.</summary>
    public static Decision Decide(Call call, string city, DateTimeOffset now) =>
        now >= call.ApplicationWindow(city).ClosesAt
            ? ApplicationRules.Closed.Refuse(("closedAt", call.ApplicationWindow(city).ClosesAt))
            : Decision.Accept();

    /// <inheritdoc />
    public static async Task<Decision> Handle(OpenDraft command, Desk desk)
    {
        await desk.HoldAsync(Hold.Relying(command.Batch.Stream));
        var call = await desk.Services.GetRequiredService<Calls>().ReadAsync(desk.Session, command.Batch, desk.Cancelled);
        if (call is null)
            return CommandRules.NotFound.Refuse();
        var decision = Decide(call, desk.Actor.City!, desk.Now);
        if (decision is Decision.Accepted)
        {
            var id = new ApplicationId(Desk.NewId());
            desk.Session.Insert(new Draft
            {
                Id = id.Stream,
                Batch = command.Batch,
                Organisation = CreditCode.Parse(desk.Actor.Organisation!),
                City = desk.Actor.City!,
                SavedAt = desk.Now,
            });
            desk.Answer(id.Value, 0);
        }
        return decision;
    }
}
