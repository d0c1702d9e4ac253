using System.Text.Json.Nodes;
using Registry.Applications;

namespace Registry.Tests.Applications;

public sealed class SubmissionChangesTests
{
    private static string[] Changes(string before, string after) =>
        [.. SubmissionChanges.Between(JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(after)!.AsObject())
            .Select(c => $"{c.Field}: {c.Before?.ToJsonString() ?? "-"} -> {c.After?.ToJsonString() ?? "-"}")];

    [Fact]
    public void Equal_forms_have_no_changes_whatever_the_order_of_their_members() =>
        Assert.Empty(Changes("""{"a":1,"t":[{"x":1,"y":2}]}""", """{"t":[{"y":2,"x":1}],"a":1}"""));

    [Fact]
    public void Fields_that_differ_come_or_go_are_named() =>
        Assert.Equal(["a: 1 -> 2", "c: - -> 3", "b: 2 -> -"], Changes("""{"a":1,"b":2}""", """{"a":2,"c":3}"""));

    [Fact]
    public void Tables_are_compared_row_by_row() =>
        Assert.Equal(
            ["""t[1]: {"x":2} -> {"x":3}""", """t[2]: - -> {"x":4}"""],
            Changes("""{"t":[{"x":1},{"x":2}]}""", """{"t":[{"x":1},{"x":3},{"x":4}]}"""));

    [Fact]
    public void A_table_that_was_empty_shows_its_rows_and_a_choice_of_several_is_one_value() =>
        Assert.Equal(
            ["""t[0]: - -> {"x":1}""", """s: ["A"] -> ["A","B"]"""],
            Changes("""{"s":["A"]}""", """{"t":[{"x":1}],"s":["A","B"]}"""));
}
