using Registry.Platform.Files;
using Registry.Platform.Mail;

namespace Registry.Platform;

/// <summary>Where this node finds what it needs. Checked at start; an error names the setting.</summary>
public sealed record RegistrySettings
{
    /// <summary>PostgreSQL. Given by setting <c>REGISTRY_CONNECTION</c>, or the private server's.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The connection is the schema's owner, who may change it. Never so in a program that serves.</summary>
    public bool OwnsSchema { get; init; }

    /// <summary>Root of the data folder: everything below is made on first start.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Wrapped data keys, outside the database.</summary>
    public string KeyFolder => Path.Combine(DataFolder, "keys");

    /// <summary>The master key, kept apart from what it opens.</summary>
    public string MasterKeyFile { get; init; } = "";

    /// <summary>Which keys were destroyed. Apart from the keys, so that an older copy of them cannot undo it; by setting <c>REGISTRY_LEDGER</c> elsewhere.</summary>
    public string LedgerFolder { get; init; } = "";

    /// <summary>Sealed evidence files, unless they lie in a bucket.</summary>
    public string EvidenceFolder => Path.Combine(DataFolder, "evidence");

    /// <summary>Where evidence lies, and how much of it is taken.</summary>
    public FileSettings Files { get; init; } = new();

    /// <summary>The published site.</summary>
    public string SiteFolder { get; init; } = "";

    /// <summary>The public log's name: the address below which it is published, without scheme and trailing slash. It is fixed once the first key is made.</summary>
    public string LogOrigin { get; init; } = "cluster-registry.localhost/log";

    /// <summary>How often the public log is published. Within an interval nobody can tell from the log when something was done.</summary>
    public TimeSpan LogInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Who must have signed a checkpoint besides the log, as a file in the form of C2SP tlog-policy. Null: nobody.</summary>
    public string? LogPolicyFile { get; init; }

    /// <summary>The public files of the log.</summary>
    public string LogFolder => Path.Combine(DataFolder, "log");

    /// <summary>The keys that sign the log. Never in the database, nor in its backups.</summary>
    public string LogKeyFolder => Path.Combine(DataFolder, "secrets", "log");

    /// <summary>What the log has signed last. Kept apart from the database, so that an old copy of it cannot make the log forget.</summary>
    public string LogStateFolder => Path.Combine(DataFolder, "log-state");

    /// <summary>Mails as files, where no mail server is set.</summary>
    public string MailFolder => Path.Combine(DataFolder, "mail");

    /// <summary>How mail leaves.</summary>
    public MailSettings Mail { get; init; } = new();

    /// <summary>The program that makes the site's search index (Pagefind), by <c>REGISTRY_SEARCH_TOOL</c>, which the scripts in ops/ set. Without it the site leads to its lists.</summary>
    public string? SearchTool { get; init; } = Environment.GetEnvironmentVariable("REGISTRY_SEARCH_TOOL") is { Length: > 0 } tool ? tool : null;

    /// <summary>The licence of the open data as "name address", by <c>REGISTRY_DATA_LICENCE</c>; the issuing body decides it (ops/decisions/0014).</summary>
    public string DataLicence { get; init; } = Environment.GetEnvironmentVariable("REGISTRY_DATA_LICENCE") is { Length: > 0 } licence ? licence : "CC-BY-4.0 https://creativecommons.org/licenses/by/4.0/deed.zh-hans";

    /// <summary>Plays the demo on first start.</summary>
    public bool Demo { get; init; }

    /// <summary>The web address the program listens on, loopback by default.</summary>
    public string Url { get; init; } = "http://127.0.0.1:5080";

    /// <summary>Where the public finds the site, given by setting <c>REGISTRY_PUBLIC_URL</c>: printed proofs lead there. Empty: where the program listens.</summary>
    public string PublicUrl { get; init; } = "";

    /// <summary>The full address of a page of the public site, for codes on paper.</summary>
    /// <param name="path">Its path below the site's root.</param>
    public string PublicPage(string path) => $"{(PublicUrl.Length > 0 ? PublicUrl : Url).TrimEnd('/')}/{path}";

    /// <summary>Proxies that are believed when they say for whom they ask, <c>REGISTRY_PROXIES</c>; none by default.</summary>
    public IReadOnlyList<System.Net.IPNetwork> Proxies { get; init; } = [];

    /// <summary>Where traces and metrics go, <c>REGISTRY_OTLP</c>; null: nowhere.</summary>
    public Uri? Collector { get; init; }

    /// <summary>Whether this node works off jobs.</summary>
    public bool Jobs { get; init; } = true;

    /// <summary>One node alone, as in tests: message storage does not wait for peers.</summary>
    public bool Alone { get; init; }

    /// <summary>Which accounts must have a second factor.</summary>
    public Accounts.SecondFactorRule SecondFactor { get; init; }

    /// <summary>The identity provider that people may sign in with, or null.</summary>
    public Accounts.ExternalSignInSettings? ExternalSignIn { get; init; }

    /// <summary>A file of breached passwords, or null.</summary>
    public string? BreachedPasswords { get; init; }

    /// <summary>The settings of a data folder, with the master key in its usual place.</summary>
    public static RegistrySettings For(string dataFolder, string connectionString) => new()
    {
        DataFolder = dataFolder,
        ConnectionString = connectionString,
        SiteFolder = Path.Combine(dataFolder, "site"),
        MasterKeyFile = Path.Combine(dataFolder, "secrets", "master.key"),
        LedgerFolder = Environment.GetEnvironmentVariable("REGISTRY_LEDGER") is { Length: > 0 } elsewhere ? Path.GetFullPath(elsewhere) : Path.Combine(dataFolder, "keys-destroyed"),
        Collector = Telemetry.Endpoint(Environment.GetEnvironmentVariable),
        Files = FileSettings.Read(Environment.GetEnvironmentVariable),
    };
}
