using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Registry.Platform;

/// <summary>
/// One log record as one line of JSON: when, how bad, who says it, what, its figures, and the number of the request that it belongs to. No scopes are
/// written, because the web server's hold addresses, and an address can hold what only its owner should know.
/// </summary>
public sealed class JsonLines() : ConsoleFormatter(FormatName)
{
    /// <summary>Its name for the console logger.</summary>
    public const string FormatName = "json-lines";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at", TimeProvider.System.GetUtcNow().ToString("O"));
            json.WriteString("level", logEntry.LogLevel.ToString());
            json.WriteString("from", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (Activity.Current is { } activity)
                json.WriteString("trace", activity.TraceId.ToString());
            if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> figures)
                foreach (var (name, value) in figures.Where(f => f.Key != "{OriginalFormat}"))
                    json.WriteString("figure." + name, value?.ToString());
            if (logEntry.Exception is { } fault)
                json.WriteString("fault", fault.ToString());
            json.WriteEndObject();
        }
        textWriter.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
