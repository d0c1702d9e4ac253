using Microsoft.AspNetCore.Components;

namespace Registry.Pages;

/// <summary>A component that speaks the page's language.</summary>
public abstract class PageComponent : ComponentBase
{
    /// <summary>The page's request.</summary>
    [CascadingParameter]
    public PageContext Page { get; set; } = null!;

    /// <summary>Words by code.</summary>
    protected string Say(string code, params (string Name, object? Value)[] places) => Page.Say(code, places);
}

/// <summary>A whole page: the context is given to it and handed down by its frame.</summary>
public abstract class WholePage : ComponentBase
{
    /// <summary>The page's request.</summary>
    [Parameter]
    public required PageContext Page { get; set; }

    /// <summary>Words by code.</summary>
    protected string Say(string code, params (string Name, object? Value)[] places) => Page.Say(code, places);
}
