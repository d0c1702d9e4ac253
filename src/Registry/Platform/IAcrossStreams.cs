namespace Registry.Platform;

/// <summary>A view whose rows are made of several streams says to which row an event belongs, so that it can be folded outside the store too.</summary>
public interface IAcrossStreams
{
    /// <summary>The row's id; null for an event that the view does not read.</summary>
    string? IdOf(object data);
}
