namespace PublicSite;

/// <summary>
/// Publishes the site: written whole to a staging folder, checked, then switched at once by renaming the link <c>current</c>. Whoever
/// reads sees the old site or the new one, never a mixture; a failed check leaves the old one in place and says which file and why.
/// </summary>
public static class SitePublisher
{
    public const string CurrentLink = "current";
    public const string ReleasesFolder = "releases";

    /// <summary>Why no page can be built on this data set; empty when one can.</summary>
    public static IReadOnlyList<SiteProblem> Check(Disclosure data) => Checks.DisclosureCheck.Check(data);

    /// <summary>
    /// Builds everything, checks and switches. Problems are values; an exception means that the disk or the program failed.
    /// While another publication holds the same folder the result is the problem <c>publish.busy</c>.
    /// </summary>
    public static Task<PublishResult> PublishAsync(Disclosure data, DateOnly buildDay, SiteOptions options, CancellationToken ct = default) =>
        new SiteKeeper(options).PublishAsync(data, buildDay, ct);
}
