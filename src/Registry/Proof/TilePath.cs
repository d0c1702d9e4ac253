using System.Globalization;

namespace Registry.Proof;

/// <summary>The address of a tile as C2SP tlog-tiles writes it: 256 hashes of one level, or 256 entries.</summary>
/// <param name="Level">0 to 63; null for a bundle of entries.</param>
/// <param name="Index">Which tile of its level.</param>
/// <param name="Width">How many hashes or entries it holds: 256, or fewer for a partial tile.</param>
public readonly record struct TilePath(int? Level, long Index, int Width)
{
    /// <summary>Hashes in a full tile.</summary>
    public const int Full = 256;

    /// <summary>The hashes of one level.</summary>
    public static TilePath Hashes(int level, long index, int width = Full) => new(level, index, width);

    /// <summary>The entries themselves.</summary>
    public static TilePath Entries(long index, int width = Full) => new(null, index, width);

    /// <summary>The path below the log's root.</summary>
    public override string ToString()
    {
        var groups = new Stack<string>();
        for (var (rest, last) = (Index, true); last || rest > 0; (rest, last) = (rest / 1000, false))
            groups.Push((last ? "" : "x") + (rest % 1000).ToString("000", CultureInfo.InvariantCulture));
        var level = Level is { } l ? l.ToString(CultureInfo.InvariantCulture) : "entries";
        return $"tile/{level}/{string.Join('/', groups)}{(Width == Full ? "" : $".p/{Width}")}";
    }

    /// <summary>Reads a path; null when it is not exactly one that <see cref="ToString"/> writes.</summary>
    public static TilePath? Parse(string path)
    {
        var parts = path.Split('/');
        if (parts is not ["tile", var level, _, ..])
            return null;
        var width = Full;
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= Full)
                return null;
            parts = [.. parts[..^2], parts[^2][..^2]];
        }
        long index = 0;
        foreach (var group in parts.Skip(2))
        {
            if (!int.TryParse(group.TrimStart('x'), NumberStyles.None, CultureInfo.InvariantCulture, out var value) || index > (long.MaxValue - 999) / 1000)
                return null;
            index = index * 1000 + value;
        }
        TilePath? tile = level == "entries" ? Entries(index, width)
            : int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var l) && l is >= 0 and <= 63 ? Hashes(l, index, width)
            : null;
        return tile?.ToString() == path ? tile : null;
    }
}
