using System.Collections.Concurrent;
using System.Text.Json;
using Registry.Objections;
using Registry.Publicity;
using Registry.Tests.Objections;

namespace Registry.Tests.Faults;

/// <summary>What a client meant to do, written down before it is sent, and what it was told.</summary>
public sealed record Intent(int Number, string Address, ObjectionForm Form)
{
    /// <summary>The receipt's number, once it was acknowledged.</summary>
    public string? Receipt { get; set; }

    /// <summary>When it was acknowledged.</summary>
    public DateTimeOffset? At { get; set; }

    private int sent;

    /// <summary>How often it was sent.</summary>
    public int Sent => sent;

    /// <summary>It is sent once more.</summary>
    public void Send() => Interlocked.Increment(ref sent);
}

/// <summary>
/// A client with a ledger of its own: every objection is written down before it is sent, is sent until it is acknowledged, to whichever node answers,
/// now and then twice at once, and now and then again long after its receipt. All choices come from one seed.
/// </summary>
public sealed class Ledger(PublicityId notice, int seed, Func<IReadOnlyList<int>> ports, bool sameKey = true)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ConcurrentQueue<Intent> intents = new();
    private readonly ConcurrentQueue<string> troubles = new();
    private int count;

    /// <summary>Everything that was meant.</summary>
    public IReadOnlyCollection<Intent> Intents => intents;

    /// <summary>Receipts that changed when asked for again: there must be none.</summary>
    public IReadOnlyCollection<string> Troubles => troubles;

    /// <summary>How long acknowledged requests took, milliseconds.</summary>
    public ConcurrentQueue<double> Took { get; } = new();

    /// <summary>Answers that were none: refused connections, broken ones, 5xx.</summary>
    public int Unanswered => unanswered;

    private int unanswered;

    /// <summary>Works until told to stop; then goes on until everything it began is acknowledged.</summary>
    public Task RunAsync(int workers, CancellationToken until, CancellationToken ct) => Task.WhenAll(Enumerable.Range(0, workers).Select(w => Task.Run(() => WorkAsync(new Random(seed + w), until, ct), ct)));

    private async Task WorkAsync(Random random, CancellationToken until, CancellationToken ct)
    {
        using var client = new HttpClient { Timeout = Patience };
        while (!until.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref count);
            var address = $"objector-{seed}-{number}@demo.example";
            var intent = new Intent(number, address, Scenario.Form(notice) with { Contact = address, Facts = $"第{seed}-{number}件：申报书所列规上企业数量与实际不符。" });
            intents.Enqueue(intent);
            await AcknowledgedAsync(client, random, intent, ct);
            if (random.Next(4) == 0 && intents.ElementAt(random.Next(intents.Count)) is { Receipt: not null } earlier)
                await AcknowledgedAsync(client, random, earlier, ct);
        }
    }

    private async Task AcknowledgedAsync(HttpClient client, Random random, Intent intent, CancellationToken ct)
    {
        while (true)
        {
            var twice = random.Next(5) == 0;
            var answers = await Task.WhenAll(Enumerable.Range(0, twice ? 2 : 1).Select(_ => SendAsync(client, random.Next(), intent, ct)));
            foreach (var receipt in answers.OfType<string>())
            {
                if (intent.Receipt is { } known && known != receipt)
                    troubles.Enqueue($"{intent.Number}: {known}, then {receipt}");
                intent.Receipt ??= receipt;
                intent.At ??= DateTimeOffset.UtcNow;
            }
            if (answers.Any(a => a is not null))
                return;
            await Task.Delay(100, ct);
        }
    }

    private async Task<string?> SendAsync(HttpClient client, int pick, Intent intent, CancellationToken ct)
    {
        var nodes = ports();
        intent.Send();
        // The positive control takes the protection away: a client that makes a new code for every try files its objection several times.
        var form = sameKey ? intent.Form : intent.Form with { ReceiptCode = ReceiptCode.New() };
        using var request = LostReceiptTests.Request(form, form.ReceiptCode);
        request.RequestUri = new Uri($"http://127.0.0.1:{nodes[pick % nodes.Count]}/api/v1/objections");
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            using var response = await client.SendAsync(request, ct);
            var body = await response.Content.ReadAsStringAsync(ct);
            if (response.IsSuccessStatusCode)
            {
                Took.Enqueue(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
                return JsonDocument.Parse(body).RootElement.GetProperty("id").GetString();
            }
            if ((int)response.StatusCode is < 500 and not 409)
                troubles.Enqueue($"{intent.Number}: {(int)response.StatusCode} {body}");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException || (broken is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // Whether it was taken in is what the next try finds out.
        }
        Interlocked.Increment(ref unanswered);
        return null;
    }
}
