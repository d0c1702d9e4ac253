using System.Text;

namespace Registry.Programme;

/// <summary>Reads comma-separated text (RFC 4180) whose first line names the columns.</summary>
public static class Csv
{
    /// <summary>The rows by column name. Throws <see cref="FormatException"/> where a row has another number of cells than the head.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(byte[] utf8)
    {
        var lines = Lines(Encoding.UTF8.GetString(utf8).TrimStart('\uFEFF'));
        if (lines.Count == 0)
            return [];
        var head = lines[0];
        return [.. lines.Skip(1).Select((cells, i) => cells.Count == head.Count
            ? head.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second)
            : throw new FormatException($"Row {i + 1} has {cells.Count} cells, the head has {head.Count}."))];
    }

    private static List<List<string>> Lines(string text)
    {
        var lines = new List<List<string>>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (quoted && i < text.Length)
            {
                if (c != '"')
                    cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[++i]);
                else
                    quoted = false;
            }
            else if (c == '"')
                quoted = true;
            else if (c is ',' or '\n')
            {
                cells.Add(cell.ToString());
                cell.Clear();
                if (c == ',')
                    continue;
                if (cells is not [""])
                    lines.Add(cells);
                cells = [];
            }
            else if (c != '\r')
                cell.Append(c);
        }
        return lines;
    }
}
