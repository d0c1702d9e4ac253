using System.Runtime.InteropServices;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>The verb <c>postgres</c>: only the private database in the foreground, for an operator with a database tool.</summary>
public static class PostgresVerb
{
    /// <summary>Starts the database, prints the owner's connection string (password included) as one line, and runs until it is told to stop.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="StartRefusedException">See <see cref="PrivatePostgres.StartAsync"/>.</exception>
    public static async Task<int> RunAsync(string dataFolder, TextWriter output, ILogger logger, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        try
        {
            await using var database = await RunningDatabase.StartPrivateAsync(dataFolder, logger, stop.Token);
            await output.WriteLineAsync(database.OwnerConnectionString);
            await output.FlushAsync(stop.Token);
            await database.Lost.WaitAsync(stop.Token);
            return ExitCode.DatabaseLost;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Ok;
        }

        void Stop(PosixSignalContext context)
        {
            // The default would end the program before the server has stopped.
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
