namespace PublicSite;

/// <summary>The words with which an announcement opens: on its public page, and before it is issued in the preview of whoever issues it.</summary>
public static class AnnouncementText
{
    /// <summary>The opening sentence.</summary>
    /// <param name="basis">The documents it rests on, each with its number.</param>
    /// <param name="first">Name of the first cluster on the list.</param>
    /// <param name="count">How many are on it.</param>
    /// <param name="batch">The batch's title.</param>
    public static string Opening(Words words, AnnouncementKind kind, IReadOnlyList<string> basis, string first, int count, string batch) =>
        (basis.Count > 0 ? words["announcement.basis", string.Join(words["format.list"], basis)] : "")
        + words[$"announcement.{kind}{(count == 1 ? "-one" : "")}", first, count, batch];
}
