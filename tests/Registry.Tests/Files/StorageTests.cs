using System.Security.Cryptography;
using System.Text;
using Registry.Platform;
using Registry.Platform.Files;
using Registry.Platform.Sealing;

namespace Registry.Tests.Files;

/// <summary>
/// What both storages must do alike. Where <c>REGISTRY_TEST_S3</c> gives the address of another S3 server (bucket, access key and secret as in
/// <see cref="S3Server"/>), the bucket is tested there.
/// </summary>
public sealed class StorageTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-test-");
    private S3Server server = null!;
    private BucketFiles bucket = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await S3Server.StartAsync();
        bucket = new BucketFiles(Settings());
    }

    public async ValueTask DisposeAsync()
    {
        bucket.Dispose();
        await server.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private BucketSettings Settings() => new(
        Environment.GetEnvironmentVariable("REGISTRY_TEST_S3") is { Length: > 0 } other ? new Uri(other) : server.Address, S3Server.Bucket, $"test-{Guid.NewGuid():N}/", "us-east-1", S3Server.AccessKey, S3Server.SecretKey);

    private ISealedFiles Storage(string kind) => kind == "bucket" ? bucket : new FolderFiles(Path.Combine(folder.FullName, "files"), 0);

    private (EvidenceStore Store, KeyStore Keys) Store(ISealedFiles files)
    {
        var keys = new KeyStore(Path.Combine(folder.FullName, "keys"), Path.Combine(folder.FullName, "secret", "master.key"));
        return (new EvidenceStore(files, new Vault(keys), keys), keys);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task A_file_is_kept_once_under_the_digest_of_its_bytes_sealed_and_never_replaced(string kind)
    {
        var (files, content) = (Storage(kind), "a file of evidence"u8.ToArray());
        await files.ProveAsync(Ct);
        var (store, _) = Store(files);
        var stored = await store.PutAsync("owner", content, Ct);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), stored.Sha256);
        var first = await files.ReadAsync("owner", stored.Sha256, Ct);
        Assert.True(first.AsSpan().IndexOf("evidence"u8) < 0, "stored in plain");
        Assert.Equal(stored, await store.PutAsync("owner", content, Ct));
        Assert.False(await files.WriteAsync("owner", stored.Sha256, "other"u8.ToArray(), Ct));
        Assert.Equal(first, await files.ReadAsync("owner", stored.Sha256, Ct));
        Assert.Equal(content, await store.ReadAsync("owner", stored.Sha256, Ct));

        await store.PutAsync("another", content, Ct);
        Assert.NotEqual(first, await files.ReadAsync("another", stored.Sha256, Ct));
        Assert.Null(await store.ReadAsync("owner", new string('a', 64), Ct));
        Assert.Null(await store.ReadAsync("owner", "../../etc/passwd", Ct));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task What_lies_there_is_listed_with_its_age_and_a_removed_file_is_gone(string kind)
    {
        var (files, written) = (Storage(kind), new List<string>());
        server.PageSize = 2;
        for (var i = 0; i < 5; i++)
        {
            written.Add(Convert.ToHexStringLower(SHA256.HashData([(byte)i])));
            Assert.True(await files.WriteAsync($"owner{i % 2}", written[i], new byte[10], Ct));
        }
        var listed = new List<KeptFile>();
        await foreach (var file in files.ListAsync(Ct))
            listed.Add(file);
        Assert.Equal(written.Order(StringComparer.Ordinal), listed.Select(l => l.Digest).Order(StringComparer.Ordinal));
        Assert.All(listed, l => Assert.InRange(DateTimeOffset.UtcNow - l.Since, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1)));
        await files.DeleteAsync(listed[0], Ct);
        await files.DeleteAsync(listed[0], Ct);
        Assert.False(await files.ExistsAsync(listed[0].Owner, listed[0].Digest, Ct));
        await files.TouchAsync("owner0", new string('b', 64), Ct);
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("bucket")]
    public async Task A_destroyed_file_opens_nowhere_not_even_from_an_older_copy_of_files_and_keys(string kind)
    {
        var files = Storage(kind);
        var (store, keys) = Store(files);
        var stored = await store.PutAsync("owner", "to be destroyed"u8.ToArray(), Ct);
        var subject = EvidenceStore.SubjectOf("owner", stored.Sha256);
        var box = (await files.ReadAsync("owner", stored.Sha256, Ct))!;
        var key = Directory.EnumerateFiles(Path.Combine(folder.FullName, "keys"), "*", SearchOption.AllDirectories).Single();
        var backup = await File.ReadAllBytesAsync(key, Ct);
        await store.DestroyAsync("owner", stored.Sha256, Ct);
        Assert.False(await files.ExistsAsync("owner", stored.Sha256, Ct));
        await Assert.ThrowsAsync<KeyDestroyedException>(() => store.PutAsync("owner", "to be destroyed"u8.ToArray(), Ct));

        // Yesterday's copies of file and key come back: the running store does not use the key, and at the next start it is overwritten again.
        await files.WriteAsync("owner", stored.Sha256, box, Ct);
        await File.WriteAllBytesAsync(key, backup, Ct);
        Assert.Null(await store.ReadAsync("owner", stored.Sha256, Ct));
        var (restarted, _) = Store(files);
        Assert.Null(await restarted.ReadAsync("owner", stored.Sha256, Ct));
        Assert.NotEqual(backup, await File.ReadAllBytesAsync(key, Ct));

        // Without the ledger the same copies open: it is the ledger that holds.
        await File.WriteAllBytesAsync(key, backup, Ct);
        Directory.Delete(Path.Combine(folder.FullName, "keys-destroyed"), recursive: true);
        Assert.Equal("to be destroyed"u8.ToArray(), await Store(files).Store.ReadAsync("owner", stored.Sha256, Ct));
        Assert.NotNull(subject);
    }

    [Fact]
    public async Task A_withheld_key_opens_nothing_until_it_is_released_and_is_not_lost()
    {
        var (store, keys) = Store(Storage("folder"));
        var stored = await store.PutAsync("owner", "withheld"u8.ToArray(), Ct);
        keys.Withhold(EvidenceStore.SubjectOf("owner", stored.Sha256), "case");
        Assert.Null(await store.ReadAsync("owner", stored.Sha256, Ct));
        Assert.Null(await Store(Storage("folder")).Store.ReadAsync("owner", stored.Sha256, Ct));
        keys.Release(EvidenceStore.SubjectOf("owner", stored.Sha256));
        Assert.Equal("withheld"u8.ToArray(), await store.ReadAsync("owner", stored.Sha256, Ct));
    }

    [Fact]
    public async Task A_storage_that_fails_hangs_or_is_not_ours_says_what_failed_and_stops_the_start()
    {
        using var stranger = new BucketFiles(Settings() with { Endpoint = server.Address, SecretKey = "wrong" });
        Assert.Contains("403 SignatureDoesNotMatch", (await Assert.ThrowsAsync<StartRefusedException>(() => stranger.ProveAsync(Ct))).Message, StringComparison.Ordinal);
        using var nowhere = new BucketFiles(Settings() with { Endpoint = server.Address, Bucket = "missing" });
        Assert.Contains("NoSuchBucket", (await Assert.ThrowsAsync<StartRefusedException>(() => nowhere.ProveAsync(Ct))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileStorageException>(() => nowhere.ReadAsync("owner", new string('a', 64), Ct));

        using var failing = new BucketFiles(Settings() with { Endpoint = server.Address, Patience = TimeSpan.FromSeconds(1), Retries = 0 });
        server.Failing = 503;
        Assert.Contains("s3 put: 503 SlowDown", (await Assert.ThrowsAsync<FileStorageException>(() => failing.WriteAsync("owner", new string('a', 64), new byte[10], Ct))).Message, StringComparison.Ordinal);
        server.Hanging = true;
        await Assert.ThrowsAsync<FileStorageException>(() => failing.ReadAsync("owner", new string('a', 64), Ct));
        using var away = new BucketFiles(Settings() with { Endpoint = new Uri("http://127.0.0.1:9"), Patience = TimeSpan.FromSeconds(1), Retries = 0 });
        Assert.Contains("REGISTRY_FILES_S3", (await Assert.ThrowsAsync<StartRefusedException>(() => away.ProveAsync(Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_server_checks_signatures_as_the_standards_own_example_has_them()
    {
        const string empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        Assert.Equal("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41", S3Server.Signature(
            "GET", "/test.txt", "", [("host", "examplebucket.s3.amazonaws.com"), ("range", "bytes=0-9"), ("x-amz-content-sha256", empty), ("x-amz-date", "20130524T000000Z")],
            empty, "20130524T000000Z", "20130524", "us-east-1", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    }

    [Theory]
    [InlineData("REGISTRY_FILES", "tape", "REGISTRY_FILES ")]
    [InlineData("REGISTRY_FILES_FILE_MB", "21", "REGISTRY_FILES_FILE_MB")]
    [InlineData("REGISTRY_FILES_FILE_MB", "0", "REGISTRY_FILES_FILE_MB")]
    [InlineData("REGISTRY_FILES_ORPHAN_HOURS", "two", "REGISTRY_FILES_ORPHAN_HOURS")]
    [InlineData("REGISTRY_FILES_S3_ENDPOINT", "http://example.org", "REGISTRY_FILES_S3_ENDPOINT")]
    [InlineData("REGISTRY_FILES_S3_ENDPOINT", "https://example.org/path", "REGISTRY_FILES_S3_ENDPOINT")]
    [InlineData("REGISTRY_FILES_S3_BUCKET", "Not A Bucket", "REGISTRY_FILES_S3_BUCKET")]
    [InlineData("REGISTRY_FILES_S3_PREFIX", "no-slash", "REGISTRY_FILES_S3_PREFIX")]
    [InlineData("REGISTRY_FILES_S3_ACCESS_KEY", "", "REGISTRY_FILES_S3_ACCESS_KEY")]
    [InlineData("REGISTRY_FILES_S3_SECRET_FILE", "/no/such/file", "REGISTRY_FILES_S3_SECRET_FILE")]
    public void A_setting_that_cannot_be_used_stops_the_start_and_is_named(string name, string value, string named)
    {
        var secret = Path.Combine(folder.FullName, "s3-secret");
        File.WriteAllText(secret, "a secret\n");
        var settings = new Dictionary<string, string>
        {
            ["REGISTRY_FILES"] = "s3", ["REGISTRY_FILES_S3_ENDPOINT"] = "https://s3.example.org", ["REGISTRY_FILES_S3_BUCKET"] = "evidence", ["REGISTRY_FILES_S3_PREFIX"] = "registry/",
            ["REGISTRY_FILES_S3_ACCESS_KEY"] = "key", ["REGISTRY_FILES_S3_SECRET_FILE"] = secret,
        };
        var whole = FileSettings.Read(settings.GetValueOrDefault);
        Assert.Equal(new BucketSettings(new Uri("https://s3.example.org"), "evidence", "registry/", "us-east-1", "key", "a secret"), whole.Bucket);
        Assert.Null(FileSettings.Read(_ => null).Bucket);
        settings[name] = value;
        Assert.Contains(named, Assert.Throws<StartRefusedException>(() => FileSettings.Read(settings.GetValueOrDefault)).Message, StringComparison.Ordinal);
    }
}
