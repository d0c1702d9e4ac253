namespace Registry.Platform;

/// <summary>
/// The server's clock. Every instant with legal effect is read from here once, at the edge.
/// The demo and the tests play past days through the same commands: they move the clock for their own flow of calls only,
/// so a real request that arrives meanwhile still sees the real time.
/// </summary>
public sealed class RegistryClock : TimeProvider
{
    private static readonly AsyncLocal<Func<DateTimeOffset>?> Moved = new();

    /// <summary>The present instant in UTC, cut to the microseconds that PostgreSQL keeps, so that what is stored is what was decided on.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = Moved.Value?.Invoke() ?? System.GetUtcNow();
        return new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    /// <summary>Moves the clock to <paramref name="instant"/> for the calls that flow from here, until the result is disposed.</summary>
    public static IDisposable At(DateTimeOffset instant) => At(() => instant);

    /// <summary>Moves the clock to what this says whenever it is read, so that time can pass within one request.</summary>
    public static IDisposable At(Func<DateTimeOffset> instant)
    {
        var before = Moved.Value;
        Moved.Value = instant;
        return new Restore(before);
    }

    private sealed class Restore(Func<DateTimeOffset>? before) : IDisposable
    {
        public void Dispose() => Moved.Value = before;
    }
}
