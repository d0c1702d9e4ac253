using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Registry.Tests;

/// <summary>Dependencies point one way: a room reads the rooms before it in the procedure, what all rooms share, and nothing else.</summary>
public sealed class ArchitectureTests
{
    private static readonly string[] Shared = ["Platform", "Accounts", "Organisations"];

    private static readonly string[] Procedure =
        ["Programme", "Applications", "Recommendation", "Screening", "Review", "Publicity", "Objections", "Integrity", "Recognition"];

    /// <summary>These read everything of the procedure; none of it reads them.</summary>
    private static readonly string[] Above = ["Letters", "Disclosure", "Proof", "Audit", "Backups", "Demo", "Pages", "Operations", "Cli"];

    private static readonly Architecture Code = new ArchLoader().LoadAssemblies(typeof(App).Assembly, typeof(PublicSite.SitePublisher).Assembly).Build();

    public static TheoryData<string> Rooms() => new(Procedure.Concat(Shared));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_reads_only_rooms_before_it_and_what_is_shared(string room)
    {
        var before = Procedure.TakeWhile(r => r != room).ToArray();
        string[] allowed = Shared.Contains(room) ? [room, .. Shared] : [room, .. before, .. Shared];
        var wrong = Arrows(room).Where(arrow => !allowed.Contains(arrow.To)).Select(arrow => arrow.Text).Distinct().Order().ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void The_arrows_are_really_seen() =>
        Assert.Contains(Arrows("Applications"), arrow => arrow.To == "Programme");

    [Fact]
    public void The_public_site_knows_nothing_of_the_registry()
    {
        var wrong = Code.Types.Where(t => t.FullName.StartsWith("PublicSite.", StringComparison.Ordinal))
            .SelectMany(t => t.Dependencies.Where(d => IsRegistry(d.Target) || d.Target.FullName.StartsWith("Marten", StringComparison.Ordinal) || d.Target.FullName.StartsWith("Npgsql", StringComparison.Ordinal))
                .Select(d => $"{t.FullName} -> {d.Target.FullName}")).Distinct().ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public void Every_folder_of_the_program_has_its_place_in_the_order()
    {
        var rooms = Code.Types.Where(IsRegistry).Select(RoomOf).Where(r => r.Length > 0).Distinct().Order().ToList();
        Assert.Empty(rooms.Except([.. Shared, .. Procedure, .. Above]));
    }

    private static IEnumerable<(string To, string Text)> Arrows(string room) =>
        from type in Code.Types
        where IsRegistry(type) && RoomOf(type) == room
        from dependency in type.Dependencies
        where IsRegistry(dependency.Target)
        let target = RoomOf(dependency.Target)
        where target.Length > 0 && target != room
        select (target, $"{type.FullName} -> {dependency.Target.FullName}");

    private static bool IsRegistry(IType type) => type.FullName.StartsWith("Registry.", StringComparison.Ordinal);

    private static string RoomOf(IType type) => type.FullName.Split('.') is { Length: > 2 } parts ? parts[1] : "";
}
