using System.Diagnostics.Metrics;

namespace Registry.Operations;

/// <summary>Counts requests and how long they took, from the framework's own measurements, since this process started.</summary>
public sealed class RequestMeter : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Lock writing = new();
    private RequestCounts counts = new(0, 0, 0, 0, 0);

    /// <summary>Begins to listen.</summary>
    public RequestMeter()
    {
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument is { Name: "http.server.request.duration", Meter.Name: "Microsoft.AspNetCore.Hosting" })
                all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add(seconds, StatusOf(tags)));
        listener.Start();
    }

    /// <summary>What was counted.</summary>
    public RequestCounts Counts
    {
        get
        {
            lock (writing)
                return counts;
        }
    }

    /// <inheritdoc />
    public void Dispose() => listener.Dispose();

    private void Add(double seconds, int status)
    {
        lock (writing)
            counts = new(
                counts.All + 1, counts.Refused + (status is >= 400 and < 500 ? 1 : 0), counts.Failed + (status >= 500 ? 1 : 0),
                counts.Seconds + seconds, Math.Max(counts.Slowest, seconds));
    }

    private static int StatusOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
            if (name == "http.response.status_code" && value is int status)
                return status;
        return 0;
    }
}

/// <summary>Requests since the start.</summary>
/// <param name="Refused">Answered with 4xx.</param>
/// <param name="Failed">Answered with 5xx.</param>
/// <param name="Seconds">Time of all together.</param>
/// <param name="Slowest">Time of the slowest, in seconds.</param>
public sealed record RequestCounts(long All, long Refused, long Failed, double Seconds, double Slowest);
