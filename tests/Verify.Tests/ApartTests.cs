namespace Verify.Tests;

public sealed class ApartTests
{
    [Fact]
    public void The_verifier_shares_no_code_with_the_writer() =>
        Assert.Equal(["BouncyCastle.Cryptography"], typeof(Stranger).Assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal)).Order());
}
