using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;

namespace PublicSite;

/// <summary>The latest changes as an Atom feed (RFC 4287). Links are relative, so that the feed moves with the site.</summary>
public static class Atom
{
    private const string Namespace = "http://www.w3.org/2005/Atom";
    private const int Entries = 100;

    public static void Write(Stream to, SiteView site, string title)
    {
        var words = Words.Chinese;
        var entries = site.Notices.Select(n => (PageKind.Notice, n.Id, n.Title, n.AsOf))
            .Concat(site.Announcements.Select(a => (PageKind.Announcement, a.Id, $"{a.Title} {a.DocumentNumber}", a.AsOf)))
            .Concat(site.Findings.Select(f => (PageKind.Finding, f.Id, words["finding.title", f.Organisation], f.AsOf)))
            .Concat(site.Clusters.Select(c => (PageKind.Cluster, c.Id, words["feed.cluster", c.Name, words.Of(c.Standing)], c.AsOf)))
            .Concat(site.EarlierLists.Select(l => (PageKind.EarlierList, l.Id, words["earlier.title", l.Programme, l.Round], l.AsOf)))
            .Concat(site.Interpretations.Select(i => (PageKind.Interpretation, i.Id, i.Title.Zh, i.AsOf)))
            .OrderByDescending(e => e.AsOf).ThenBy(e => e.Item1).ThenBy(e => e.Id, StringComparer.Ordinal).Take(Entries).ToList();

        using (var xml = XmlWriter.Create(to, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("feed", Namespace);
            xml.WriteAttributeString("xml", "lang", null, words.Language);
            Element(xml, "id", Id("feed"));
            Element(xml, "title", site.Site.Demo ? $"{words["demo.mark"]} {title}" : title);
            Element(xml, "updated", BeijingTime.Rfc3339(entries.Select(e => e.AsOf).DefaultIfEmpty(site.Site.AsOf).First()));
            xml.WriteStartElement("author", Namespace);
            Element(xml, "name", site.Site.IssuingBody.Zh);
            xml.WriteEndElement();
            Link(xml, "self", Addresses.Feed, "application/atom+xml");
            Link(xml, "alternate", Addresses.Home, "text/html");
            foreach (var (kind, id, entryTitle, asOf) in entries)
            {
                xml.WriteStartElement("entry", Namespace);
                Element(xml, "id", Id($"{kind}/{id}"));
                Element(xml, "title", Visible.Text(entryTitle));
                Element(xml, "updated", BeijingTime.Rfc3339(asOf));
                Link(xml, "alternate", Addresses.Of(kind, id), "text/html");
                Link(xml, "related", Addresses.Twin(kind, id), "application/json");
                Element(xml, "summary", $"{words.Of(kind)}: {Visible.Text(entryTitle)}");
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
    }

    // The id must never change, wherever the site is mounted: it is made from the record's own id.
    private static string Id(string name)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes("public-site/" + name), hash);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return string.Create(CultureInfo.InvariantCulture, $"urn:uuid:{new Guid(hash[..16], bigEndian: true)}");
    }

    private static void Element(XmlWriter xml, string name, string value) => xml.WriteElementString(name, Namespace, value);

    private static void Link(XmlWriter xml, string relation, string address, string type)
    {
        xml.WriteStartElement("link", Namespace);
        xml.WriteAttributeString("rel", relation);
        xml.WriteAttributeString("href", address);
        xml.WriteAttributeString("type", type);
        xml.WriteEndElement();
    }
}
