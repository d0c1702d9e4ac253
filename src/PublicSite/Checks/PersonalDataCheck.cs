namespace PublicSite.Checks;

/// <summary>Scans every built file for <see cref="PersonalData"/>; anything found stops the publication.</summary>
internal sealed class PersonalDataCheck(Disclosure data)
{
    private readonly PersonalData personal = new(data.Site.Contacts.SelectMany(c => new[] { c.Phone, c.Mailbox }).OfType<string>());

    public IReadOnlyList<SiteProblem> Check(string path, string text) => [.. personal.In(text).Select(found => new SiteProblem(path, found.Kind, found.Masked))];

    /// <summary>The same for a long text, piece by piece; the pieces overlap, so that nothing is missed between them.</summary>
    public IReadOnlyList<SiteProblem> Check(string path, TextReader text)
    {
        const int overlap = 200;
        var problems = new List<SiteProblem>();
        var piece = new char[1 << 16];
        var kept = 0;
        while (text.ReadBlock(piece, kept, piece.Length - kept) is var read and > 0)
        {
            var length = kept + read;
            problems.AddRange(Check(path, new string(piece, 0, length)));
            kept = Math.Min(overlap, length);
            Array.Copy(piece, length - kept, piece, 0, kept);
        }
        return [.. problems.Distinct()];
    }
}
