using System.Runtime.InteropServices;

namespace Registry.Platform;

/// <summary>The verb <c>postgres</c>: only the private database in the foreground, for an operator with a database tool.</summary>
public static class PostgresVerb
{
    /// <summary>Starts the database, prints the owner's connection string (password included) as one line, and runs until it is told to stop.</summary>
    /// <returns>The exit code: 0 after an orderly stop, 1 when the server was lost.</returns>
    /// <exception cref="StartRefusedException">See <see cref="PrivatePostgres.StartAsync"/>.</exception>
    public static async Task<int> RunAsync(string dataFolder, TextWriter output, ILogger logger, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

        using var data = DataFolder.Open(dataFolder);
        try
        {
            await using var postgres = await PrivatePostgres.StartAsync(data, logger, stop.Token);
            await output.WriteLineAsync(postgres.OwnerConnectionString);
            await output.FlushAsync(stop.Token);
            await postgres.Exited.WaitAsync(stop.Token);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }

        void Stop(PosixSignalContext context)
        {
            // The default would end the program before the server has stopped.
            context.Cancel = true;
            stop.Cancel();
        }
    }
}
