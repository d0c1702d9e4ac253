namespace Registry.Platform;

/// <summary>Something became public, or left the public. Leaves with the events through the outbox; the site is then built anew.</summary>
public sealed record PublicHistoryGrew;
