using System.Text.Json;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Pages;

/// <summary>How a form's command ended.</summary>
/// <param name="Answer">The answer, if it was accepted.</param>
/// <param name="Errors">What is wrong, if it was not.</param>
/// <param name="Status">The response's status then.</param>
public sealed record Posting(Answer? Answer, FormErrors? Errors, int Status);

/// <summary>The one place where a form becomes a command, and a refusal becomes messages at its fields.</summary>
public static class CommandPost
{
    /// <summary>The hidden field that makes a doubled form one command.</summary>
    public const string KeyField = "key";

    /// <summary>Gives the command that the form describes.</summary>
    public static async Task<Posting> GiveAsync(PageCall call, CommandForm form, string? target)
    {
        var (command, wrong) = form.Read(call.Page, call.Posted);
        if (wrong.Count > 0)
            return new Posting(null, new FormErrors(null, wrong), StatusCodes.Status422UnprocessableEntity);
        try
        {
            var outcome = await form.GiveAsync(
                call.Service<CommandRunner>(), call.Actor, target, command, KeyOf(call), call.Service<RegistryClock>().GetUtcNow(), call.Cancelled);
            return Of(call.Page, outcome, form.Shapes(call.Page).Select(s => s.Name).ToHashSet());
        }
        catch (JsonException e)
        {
            var name = (e.Path ?? "").TrimStart('$', '.');
            return new Posting(null, new FormErrors(null, [(name, call.Page.Say("page.value-invalid"))]), StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <summary>Gives a command that a page made itself.</summary>
    public static async Task<Posting> GiveAsync<T>(PageCall call, string target, T command, IReadOnlySet<string>? fields = null, string? key = null) where T : ICommand<T> =>
        Of(call.Page, await call.Service<CommandRunner>().RunAsync(call.Actor, target, command, key ?? KeyOf(call), call.Service<RegistryClock>().GetUtcNow(), call.Cancelled), fields);

    /// <summary>An outcome as a form shows it.</summary>
    public static Posting Of(PageContext page, Outcome outcome, IReadOnlySet<string>? fields = null)
    {
        if (outcome.Refusal is not { } refusal)
            return new Posting(outcome.Answer, null, StatusCodes.Status200OK);
        var words = page.Say(refusal.Rule.Code, [.. refusal.Arguments.Select(a => (a.Key, Shown.Argument(page, a.Key, a.Value)))]);
        if (refusal.Rule == CommandRules.Stale)
            words = page.Say("page.stale") + Since(page, refusal.Since);
        // A person is told the clause of the notice or the standard; the names of our own documents would say nothing to them.
        var source = char.IsAsciiLetterLower(refusal.Rule.Source[0]) ? "" : page.Say("page.basis", ("source", refusal.Rule.Source));
        var named = refusal.Arguments.TryGetValue("field", out var field) && fields?.Contains($"{field}") == true ? $"{field}" : null;
        FormErrors errors = refusal.Errors.Count > 0 ? new(words, [.. refusal.Errors.Select(e => (e.Field, WordsOf(page, e)))])
            : named is not null ? new(null, [(named, words)])
            : new(words + source, []);
        return new Posting(null, errors, refusal.Rule.Status is 401 or 403 ? StatusCodes.Status422UnprocessableEntity : refusal.Rule.Status);
    }

    /// <summary>What is wrong with a field, in the page's language where its code has words of its own.</summary>
    private static string WordsOf(PageContext page, FieldError error)
    {
        if (page.Language == Language.Zh)
            return error.Message;
        var code = ((string[])[error.Code, "remark." + error.Code]).FirstOrDefault(c => Texts.Has(page.Language, c));
        return code is null ? error.Message : page.Say(code, [.. (error.Arguments ?? new Dictionary<string, object?>()).Select(a => (a.Key, Shown.Argument(page, a.Key, a.Value)))]);
    }

    /// <summary>What happened to the thing meanwhile, by name and time, for those whose work it is. An applicant or an expert sees the new state alone.</summary>
    private static string Since(PageContext page, IReadOnlyList<Change> changes) =>
        changes.Count == 0 || !page.Actor.May(Roles.CityOfficer | Roles.ProvincialOfficer | Roles.IntegrityOfficer) ? "" : page.Say("page.stale.since", ("changes",
            page.JoinClauses(changes.Select(c => page.Say("page.stale.change", ("what", page.SayFirst(c.Event, "event." + c.Event)), ("at", BeijingTime.Instant(c.At, page.Language)))))));

    private static string KeyOf(PageCall call) =>
        call.Posted.One(KeyField) is { Length: >= 8 and <= 200 } key && key.All(char.IsAsciiLetterOrDigit) ? key : PageGate.NewKey();
}
