using System.Security.Cryptography;
using System.Text;
using JasperFx.Events;
using PublicSite;
using Registry.Programme;

namespace Registry.Disclosure;

/// <summary>
/// The public events folded into the data set of the site, one file for each kind of page. What is not marked public never comes here, and what
/// comes here only leaves through the fields that the site's contract has.
/// </summary>
public sealed partial class DisclosureFold
{
    private readonly Dictionary<string, CallDefinition> definitions = [];
    private DateTimeOffset last;

    /// <summary>Makes a definition known before the event that names it is taken.</summary>
    public void Know(CallDefinition definition) => definitions[definition.Hash] = definition;

    /// <summary>One public event further.</summary>
    public void Take(IEvent e)
    {
        last = e.Timestamp > last ? e.Timestamp : last;
        TakeBatch(e);
        TakeEarlierList(e);
        TakePublicity(e);
        TakeRecognition(e);
        TakeFinding(e);
        TakeScores(e);
        TakeProof(e);
    }

    /// <summary>The data set on a day.</summary>
    /// <param name="today">The build day in Beijing.</param>
    /// <param name="demo">Every page says 演示数据.</param>
    /// <param name="licence">The licence of the open data.</param>
    public PublicSite.Disclosure Result(DateOnly today, bool demo, NamedLink? licence = null)
    {
        var shown = batches.Values.Select(b => b.Definition).ToList();
        var first = shown.FirstOrDefault() ?? DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required();
        return new PublicSite.Disclosure
        {
            Site = new SiteInfo
            {
                Programme = Both(first.Programme.Title),
                IssuingBody = Both(first.Issuer.Body),
                Contacts = [.. first.Issuer.Contacts.Select(c => Contact(first, c))],
                Cities = [.. first.Cities.Select(c => new City(c.Code, new Bilingual(c.Zh, c.En)))],
                Industries = [.. shown.Prepend(first).SelectMany(d => d.Industries.List).DistinctBy(i => i.Code).Select(i => new PublicSite.Industry(IndustryOf(i.Code), new Bilingual(i.Zh, i.En)))],
                Demo = demo,
                Licence = licence,
                AsOf = last == default ? ChinaTime.StartOf(first.Notice.Date) : last,
            },
            Batches = [.. batches.Values.Select(b => Shown(b, today))],
            Notices = [.. ShownNotices(today)],
            Announcements = [.. ShownAnnouncements(today)],
            Clusters = [.. ShownClusters(today)],
            EarlierLists = [.. earlier],
            Interpretations = [.. announcedFirst is { } announced ? Interpretations.Of(announced.Date, announced.At) : []],
            Findings = [.. ShownFindings()],
            Scores = [.. scores],
            Tombstones = [.. Tombstones(today)],
            Proofs = [.. ShownProofs()],
        };
    }

    private static Bilingual Both(Programme.Words words) => new(words.Zh, words.En);

    /// <summary>Codes of industries are part of addresses, which are lower case.</summary>
    private static string IndustryOf(string code) => code.ToLowerInvariant();

    private static PublicSite.OfficeContact Contact(CallDefinition definition, Programme.OfficeContact contact) =>
        new(definition.Issuer.Unit.Zh, contact.Person, contact.Phone, contact.Email, contact.Address.Zh);

    /// <summary>A stable part of an address for something whose own name is no address.</summary>
    private static string Slug(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
}
