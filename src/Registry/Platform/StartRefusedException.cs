namespace Registry.Platform;

/// <summary>
/// The program cannot start here, and a person has to change something first. The message is written for that person,
/// in Chinese and English, and names what to do; the program prints it without a stack trace and ends with <see cref="ExitCode"/>.
/// </summary>
public sealed class StartRefusedException : Exception
{
    /// <summary>The data folder is in use by another running registry.</summary>
    public const int DataFolderInUse = 3;

    /// <summary>Something the program needs from the machine is missing or out of reach.</summary>
    public const int MachineNotReady = 4;

    /// <summary>The database's schema, or the role as which the program would serve, is not what it has to be.</summary>
    public const int SchemaUnknown = 6;

    public StartRefusedException(int exitCode, string chinese, string english)
        : base(chinese + Environment.NewLine + english) => ExitCode = exitCode;

    public int ExitCode { get; }
}
