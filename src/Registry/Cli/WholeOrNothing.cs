using Registry.Platform;

namespace Registry.Cli;

/// <summary>A file that a verb writes where a person says: it is there whole, for its owner alone, or what was there before is untouched.</summary>
public static class WholeOrNothing
{
    /// <summary>Has the file written beside its place and moves it there; false when <paramref name="write"/> had nothing to write.</summary>
    public static async Task<bool> WriteAsync(string path, Func<FileStream, Task<bool>> write)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var file = new FileStream(beside, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                if (!await write(file))
                    return false;
                DurableFile.Sync(file);
            }
            File.Move(beside, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
