using Registry.Accounts;

namespace Registry.Platform.Commands;

/// <summary>Refusals that any command can meet.</summary>
public static class CommandRules
{
    /// <summary>The role may not give this command at all.</summary>
    public static readonly Rule NotThisRole = new("access.not-this-role", "procedure: roles", 403);

    /// <summary>There is no such thing, or it is not the caller's to see: both read alike.</summary>
    public static readonly Rule NotFound = new("access.not-found", "procedure: roles", 404);

    /// <summary>The thing has changed since the person looked at it.</summary>
    public static readonly Rule Stale = new("command.stale", "design: no lost update", 409);

    /// <summary>The idempotency key was used before for another command.</summary>
    public static readonly Rule KeyReused = new("command.key-reused", "design: no lost update", 422);

    /// <summary>Two of the same command met in the store; the other one won.</summary>
    public static readonly Rule Conflict = new("command.conflict", "design: no lost update", 409);

    /// <summary>The request is not in the form that the command has.</summary>
    public static readonly Rule Malformed = new("request.malformed", "design: API", 400);

    /// <summary>The event would have more fields than a leaf of the public log can hold, and what cannot be published must not happen.</summary>
    public static readonly Rule TooLarge = new("command.too-large", "design: every event in the public log", 413);

    /// <summary>A command needs an idempotency key, so that a lost answer can be asked for again.</summary>
    public static readonly Rule KeyMissing = new("request.key-missing", "design: API", 400);

    /// <summary>Nobody is signed in.</summary>
    public static readonly Rule NotSignedIn = new("access.not-signed-in", "procedure: roles", 401);

    /// <summary>Why the actor may not do what these roles may, or null if it may. Nobody signed in reads differently from the wrong role.</summary>
    public static Refusal? Barred(this Actor actor, Roles allowed) =>
        actor.May(allowed) ? null : actor.Role == Roles.Public ? NotSignedIn.Refuse() : NotThisRole.Refuse();
}
