namespace PublicSite;

/// <summary>A selection of the register by any of city, industry, batch and standing; null leaves a dimension open.</summary>
public sealed record RegisterFilter(string? City = null, string? Industry = null, string? Batch = null, ClusterStanding? Standing = null)
{
    public static readonly RegisterFilter All = new();
    public static RegisterFilter OfCity(string code) => new(City: code);
    public static RegisterFilter OfIndustry(string code) => new(Industry: code);
    public static RegisterFilter OfBatch(string id) => new(Batch: id);
    public static RegisterFilter OfStanding(ClusterStanding standing) => new(Standing: standing);

    public bool IsAll => Chosen == 0;

    /// <summary>How many of the four dimensions are chosen.</summary>
    public int Chosen => (City is null ? 0 : 1) + (Industry is null ? 0 : 1) + (Batch is null ? 0 : 1) + (Standing is null ? 0 : 1);

    /// <summary>The selection as a part of an address.</summary>
    public string Slug => string.Join('.', new[]
    {
        City is null ? null : $"city-{City}",
        Industry is null ? null : $"industry-{Industry}",
        Batch is null ? null : $"batch-{Batch}",
        Standing is null ? null : $"standing-{NameOf(Standing.Value)}",
    }.Where(part => part is not null));

    public static string NameOf(ClusterStanding standing) => standing.ToString().ToLowerInvariant();
}
