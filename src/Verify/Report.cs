using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Verify;

/// <summary>How a check ended.</summary>
public enum Outcome
{
    /// <summary>It holds.</summary>
    Holds,
    /// <summary>It does not hold.</summary>
    Broken,
    /// <summary>There is nothing to check, or nothing to check it with.</summary>
    Open,
    /// <summary>It cannot be proved yet: what would prove it is still to be published.</summary>
    Waiting,
}

/// <summary>One thing that was checked.</summary>
/// <param name="Name">Its stable name.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Zh">What was seen, in Chinese.</param>
/// <param name="En">The same in English.</param>
public sealed record Finding(string Name, Outcome Outcome, string Zh, string En);

/// <summary>What was checked and what holds, on one page.</summary>
public sealed class Report(string about)
{
    private const int MostShown = 20;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
    private readonly List<Finding> findings = [];

    /// <summary>All findings in the order of the checks.</summary>
    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>How much does not hold.</summary>
    public int Broken => findings.Count(f => f.Outcome == Outcome.Broken);

    /// <summary>Whether nothing is broken, and nothing is still to be proved.</summary>
    public bool Holds => Broken == 0 && !Waits;

    /// <summary>Whether what was asked for cannot be proved yet.</summary>
    public bool Waits => findings.Any(f => f.Outcome == Outcome.Waiting);

    /// <summary>Adds what holds.</summary>
    public void Hold(string name, string zh, string en) => findings.Add(new Finding(name, Outcome.Holds, zh, en));

    /// <summary>Adds what does not hold.</summary>
    public void Break(string name, string zh, string en) => findings.Add(new Finding(name, Outcome.Broken, zh, en));

    /// <summary>Adds what could not be checked, and why.</summary>
    public void Leave(string name, string zh, string en) => findings.Add(new Finding(name, Outcome.Open, zh, en));

    /// <summary>Adds what cannot be proved yet.</summary>
    public void Wait(string name, string zh, string en) => findings.Add(new Finding(name, Outcome.Waiting, zh, en));

    /// <summary>Whether a check of this name found something broken.</summary>
    public bool IsBroken(string name) => findings.Any(f => f.Name == name && f.Outcome == Outcome.Broken);

    /// <summary>The page.</summary>
    public string ToText()
    {
        List<string> lines =
        [
            Broken > 0 ? "结论：有不成立之处 / Something does not hold" : Waits ? "结论：尚未证明 / Not proved yet" : "结论：全部成立 / Everything that was checked holds", about, "",
        ];
        foreach (var (title, outcome) in new[] { ("不成立 / Does not hold", Outcome.Broken), ("尚未证明 / Not proved yet", Outcome.Waiting), ("成立 / Holds", Outcome.Holds), ("未能核对 / Not checked", Outcome.Open) })
        {
            var some = findings.Where(f => f.Outcome == outcome).ToList();
            if (some.Count == 0)
                continue;
            lines.Add($"{title}（{some.Count}）");
            lines.AddRange(some.Take(MostShown).SelectMany(f => new[] { $"  {f.Name}  {f.Zh}", $"      {f.En}" }));
            if (some.Count > MostShown)
                lines.Add($"  … 另有 {some.Count - MostShown} 项 / and {some.Count - MostShown} more");
            lines.Add("");
        }
        return string.Join('\n', lines);
    }

    /// <summary>The same for machines.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(new { about, holds = Holds, waits = Waits, findings = findings.Select(f => new { f.Name, outcome = f.Outcome.ToString().ToLowerInvariant(), f.Zh, f.En }) }, Json);
}
