namespace PublicSite;

/// <summary>One part of a list that is too long for one page.</summary>
/// <param name="First">The number of its first row in the whole list, from 1.</param>
internal sealed record Part<T>(IReadOnlyList<T> Rows, int First, int Number, int Count);

/// <summary>Divides long lists so that no page grows beyond <see cref="Checks.SizeCheck.Limit"/>, however long its texts are.</summary>
internal static class Paging
{
    /// <summary>Rows on one page at most.</summary>
    public const int Rows = 50;

    // What is left of a page's size for its rows, in bytes of HTML; frame, stylesheet and the other parts of a page take the rest.
    private const int Weight = 25 * 1024;

    public static int EntryWeight(NoticeEntry entry) => 300 + 3 * (entry.Name.Length + entry.Applicant.Length);

    public static int EntryWeight(AnnouncementEntry entry) => 300 + 3 * (entry.Name.Length + entry.Applicant.Length);

    /// <summary>The parts in order. An empty list still has its one part, whose page says that it is empty.</summary>
    /// <param name="weight">About how many bytes a row takes on its page.</param>
    /// <param name="most">The bytes for all rows of a page.</param>
    /// <param name="taken">The bytes that something else takes on the first page.</param>
    public static IReadOnlyList<Part<T>> Of<T>(IReadOnlyList<T> all, Func<T, int> weight, int most = Weight, int taken = 0)
    {
        var starts = new List<int> { 0 };
        var sum = taken;
        for (var i = 0; i < all.Count; i++)
        {
            var next = weight(all[i]);
            if (i > starts[^1] && (i - starts[^1] == Rows || sum + next > most))
            {
                starts.Add(i);
                sum = 0;
            }
            sum += next;
        }
        if (starts.Count == 1) return [new(all, 1, 1, 1)];
        return [.. starts.Select((start, n) => new Part<T>([.. all.Skip(start).Take((n + 1 < starts.Count ? starts[n + 1] : all.Count) - start)], start + 1, n + 1, starts.Count))];
    }
}
