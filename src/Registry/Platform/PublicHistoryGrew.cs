namespace Registry.Platform;

/// <summary>A fact became public: the site is due to be built again. Leaves with the events of the command that made it so.</summary>
/// <param name="Batch">The batch's id, or empty when the fact belongs to none.</param>
public sealed record PublicHistoryGrew(string Batch);
