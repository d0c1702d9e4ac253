namespace Registry.Platform;

/// <summary>Something became public, or left the public. Leaves with the events through the outbox; the site is then built anew.</summary>
/// <param name="Batch">The batch it belongs to, or empty.</param>
public sealed record PublicHistoryGrew(string Batch);
