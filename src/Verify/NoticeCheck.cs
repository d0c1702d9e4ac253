using System.Security.Cryptography;
using System.Text.Json;

namespace Verify;

/// <summary>Notices that stood unchanged from the first day of their window to its last, and objections that were all handled.</summary>
/// <param name="today">The day up to which the site and the log speak.</param>
/// <param name="demo">Invented data, played in an hour: its events lie months before their leaves, so that says nothing of back-dating.</param>
public sealed class NoticeCheck(Source log, string below, Facts facts, DateOnly today, bool demo, Report report)
{
    private const string Attested = "notice-attested", Filed = "objection-filed", Concluded = "objection-concluded";

    /// <summary>A leaf is published with the next batch, at the latest a day later; a log that was down may need another.</summary>
    private static readonly TimeSpan LatestLeaf = TimeSpan.FromDays(2), Clocks = TimeSpan.FromHours(1);

    private static readonly string[] Ends = ["conclusion-confirmed", "objection-found-inadmissible", "objection-withdrawn"];

    private sealed record Attestation(DateOnly Day, string Occasion, string Content, string? Reason, Disclosure Fact);

    /// <summary>Checks one page's record in the list of proofs.</summary>
    public async Task RunAsync(string page, JsonElement record, CancellationToken ct)
    {
        var window = Window(page);
        await AttestationsAsync(page, record, window, ct);
        Count(page, record, over: window is { } days && today > days.Last.AddDays(1));
    }

    /// <summary>
    /// From which day a notice that stands must be attested, the day in which its posting was logged, and the last day of its windows; null while it does not stand.
    /// A posting elsewhere may be recorded days later, and nothing can be attested before that.
    /// </summary>
    private (DateOnly Begins, DateOnly Logged, DateOnly Last)? Window(string page)
    {
        var windows = new NoticeWindows(facts, page);
        if (windows is not { Posting: { } posting, Posted: { } posted, Last: { } last })
            return null;
        var logged = Facts.DayOf(posting.Batch);
        return (demo || logged < posted.First ? posted.First : logged, demo && posted.First < logged ? posted.First : logged, last);
    }

    private async Task AttestationsAsync(string page, JsonElement record, (DateOnly Begins, DateOnly Logged, DateOnly Last)? window, CancellationToken ct)
    {
        var told = Facts.Items(record, "attestations").ToList();
        var before = report.Broken;
        // The log takes an event in a moment after it has happened: what was attested last may have no leaf yet.
        if (told.Count > 0 && told[^1].ValueKind == JsonValueKind.Object && told[^1].TryGetProperty("leaf", out var leaf) && leaf.ValueKind == JsonValueKind.Null)
        {
            told.RemoveAt(told.Count - 1);
            report.Leave("notice.waiting", $"{page} 最近一次存证尚未进入日志。", $"The last attestation of {page} is not in the log yet.");
        }
        var chain = new List<Attestation>();
        foreach (var one in told)
            if (await ReadAsync(page, one, ct) is { } attestation)
                chain.Add(attestation);
        foreach (var missing in facts.Of(page, Attested).Where(f => told.All(t => Disclosures.Leaf(t) != f.Leaf)))
            report.Break("notice.attested", $"{page} 没有列出第 {missing.Leaf} 条存证。", $"{page} does not list the attestation in leaf {missing.Leaf}.");
        if (report.Broken > before)
            return;
        Follow(page, chain, window);
        if (report.Broken > before || chain.Count == 0)
            return;
        var unchanged = chain.Select(a => a.Content).Distinct().Count() == 1;
        report.Hold("notice.attested", $"{page} 逐日存证 {chain.Count} 次，内容{(unchanged ? "未变" : "的变化均有理由")}。",
            $"{page} was attested {chain.Count} times, day by day; {(unchanged ? "its content did not change" : "each change has its reason")}.");
    }

    /// <summary>One attestation as its leaf has it; null, and the reason told, if it is not.</summary>
    private async Task<Attestation?> ReadAsync(string page, JsonElement one, CancellationToken ct)
    {
        var (hash, occasion, reason) = (OpenedField.Text(one, "content"), OpenedField.Text(one, "occasion"), OpenedField.Text(one, "reason"));
        var fact = facts.At(Disclosures.Leaf(one));
        if (hash is null || occasion is null || Facts.Day(OpenedField.Text(one, "day")) is not { } day || fact is not { Kind: Attested } || !fact.Pages.Contains(page)
            || fact.Field("data.Content") != hash || fact.Field("data.Day") != OpenedField.Text(one, "day") || !string.Equals(fact.Field("data.Occasion"), occasion, StringComparison.OrdinalIgnoreCase)
            || page != $"notice/{fact.Field("stream")?.Split('/')[^1]}.html" || fact.Field("data.PublicReason") != reason)
        {
            report.Break("notice.attested", $"{page} 的一次存证没有日志条目，或与之不符。", $"An attestation of {page} has no leaf, or another one.");
            return null;
        }
        if (await log.ReadAsync($"{below}content/{hash}.txt", ct) is not { } text || Convert.ToHexStringLower(SHA256.HashData(text)) != hash)
            report.Break("notice.content", $"{page} 存证的文本缺失或摘要不符：{hash}", $"The attested text of {page} is missing or has another digest: {hash}");
        var at = Facts.Instant(fact.Field("time"));
        if (at is null || Facts.DayOf(at.Value) != day)
            report.Break("notice.time", $"{page} 在 {day:yyyy-MM-dd} 的存证没有当日的时刻。", $"The attestation of {page} on {day:yyyy-MM-dd} has no instant of that day.");
        else if (!demo && (fact.Batch > at + LatestLeaf || fact.Batch < at - Clocks))
            report.Break("notice.time", $"{page} 在 {day:yyyy-MM-dd} 的存证属于 {fact.Batch:u} 的批次：事后补记或提前记录。", $"The attestation of {page} on {day:yyyy-MM-dd} is of the batch of {fact.Batch:u}: it was dated back or ahead.");
        return new Attestation(day, occasion, hash, reason, fact);
    }

    /// <summary>From the start on the first day, each day, to the end after the last one.</summary>
    private void Follow(string page, List<Attestation> chain, (DateOnly Begins, DateOnly Logged, DateOnly Last)? window)
    {
        void Gap(DateOnly from, DateOnly to) =>
            report.Break("notice.days", $"{page} 在 {from:yyyy-MM-dd} 与 {to:yyyy-MM-dd} 之间没有存证。", $"{page} was not attested between {from:yyyy-MM-dd} and {to:yyyy-MM-dd}.");
        if (chain.Count == 0)
        {
            if (window is { } posted && today > posted.Logged)
                report.Break("notice.start", $"{page} 已经公示，却从未存证。", $"{page} stands, and it was never attested.");
            return;
        }
        if (chain[0].Occasion != "start" || window is { Begins: var begins } && chain[0].Day > begins)
            report.Break("notice.start", $"{page} 没有从公示首日起存证。", $"{page} was not attested from its first day on.");
        foreach (var (last, next) in chain.Zip(chain.Skip(1)))
        {
            if (next.Content != last.Content && (next.Occasion != "changed" || string.IsNullOrWhiteSpace(next.Reason)))
                report.Break("notice.changed", $"{page} 的内容在公示期间变化而没有说明理由。", $"The content of {page} changed during the window without a reason.");
            // After the last window an entry may be put up anew; until then there is no window to attest.
            if (next.Day > last.Day.AddDays(1) && !(last.Occasion == "end" && next.Occasion == "changed") || next.Day < last.Day)
                Gap(last.Day, next.Day);
        }
        if (window is not { Last: var closes })
            return;
        if (today > closes.AddDays(1))
        {
            if (chain[^1].Occasion != "end" || chain[^1].Day <= closes)
                report.Break("notice.end", $"{page} 的公示期于 {closes:yyyy-MM-dd} 届满，却没有届满时的存证。", $"The window of {page} ended on {closes:yyyy-MM-dd}, and its end was not attested.");
            else if (chain.Count < 2 || chain[^2].Day < closes)
                Gap(chain[Math.Max(0, chain.Count - 2)].Day, closes);
        }
        else if (chain[^1].Day < (today < closes ? today : closes).AddDays(-1))
            Gap(chain[^1].Day, today);
    }

    /// <summary>As many objections handled as the log received, one to one; and the number itself wherever all of them have ended.</summary>
    private void Count(string page, JsonElement record, bool over)
    {
        var counted = facts.Of(page, "objections-counted").LastOrDefault();
        if (record.ValueKind != JsonValueKind.Object || !record.TryGetProperty("count", out var count) || count.ValueKind != JsonValueKind.Object)
        {
            if (counted is not null || over && Settled(page))
                report.Break("notice.count", $"{page}：异议均已办结，却没有公布收到和办结的件数。", $"{page}: every objection has ended, and how many were received and handled is not shown.");
            else if (over)
                report.Leave("notice.count", $"{page}：尚不能从公开的事实看出异议均已办结，没有核对件数。", $"{page}: what is public does not show yet that every objection has ended; no number was checked.");
            return;
        }
        var received = Streams(Leaves(count, "receivedLeaves"), d => d.Kind == Filed && $"notice/{d.Field("data.Publicity")}.html" == page);
        var handled = Streams(Leaves(count, "handledLeaves"), d => Ends.Contains(d.Kind));
        var said = new[] { "received", "concluded", "inadmissible", "withdrawn" }.Select(n => Number(count, n)).ToArray();
        if (received is null || handled is null || received.Count != said[0] || said[0] != said[1] + said[2] + said[3] || !received.Order().SequenceEqual(handled.Order()))
            report.Break("notice.objections", $"{page}：收到的异议与办结的异议不能一一对应。", $"{page}: the objections received and those handled are not one to one.");
        else if (counted is null || !new[] { "Received", "Concluded", "Inadmissible", "Withdrawn" }.Select(n => counted.Number($"data.{n}")).SequenceEqual(said.Select(n => (long?)n)))
            report.Break("notice.objections", $"{page}：公布的件数与日志中的不同。", $"{page}: the numbers shown are not those in the log.");
        else if (facts.Of(page, Concluded).Select(c => c.Field("data.Number")).Except(Leaves(count, "receivedLeaves").Select(l => facts.At(l)?.Field("data.Number"))).Any())
            report.Break("notice.objections", $"{page}：有一件已公布结论的异议不在收到的异议之中。", $"{page}: an objection whose conclusion is public is not among those received.");
        else
            report.Hold("notice.objections", $"{page}：收到异议 {said[0]} 件，全部办结。", $"{page}: {said[0]} objections were received and all were handled.");
    }

    /// <summary>Whether each application on the notice was recognised: none can be while an objection to it is open. That one objection was upheld closes no other.</summary>
    private bool Settled(string page) =>
        facts.Of(page, "application-publicised").Select(p => p.Field("stream")).ToList() is { Count: > 0 } all
        && all.All(s => s is not null && facts.On(s, "application-recognised").Any());

    private List<string>? Streams(IReadOnlyList<long> leaves, Func<Disclosure, bool> ofKind)
    {
        var streams = leaves.Select(l => facts.At(l) is { } fact && ofKind(fact) ? fact.Field("stream") : null).OfType<string>().ToList();
        return streams.Count != leaves.Count || streams.Distinct().Count() != streams.Count ? null : streams;
    }

    private static long Number(JsonElement thing, string name) => thing.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) ? number : -1;

    /// <summary>Numbers of leaves; what is none stands as one that no log has, so it is told of.</summary>
    internal static IReadOnlyList<long> Leaves(JsonElement thing, string name) =>
        [.. Facts.Items(thing, name).Select(l => l.ValueKind == JsonValueKind.Number && l.TryGetInt64(out var leaf) ? leaf : -1)];
}
