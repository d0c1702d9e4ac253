namespace Registry.Applications.Sensitive;

/// <summary>
/// An event of a later room in an application's history that names files of the application, so that they too can be withheld and destroyed. It is
/// implemented explicitly: nothing of it is stored with the event.
/// </summary>
internal interface INamesFiles
{
    /// <summary>SHA-256 of each file, hexadecimal.</summary>
    IEnumerable<string> Files { get; }
}
