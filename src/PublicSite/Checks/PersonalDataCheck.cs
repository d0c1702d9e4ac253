namespace PublicSite.Checks;

/// <summary>Scans every built file for <see cref="PersonalData"/>; anything found stops the publication.</summary>
internal sealed class PersonalDataCheck(Disclosure data)
{
    private readonly PersonalData personal = new(data.Site.Contacts.SelectMany(c => new[] { c.Phone, c.Mailbox }).OfType<string>());

    public IReadOnlyList<SiteProblem> Check(string path, string text) => [.. personal.In(text).Select(found => new SiteProblem(path, found.Kind, found.Masked))];
}
