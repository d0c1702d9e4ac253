using Registry.Platform;
using Registry.Platform.Sealing;
using Registry.Proof;

namespace Registry.Tests.Proof;

/// <summary>TL-11: what is public is opened from its leaf, and nothing else is. PC-1, PC-2 and PC-6 stand in the tests of the demo, over its leaves.</summary>
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
}
