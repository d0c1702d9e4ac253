using Registry.Accounts;
using Registry.Platform;

namespace Registry.Pages;

/// <summary>What every page knows about its request.</summary>
/// <param name="Actor">Who is asking.</param>
/// <param name="Language">The language it is shown in.</param>
/// <param name="Address">Path and query of the page, for links back to it.</param>
/// <param name="FormToken">The antiforgery token of its forms.</param>
/// <param name="Demo">Whether the program plays the demo: every page then says 演示数据.</param>
/// <param name="Programme">The programme's name, from the newest batch.</param>
/// <param name="Person">The name of who is signed in.</param>
/// <param name="Now">When the request had arrived.</param>
public sealed record PageContext(
    Actor Actor, Language Language, string Address, string FormToken, bool Demo, string? Programme, string? Person, DateTimeOffset Now)
{
    /// <summary>What the command before this page did, to be said once.</summary>
    public string? Flash { get; init; }

    /// <summary>Lists and pages that the role may open, for the navigation.</summary>
    public IReadOnlyList<NavigationLink> Navigation { get; init; } = [];

    /// <summary>What the opaque ids on the page stand for.</summary>
    public IReadOnlyDictionary<string, NamedThing> Known { get; init; } = new Dictionary<string, NamedThing>();

    /// <summary>Whether somebody is signed in.</summary>
    public bool SignedIn => Actor.Role != Roles.Public;

    /// <summary>Words in the page's language.</summary>
    public string Say(string code, params (string Name, object? Value)[] places) =>
        Texts.Of(Language, code, places.Length == 0 ? null : places.ToDictionary(p => p.Name, p => p.Value));

    /// <summary>Words that lie in the definition in both languages.</summary>
    public string Say(Programme.Words words) => Language == Language.En ? words.En : words.Zh;

    /// <summary>The words of an option.</summary>
    public string Say(Programme.Option option) => Language == Language.En ? option.En : option.Zh;

    /// <summary>Several names in one line, with the comma that stands between them in the page's language.</summary>
    public string Join(IEnumerable<string> names) => string.Join(Say("page.comma"), names);

    /// <summary>Several sentences or clauses in one line.</summary>
    public string JoinClauses(IEnumerable<string> clauses) => string.Join(Say("page.semicolon"), clauses);

    /// <summary>The first of the codes that has words; else what it is called inside.</summary>
    public string SayFirst(string otherwise, params string[] codes) =>
        codes.FirstOrDefault(c => Texts.Has(Language, c)) is { } code ? Texts.Of(Language, code) : otherwise;
}

/// <summary>One entry of the navigation.</summary>
public sealed record NavigationLink(string Href, string Label);
