namespace PublicSite;
/// <summary>Everything the public site may know.</summary>
public sealed record Disclosure;
