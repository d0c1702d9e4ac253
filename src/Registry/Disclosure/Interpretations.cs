using PublicSite;

namespace Registry.Disclosure;

/// <summary>The explanatory texts that come with the program, in Markdown: <c>Interpretations/*.zh.md</c> and their English.</summary>
public static class Interpretations
{
    private static readonly string[] Ids = ["window", "conditions", "restriction"];

    private static readonly Lazy<IReadOnlyList<(string Id, Bilingual Title, Bilingual Text)>> All = new(() => [.. Ids.Select(Read)]);

    /// <summary>The texts, dated by the notice of the first batch that they explain.</summary>
    public static IEnumerable<Interpretation> Of(DateOnly noticeDate, DateTimeOffset announcedAt) =>
        All.Value.Select(text => new Interpretation { Id = text.Id, Title = text.Title, Markdown = text.Text, Date = noticeDate, AsOf = announcedAt });

    private static (string, Bilingual, Bilingual) Read(string id)
    {
        var (zh, en) = (Split(id, "zh"), Split(id, "en"));
        return (id, new Bilingual(zh.Title, en.Title), new Bilingual(zh.Text, en.Text));
    }

    // The first line is the title, which the page shows by itself.
    private static (string Title, string Text) Split(string id, string language)
    {
        using var stream = typeof(Interpretations).Assembly.GetManifestResourceStream($"Disclosure/Interpretations/{id}.{language}.md")!;
        using var reader = new StreamReader(stream);
        var title = reader.ReadLine()!.TrimStart('#', ' ');
        return (title, reader.ReadToEnd().Trim());
    }
}
