namespace Registry.Pages.Applicant;

/// <summary>
/// Where the rows of a table that was submitted stand in the table that is being corrected. A remark is about a row, not about a number: rows are taken out, put in
/// and changed while the form is back with its applicant.
/// </summary>
public static class RowPlaces
{
    /// <summary>
    /// For each submitted row its number now, or null where that cannot be told. Rows that read the same keep their order; between them, as many rows as there were
    /// are the same rows changed; a row that reads the same elsewhere was moved. Nothing else is guessed.
    /// </summary>
    public static IReadOnlyList<int?> Of(IReadOnlyList<string> submitted, IReadOnlyList<string> now)
    {
        var found = new int?[submitted.Count];
        var (before, beforeNow) = (0, 0);
        foreach (var (then, current) in Same(submitted, now).Append((submitted.Count, now.Count)))
        {
            if (then - before == current - beforeNow)
                for (var i = before; i < then; i++)
                    found[i] = beforeNow + i - before;
            if (then < submitted.Count)
                found[then] = current;
            (before, beforeNow) = (then + 1, current + 1);
        }
        var free = Enumerable.Range(0, now.Count).Where(i => !found.Contains(i)).ToList();
        for (var i = 0; i < submitted.Count; i++)
            if (found[i] is null && free.Exists(f => now[f] == submitted[i]))
            {
                found[i] = free.Find(f => now[f] == submitted[i]);
                free.Remove(found[i]!.Value);
            }
        return found;
    }

    /// <summary>The longest run of rows that read the same in the same order.</summary>
    private static List<(int Then, int Now)> Same(IReadOnlyList<string> submitted, IReadOnlyList<string> now)
    {
        var longest = new int[submitted.Count + 1, now.Count + 1];
        for (var i = submitted.Count - 1; i >= 0; i--)
            for (var j = now.Count - 1; j >= 0; j--)
                longest[i, j] = submitted[i] == now[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
        var run = new List<(int, int)>();
        for (var (i, j) = (0, 0); i < submitted.Count && j < now.Count;)
            if (submitted[i] == now[j])
                run.Add((i++, j++));
            else if (longest[i + 1, j] >= longest[i, j + 1])
                i++;
            else
                j++;
        return run;
    }
}
