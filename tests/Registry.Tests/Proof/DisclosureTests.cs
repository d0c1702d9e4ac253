using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Registry.Disclosure;
using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>TL-11 and PC-1, PC-2, PC-6: what is public is opened from its leaf, and nothing else is.</summary>
public sealed class DisclosureTests
{
    [Fact]
    public void Every_public_event_says_which_of_its_fields_are_opened_and_none_of_them_is_sealed()
    {
        Assert.Empty(EventBook.All.Where(e => e.Mark.Public).Select(e => e.Type).Except(DisclosedFields.All.Select(r => r.Event)));
        foreach (var (type, fields) in DisclosedFields.All)
            foreach (var field in fields.Except(["stream", "time"]))
            {
                var property = type.GetProperty(field);
                Assert.True(property is not null, $"{type.Name} has no {field}");
                Assert.NotEqual(typeof(Sealed), property.PropertyType);
            }
    }

    [Fact]
    public void What_the_list_does_not_name_is_not_opened()
    {
        Assert.True(DisclosedFields.IsOpen("objection-concluded", "kind"));
        Assert.True(DisclosedFields.IsOpen("posting-verified", "data.Window.FirstDay"));
        Assert.False(DisclosedFields.IsOpen("objection-concluded", "actor"));
        Assert.False(DisclosedFields.IsOpen("finding-confirmed", "data.Application"));
        Assert.False(DisclosedFields.IsOpen("organisation-banned", "data.Case"));
        Assert.False(DisclosedFields.IsOpen("objection-filed", "data.Digest"));
        Assert.False(DisclosedFields.IsOpen("application-submitted", "kind"));
    }

    [Fact]
    public void PC_01_an_opening_stands_in_its_leaf_and_a_changed_swapped_or_foreign_one_does_not()
    {
        var (opening, other) = (Open("data.LastDay", "2025-07-01"), Open("data.City", "370100"));
        var entry = LeafEntry.Write(3, DateTimeOffset.UnixEpoch, new byte[32], [.. LeafEntry.Digest(opening), .. LeafEntry.Digest(other)]);
        bool Stands(string text) => LeafEntry.DigestsOf(entry).Contains(Convert.ToBase64String(LeafEntry.Digest(text)));
        Assert.True(Stands(opening));
        var parts = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(opening))!.AsArray();
        var salts = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(other))!.AsArray();
        Assert.False(Stands(Text(parts[0]!.GetValue<string>(), "data.LastDay", "2025-07-02")));
        Assert.False(Stands(Text(parts[0]!.GetValue<string>(), "data.City", "2025-07-01")));
        Assert.False(Stands(Text(salts[0]!.GetValue<string>(), "data.LastDay", "2025-07-01")));
    }

    [Fact]
    public void PC_02_equal_values_have_unrelated_digests_and_a_dictionary_finds_nothing_unless_the_salt_is_left_out()
    {
        var days = Enumerable.Range(0, 100).Select(i => new DateOnly(2025, 1, 1).AddDays(i).ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var salted = days.Select(d => Convert.ToHexString(LeafEntry.Digest(Open("data.Born", d)))).ToHashSet();
        var unsalted = days.Select(d => Convert.ToHexString(LeafEntry.Digest(Text("", "data.Born", d)))).ToHashSet();
        Assert.Equal(100, days.Select(_ => Convert.ToHexString(LeafEntry.Digest(Open("data.Born", "20250101")))).Distinct().Count());
        var (found, control) = (0, 0);
        for (var day = new DateOnly(1900, 1, 1); day <= new DateOnly(2099, 12, 31); day = day.AddDays(1))
        {
            var guess = Convert.ToHexString(LeafEntry.Digest(Text("", "data.Born", day.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture))));
            found += salted.Contains(guess) ? 1 : 0;
            control += unsalted.Contains(guess) ? 1 : 0;
        }
        Assert.Equal(0, found);
        Assert.Equal(100, control);
    }

    [Fact]
    public void PC_06_two_leaves_of_one_stream_name_it_by_unrelated_digests()
    {
        var (one, two) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        Assert.NotEqual(LeafEntry.Subject(one, "application/a"), LeafEntry.Subject(two, "application/a"));
        Assert.Equal(LeafEntry.Subject(one, "application/a"), LeafEntry.Subject(one, "application/a"));
    }

    private static string Open(string name, string value) => Text(System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)), name, value);

    private static string Text(string salt, string name, string value) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonArray(salt, name, value).ToJsonString(Json.Store)));
}
