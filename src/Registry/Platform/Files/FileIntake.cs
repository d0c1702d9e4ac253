using Microsoft.AspNetCore.Http.Features;
using Registry.Platform.Commands;
using Registry.Platform.Sealing;

namespace Registry.Platform.Files;

/// <summary>Takes a file off a request: read whole into memory and never onto the disk in plain, examined, then stored sealed.</summary>
public static class FileIntake
{
    /// <summary>Room for the frame of a form with one file.</summary>
    public const int Frame = 64 * 1024;

    private const int NoSpaceLeft = 28;

    /// <summary>The form with its file, or why it is not read further. A body that is longer than it may be, or than it said, ends here.</summary>
    public static async Task<(IFormCollection? Form, Refusal? Refusal)> ReadFormAsync(HttpContext http, long largest)
    {
        if (!http.Request.HasFormContentType)
            return (null, CommandRules.Malformed.Refuse(("what", "Content-Type: multipart/form-data")));
        if (http.Request.ContentLength > largest + Frame)
            return (null, TooLarge(largest));
        try
        {
            return (await http.Request.ReadFormAsync(InMemory(largest + Frame), http.RequestAborted), null);
        }
        catch (BadHttpRequestException slow) when (slow.StatusCode is StatusCodes.Status408RequestTimeout)
        {
            return (null, FileRules.TooSlow.Refuse());
        }
        catch (BadHttpRequestException bad) when (bad.StatusCode is not StatusCodes.Status413PayloadTooLarge)
        {
            return (null, CommandRules.Malformed.Refuse(("what", "multipart/form-data")));
        }
        catch (InvalidDataException) when (http.Request.ContentLength is not null)
        {
            // Its length was allowed, so it is the frame of the form that is wrong, for example cut off.
            return (null, CommandRules.Malformed.Refuse(("what", "multipart/form-data")));
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return (null, TooLarge(largest));
        }
        catch (IOException)
        {
            return (null, CommandRules.Malformed.Refuse(("what", "multipart/form-data")));
        }
    }

    /// <summary>How forms with files are read: a buffer on the disk would keep what is sealed everywhere else in plain.</summary>
    public static FormOptions InMemory(long largest) =>
        new() { MultipartBodyLengthLimit = largest, BufferBodyLengthLimit = largest, MemoryBufferThreshold = (int)largest, ValueLengthLimit = 4096 };

    /// <summary>The bytes of an acceptable file with its type and name, or why it is not taken.</summary>
    public static async Task<(byte[] Content, string Type, string Name, Refusal? Refusal)> ExamineAsync(IFormFile file, long largest, CancellationToken ct)
    {
        if (file.Length > largest)
            return ([], "", "", TooLarge(largest));
        var content = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
            await stream.ReadExactlyAsync(content, ct);
        var (type, wrong) = Inspection.Of(content);
        if (wrong is not null)
            return ([], "", "", wrong);
        var name = FileName.Last(file.FileName);
        return (content, type!, name, FileName.Check(name, type!));
    }

    /// <summary>Stores the content for its owner, or says why it cannot be stored.</summary>
    public static Task<(StoredFile? Stored, Refusal? Refusal)> KeepAsync(this EvidenceStore store, string owner, byte[] content, ILogger log, CancellationToken ct) =>
        store.KeepingAsync(content, async () => await store.PutAsync(owner, content, ct), log, ct);

    /// <summary>The same for a room that counts before it stores; what it answers is handed on, also that it stored nothing.</summary>
    public static async Task<(StoredFile? Stored, Refusal? Refusal)> KeepingAsync(this EvidenceStore store, byte[] content, Func<Task<StoredFile?>> put, ILogger log, CancellationToken ct)
    {
        if (!store.HasRoom(content.Length))
            return (null, FileRules.NoRoom.Refuse());
        try
        {
            if (await store.IsInfectedAsync(content, ct))
                return (null, FileRules.Infected.Refuse());
            return (await put(), null);
        }
        catch (KeyDestroyedException)
        {
            return (null, FileRules.Destroyed.Refuse());
        }
        catch (FileScanException unknown)
        {
            log.LogError(unknown, "an upload was not scanned");
            return (null, FileRules.ScannerDown.Refuse());
        }
        catch (Exception failed) when (failed is FileStorageException or IOException)
        {
            // The file itself, or its key before it.
            log.LogError(failed, "an upload was not stored");
            return (null, ((failed.InnerException ?? failed) is IOException { HResult: var code } && (code & 0xFFFF) == NoSpaceLeft ? FileRules.NoRoom : FileRules.StorageDown).Refuse());
        }
    }

    private static Refusal TooLarge(long largest) => FileRules.TooLarge.Refuse(("most", $"{largest / 1024 / 1024} MB"));
}
