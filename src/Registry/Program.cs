using Microsoft.Extensions.Logging.Abstractions;
using Registry.Platform;

try
{
    return args is ["postgres", "--data", var folder]
        ? await PostgresVerb.RunAsync(DataFolder.Resolve(folder), Console.Out, NullLogger.Instance, CancellationToken.None)
        : 2;
}
catch (StartRefusedException refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return refused.ExitCode;
}
