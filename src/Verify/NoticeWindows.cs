using System.Text.Json;

namespace Verify;

/// <summary>The first and the last day of a window.</summary>
public readonly record struct Days(DateOnly First, DateOnly Last);

/// <summary>The windows of one notice and of each entry that stands in it, followed through the opened facts in the log's order as the registry follows them.</summary>
public sealed class NoticeWindows
{
    private enum Sharing { No, Perhaps, Yes }

    /// <param name="Window">Its days; only planned before it is up.</param>
    /// <param name="Shown">Those that the site may show for it.</param>
    /// <param name="IsUp">Its posting was verified.</param>
    /// <param name="Shares">Whether its window is the notice's own.</param>
    private sealed record Line(Days Window, IReadOnlyList<Days> Shown, bool IsUp, Sharing Shares);

    private readonly Dictionary<long, Line> lines = [];

    /// <summary>Follows the facts of this page.</summary>
    public NoticeWindows(Facts facts, string page)
    {
        var all = facts.Of(page, "publicity-opened", "posting-verified", "entry-added", "entry-posted", "publicity-redated").Where(f => f.Field("stream") is { } stream && page == $"notice/{stream.Split('/')[^1]}.html").ToList();
        var added = all.Where(f => f.Kind == "entry-added").Select(f => f.Number("data.Entry.Number")).ToHashSet();
        // A list from which something was struck is not opened; each application that went up with it says under which number.
        var together = facts.Of(page, "application-publicised").Where(f => $"notice/{f.Field("data.Publicity")}.html" == page).Select(f => f.Number("data.Entry")).OfType<long>().Where(n => !added.Contains(n)).Distinct().ToList();
        foreach (var fact in all)
            if (Facts.Day(fact.Field("data.Window.FirstDay")) is { } first && Facts.Day(fact.Field("data.Window.LastDay")) is { } last)
                Take(fact, new Days(first, last), together);
    }

    /// <summary>The verified posting; null before it.</summary>
    public Disclosure? Posting { get; private set; }

    /// <summary>The window of the posting; as planned before it.</summary>
    public Days? Posted { get; private set; }

    /// <summary>What the site may show as the notice's own window; nothing where none was opened.</summary>
    public IReadOnlyList<Days> Own { get; private set; } = [];

    /// <summary>The end of the last window: the registry attests until then. An entry that was put up anew counts under its new number alone.</summary>
    public DateOnly? Last => Posted is { } posted ? lines.Values.Where(l => l.IsUp).Select(l => l.Window.Last).DefaultIfEmpty(posted.Last).Max() : null;

    /// <summary>What the site may show as this entry's window; null for an entry that does not stand in the notice.</summary>
    public IReadOnlyList<Days>? Of(long entry) => lines.GetValueOrDefault(entry)?.Shown;

    private void Take(Disclosure fact, Days window, IReadOnlyList<long> together)
    {
        switch (fact.Kind)
        {
            case "publicity-opened" or "posting-verified":
                (Posted, Own) = (window, [window]);
                Posting = fact.Kind == "posting-verified" ? fact : Posting;
                var listed = fact.Kind == "publicity-opened" ? Numbers(fact, e => e.ValueKind == JsonValueKind.Object && e.TryGetProperty("Number", out var number) ? number : default) : [];
                foreach (var number in listed.Concat(together).Concat(lines.Keys).ToHashSet())
                    lines[number] = new Line(window, [window], Posting is not null, Sharing.Yes);
                break;
            case "entry-added":
                Put(fact, fact.Number("data.Entry.Number"), window, isUp: fact.Field("data.PostedAt") is not null);
                break;
            case "entry-posted":
                Put(fact, fact.Number("data.Entry"), window, isUp: true);
                break;
            default:
                Redate(fact, window);
                break;
        }
    }

    /// <summary>An entry that is up takes the place of the one that it replaces; while it is awaited both are shown.</summary>
    private void Put(Disclosure fact, long? number, Days window, bool isUp)
    {
        if (isUp && fact.Number("data.Replaces") is { } replaced)
            lines.Remove(replaced);
        if (number is { } entry)
            lines[entry] = new Line(window, [window], isUp, Sharing.No);
    }

    /// <summary>
    /// The notice's own window moves with all who share it and are still in publicity; whoever is moved without the others has a window apart from then on.
    /// Who had left publicity is not public: where that decides and the fact does not say, both are what an honest site may show.
    /// </summary>
    private void Redate(Disclosure fact, Days window)
    {
        var named = Numbers(fact, e => e).Where(lines.ContainsKey).ToHashSet();
        var sharing = lines.Where(l => l.Value.Shares != Sharing.No).Select(l => l.Key).ToList();
        var isCertain = named.Any(n => lines[n].Shares == Sharing.Yes);
        bool? moves = !sharing.Exists(named.Contains) || fact.Value("data.Whole")?.ValueKind == JsonValueKind.False ? false
            : isCertain && (fact.Value("data.Whole")?.ValueKind == JsonValueKind.True || sharing.TrueForAll(named.Contains)) ? true : null;
        Own = moves switch { true => [window], false => Own, null => [.. Own, window] };
        foreach (var (number, line) in lines.ToList())
            if (named.Contains(number))
                lines[number] = line with
                {
                    Window = window,
                    Shown = [window],
                    Shares = moves switch { true => line.Shares, null when line.Shares != Sharing.No => Sharing.Perhaps, _ => Sharing.No },
                };
            else if (moves != false && line.Shares != Sharing.No)
                lines[number] = line with { Shown = moves == true && line.Shares == Sharing.Yes ? [window] : [.. line.Shown, window] };
    }

    private static IEnumerable<long> Numbers(Disclosure fact, Func<JsonElement, JsonElement> of) =>
        fact.Value("data.Entries") is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().Select(of).Where(n => n.ValueKind == JsonValueKind.Number && n.TryGetInt64(out _)).Select(n => n.GetInt64()) : [];
}
