using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Programme;

/// <summary>A city sets an earlier last day for its own applicants. Procedure 1.</summary>
/// <param name="LastDay">Last day for the city's applicants, included.</param>
/// <param name="Version">The batch's version seen.</param>
public sealed record SetCityDeadline(DateOnly LastDay, long Version) : ICommand<SetCityDeadline>, IOnVersion
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new("set-city-deadline", "/batches/{id}/city-deadline", Roles.CityOfficer, "Set an earlier last day for the own city's applicants.");

    /// <summary>四(二): not before today, not after the province's day. The province's own day undoes an earlier one, and moves with the province's from then on.</summary>
    public static Decision Decide(SetCityDeadline command, Call call, string city, DateOnly today) =>
        command.LastDay < today || command.LastDay > call.ReportWindow.LastDay
            ? BatchRules.CityDeadlineOutside.Refuse(("from", today), ("to", call.ReportWindow.LastDay))
            : Decision.Accept(new CityDeadlineSet(city, command.LastDay, Earlier: command.LastDay < call.ProvinceWindow.LastDay));

    /// <inheritdoc />
    public static Task<Decision> Handle(SetCityDeadline command, Desk desk) =>
        desk.OnBatchAsync(command.Version, call => Decide(command, call, desk.Actor.City!, ChinaTime.ToDay(desk.Now)));
}
