namespace PublicSite;

/// <summary>Publishes the site.</summary>
public static class SitePublisher
{
    public static Task<PublishResult> PublishAsync(Disclosure data, DateOnly buildDay, SiteOptions options, CancellationToken ct = default) =>
        throw new NotSupportedException("The pages follow.");
}
