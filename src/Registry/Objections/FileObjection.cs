using System.Security.Cryptography;
using System.Text.Json;
using Registry.Accounts;
using Registry.Platform;
using Registry.Platform.Commands;
using Registry.Programme;
using Registry.Publicity;

namespace Registry.Objections;

/// <summary>A file that was uploaded before the form is sent.</summary>
/// <param name="Sha256">Digest of its bytes, hexadecimal, as the upload answered.</param>
/// <param name="Name">Its name.</param>
public sealed record UploadedFile(string Sha256, string Name);

/// <summary>An objection as it is written.</summary>
/// <param name="Publicity">The notice.</param>
/// <param name="Entry">The entry's number in it.</param>
/// <param name="ReceiptCode">Made by the form before it is sent, at least 128 random bits; the server keeps only a keyed hash.</param>
/// <param name="Kind">A person or an organisation.</param>
/// <param name="Name">The true name of the person, or the organisation's name.</param>
/// <param name="Contact">How to reach the objector.</param>
/// <param name="Facts">What is wrong.</param>
/// <param name="Evidence">What proves it, in words or as links.</param>
/// <param name="Files">Files that prove it.</param>
/// <param name="SealedLetter">An organisation's letter under its seal.</param>
public sealed record ObjectionForm(
    PublicityId Publicity, int Entry, string ReceiptCode, ObjectorKind Kind, string? Name = null, string? Contact = null, string? Facts = null,
    string? Evidence = null, IReadOnlyList<UploadedFile>? Files = null, UploadedFile? SealedLetter = null)
{
    /// <summary>SHA-256, hexadecimal, of exactly what was filed: the form as JSON in UTF-8, members in their declared order. It holds the receipt code, which salts it.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Json.Api)));
}

/// <summary>四(四): anyone objects to an entry in publicity, on the web form, without an account.</summary>
/// <param name="Form">The objection.</param>
public sealed record FileObjection(ObjectionForm Form) : ICommand<FileObjection>
{
    /// <inheritdoc />
    public static CommandSpec Spec { get; } = new(
        "file-objection", "/objections", Roles.Public, "Object to an entry in publicity, under the true name. The receipt code leads back to it.");

    /// <inheritdoc />
    public static Task<Decision> Handle(FileObjection command, Desk desk) => desk.ReceiveObjectionAsync(command.Form, ObjectionChannel.Web, desk.Now);
}
