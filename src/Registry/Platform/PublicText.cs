using System.Collections;
using System.Text.Json;
using JasperFx.Events;
using Marten;
using PublicSite.Checks;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Platform;

/// <summary>
/// The one gate of what people write for publication: every text of an event that is public, and of any other what is named <c>Public…</c> or is the clause
/// of a finding, which become public with a later event; digests and the paths of addresses are nobody's words. A telephone, identity or bank card number or a mailbox in one of them
/// is refused before anything is recorded, whichever room's command it is; the office contacts of the definition in force are the only exception.
/// </summary>
/// <param name="contacts">Telephones and mailboxes of a definition, by its hash.</param>
public sealed class PublicText(Func<IQuerySession, string, CancellationToken, Task<IReadOnlyList<string>>> contacts)
{
    /// <summary>A text for the public holds somebody's number or mailbox.</summary>
    public static readonly Rule Personal = new("text.personal-data", "design: no person's numbers in public");

    /// <summary>Why the events that wait for their commit must not be recorded; null if they may.</summary>
    /// <param name="session">Their session.</param>
    /// <param name="definition">Hash of the definition they were decided under, if there was one.</param>
    /// <param name="ct">Ends with the command.</param>
    public async Task<Refusal?> FaultAsync(IDocumentSession session, string? definition, CancellationToken ct)
    {
        // The office's own numbers are asked for only where there is a number at all: a batch that is being announced has no definition in the store yet.
        var texts = session.PendingChanges.Streams().SelectMany(s => s.Events).SelectMany(TextsOf).Where(t => Check(t.Field, t.Text, []) is not null).ToList();
        if (texts.Count == 0)
            return null;
        IReadOnlyList<string> offices = definition is null ? [] : await contacts(session, definition, ct);
        return texts.Select(t => Check(t.Field, t.Text, offices)).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>Why a text must not become public, or null if it may.</summary>
    /// <param name="field">Its name in the command, for the refusal.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="offices">Telephones and mailboxes that may stand in public.</param>
    public static Refusal? Check(string field, string text, IEnumerable<string> offices)
    {
        var personal = new PersonalData(offices);
        return personal.In(text).Any() || personal.HasTelephone(text) ? Personal.Refuse(("field", field)) : null;
    }

    private static IEnumerable<(string Field, string Text)> TextsOf(IEvent e) =>
        from property in e.Data.GetType().GetProperties()
        where EventBook.IsPublic(e.Data) || property.Name.StartsWith("Public", StringComparison.Ordinal) || property.Name == "Clause"
        from text in Within(property.Name, property.GetValue(e.Data))
        select text;

    /// <summary>The texts of a value and of its parts, names of entries for example. What is sealed is not public, whatever it stands in.</summary>
    private static IEnumerable<(string Field, string Text)> Within(string name, object? value) => value switch
    {
        null or Sealed => [],
        string when name.EndsWith("Hash", StringComparison.Ordinal) => [],
        // The path of a page is its site's numbering, and may look like a telephone's; what is asked of the page is somebody's words again.
        string address when name.EndsWith("Address", StringComparison.Ordinal) => address.IndexOfAny(['?', '#']) is >= 0 and var at ? [(JsonNamingPolicy.CamelCase.ConvertName(name), address[at..])] : [],
        IDictionary map => map.Values.Cast<object?>().SelectMany(one => Within(name, one)),
        string text => [(JsonNamingPolicy.CamelCase.ConvertName(name), text)],
        IEnumerable many => many.Cast<object?>().SelectMany(one => Within(name, one)),
        _ when value.GetType() is { IsEnum: true } or { Namespace: "System" or "System.Collections.Generic" } => [],
        _ => value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0).SelectMany(p => Within(p.Name, p.GetValue(value))),
    };
}
