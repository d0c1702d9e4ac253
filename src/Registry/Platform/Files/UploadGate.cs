using System.Threading.RateLimiting;

namespace Registry.Platform.Files;

/// <summary>
/// Keeps one account from taking the uploads of the others: some at once, some in a minute; and all together from taking the memory in which they are
/// examined. What it lets through, <see cref="FileLimits"/> limits by day.
/// </summary>
public sealed class UploadGate : IDisposable
{
    private readonly PartitionedRateLimiter<string> limiter;

    /// <param name="settings">How many.</param>
    public UploadGate(RegistrySettings settings)
    {
        var limits = settings.Files.Limits;
        limiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetConcurrencyLimiter(who, _ => new ConcurrencyLimiterOptions { PermitLimit = limits.AtOnce })),
            PartitionedRateLimiter.Create<string, string>(_ => RateLimitPartition.GetConcurrencyLimiter("", _ => new ConcurrencyLimiterOptions { PermitLimit = limits.AllAtOnce })),
            PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = limits.InMinute,
                TokensPerPeriod = limits.InMinute,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1),
            })));
    }

    /// <summary>Lets one upload of this account in, or not; the lease is given back when the upload is over.</summary>
    public RateLimitLease Enter(string who) => limiter.AttemptAcquire(who);

    /// <inheritdoc />
    public void Dispose() => limiter.Dispose();
}
