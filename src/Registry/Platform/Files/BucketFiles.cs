using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Registry.Platform.Files;

/// <summary>
/// Sealed files in an S3-compatible bucket: <c>prefix/owner/ab/abcd…</c>. The service acknowledges a write only when it has it durably; a write is
/// conditional, so that a file that is there is never replaced.
/// </summary>
public sealed class BucketFiles : ISealedFiles, IDisposable
{
    private readonly AmazonS3Client client;
    private readonly BucketSettings settings;

    /// <param name="settings">Where the bucket is and how to sign for it.</param>
    public BucketFiles(BucketSettings settings)
    {
        this.settings = settings;
        client = new AmazonS3Client(new BasicAWSCredentials(settings.AccessKey, settings.SecretKey), new AmazonS3Config
        {
            ServiceURL = settings.Endpoint.AbsoluteUri,
            AuthenticationRegion = settings.Region,
            ForcePathStyle = true,
            Timeout = settings.Patience,
            MaxErrorRetry = settings.Retries,
            // Compatible servers do not all know the checksums of later versions of the protocol; each box carries its own authentication tag.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    /// <inheritdoc />
    public bool HasRoom(long bytes) => true;

    /// <inheritdoc />
    public Task<bool> ExistsAsync(string owner, string digest, CancellationToken ct) =>
        AskAsync("head", async () =>
        {
            await client.GetObjectMetadataAsync(settings.Bucket, KeyOf(owner, digest), ct);
            return true;
        }, whenMissing: false, ct);

    /// <inheritdoc />
    public Task<bool> WriteAsync(string owner, string digest, ReadOnlyMemory<byte> box, CancellationToken ct) => PutAsync(KeyOf(owner, digest), box, ct);

    /// <inheritdoc />
    public Task TouchAsync(string owner, string digest, CancellationToken ct) =>
        AskAsync("copy", async () =>
        {
            var key = KeyOf(owner, digest);
            await client.CopyObjectAsync(
                new CopyObjectRequest { SourceBucket = settings.Bucket, SourceKey = key, DestinationBucket = settings.Bucket, DestinationKey = key, MetadataDirective = S3MetadataDirective.REPLACE, ContentType = OctetStream }, ct);
            return true;
        }, whenMissing: false, ct);

    /// <inheritdoc />
    public Task<byte[]?> ReadAsync(string owner, string digest, CancellationToken ct) => GetAsync(KeyOf(owner, digest), ct);

    /// <inheritdoc />
    public Task DeleteAsync(string owner, string digest, CancellationToken ct) => RemoveAsync(KeyOf(owner, digest), ct);

    /// <inheritdoc />
    public Task DeleteAsync(KeptFile file, CancellationToken ct) => RemoveAsync(file.Place, ct);

    /// <inheritdoc />
    public async IAsyncEnumerable<KeptFile> ListAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var request = new ListObjectsV2Request { BucketName = settings.Bucket, Prefix = settings.Prefix };
        ListObjectsV2Response page;
        do
        {
            page = await AskAsync("list", async () => (ListObjectsV2Response?)await client.ListObjectsV2Async(request, ct), null, ct)
                ?? throw new FileStorageException($"s3 list: bucket {settings.Bucket} is missing", new InvalidOperationException("no such bucket"));
            foreach (var item in page.S3Objects ?? [])
                if (item.Key[settings.Prefix.Length..].Split('/') is [.., _, var digest] parts && parts.Length >= 3 && EvidenceStore.IsDigest(digest))
                    yield return new KeptFile(string.Join('/', parts[..^2]), digest, item.LastModified?.ToUniversalTime() ?? DateTimeOffset.MaxValue, item.Key);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <inheritdoc />
    public async Task ProveAsync(CancellationToken ct)
    {
        var key = $"{settings.Prefix}probe/{Guid.NewGuid():N}";
        var content = "probe"u8.ToArray();
        try
        {
            await PutAsync(key, content, ct);
            if (await GetAsync(key, ct) is not { } read || !read.AsSpan().SequenceEqual(content))
                throw new FileStorageException("s3 get: the probe came back changed", new InvalidDataException(key));
            await RemoveAsync(key, ct);
        }
        catch (FileStorageException failed)
        {
            throw new StartRefusedException(
                StartRefusedException.MachineNotReady,
                $"对象存储 {settings.Endpoint}（存储桶 {settings.Bucket}）不可用：{failed.Message}。请检查 REGISTRY_FILES_S3_* 各项设置。",
                $"The object storage {settings.Endpoint} (bucket {settings.Bucket}) cannot be used: {failed.Message}. Check the settings REGISTRY_FILES_S3_*.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    private const string OctetStream = "application/octet-stream";

    private Task<bool> PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        AskAsync("put", async () =>
        {
            using var stream = new MemoryStream(content.ToArray(), writable: false);
            try
            {
                await client.PutObjectAsync(
                    new PutObjectRequest { BucketName = settings.Bucket, Key = key, InputStream = stream, ContentType = OctetStream, UseChunkEncoding = false, IfNoneMatch = "*" }, ct);
                return true;
            }
            catch (AmazonS3Exception exists) when (exists.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return false;
            }
        }, whenMissing: null, ct);

    private Task<byte[]?> GetAsync(string key, CancellationToken ct) =>
        AskAsync<byte[]?>("get", async () =>
        {
            using var answer = await client.GetObjectAsync(settings.Bucket, key, ct);
            var content = new MemoryStream();
            await answer.ResponseStream.CopyToAsync(content, ct);
            return content.ToArray();
        }, whenMissing: new(null), ct);

    private Task<bool> RemoveAsync(string key, CancellationToken ct) =>
        AskAsync("delete", async () =>
        {
            await client.DeleteObjectAsync(settings.Bucket, key, ct);
            return true;
        }, whenMissing: false, ct);

    /// <summary>What an absent object means to the question, where it is no failure.</summary>
    private sealed record Missing<T>(T Answer)
    {
        public static implicit operator Missing<T>(T answer) => new(answer);
    }

    /// <summary>One act on the bucket; whatever goes wrong is one kind of failure that names the act and the service's own code.</summary>
    private static async Task<T> AskAsync<T>(string act, Func<Task<T>> ask, Missing<T>? whenMissing, CancellationToken ct)
    {
        try
        {
            return await ask();
        }
        catch (AmazonS3Exception missing) when (whenMissing is not null && missing is { StatusCode: HttpStatusCode.NotFound, ErrorCode: not "NoSuchBucket" })
        {
            return whenMissing.Answer;
        }
        catch (AmazonServiceException refused)
        {
            throw new FileStorageException($"s3 {act}: {(int)refused.StatusCode} {refused.ErrorCode}", refused);
        }
        catch (Exception unreachable) when (unreachable is AmazonClientException or HttpRequestException or IOException or TimeoutException || (unreachable is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new FileStorageException($"s3 {act}: {unreachable.Message}", unreachable);
        }
    }

    private string KeyOf(string owner, string digest) => $"{settings.Prefix}{owner}/{digest[..2]}/{digest}";
}
