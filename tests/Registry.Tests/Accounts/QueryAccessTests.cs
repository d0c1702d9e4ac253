using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Registry.Accounts;
using Registry.Platform.Commands;

namespace Registry.Tests.Accounts;

/// <summary>The same for what is read: every query has its row, and what belongs to somebody else reads like what does not exist.</summary>
public sealed class QueryAccessTests(RegistryFixture registry) : IClassFixture<RegistryFixture>
{
    private readonly Scenario scenario = new(registry);

    private IEnumerable<(QuerySpec Spec, string Route)> Queries =>
        from endpoint in registry.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        let spec = endpoint.Metadata.GetMetadata<QuerySpec>()
        where spec is not null && endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
        select (spec, endpoint.RoutePattern.RawText!);

    [Fact]
    public void Every_query_has_a_row_and_the_row_is_what_the_code_says()
    {
        var rows = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Accounts", "access-queries.tsv"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('\t')).ToDictionary(parts => parts[0], parts => Enum.Parse<Roles>(parts[1]));
        var code = Queries.ToDictionary(q => q.Spec.Name, q => q.Spec.Roles);
        var wrong = code.Where(c => !rows.TryGetValue(c.Key, out var roles) || roles != c.Value).Select(c => $"{c.Key}\t{c.Value}")
            .Concat(rows.Keys.Except(code.Keys).Select(k => $"no such query: {k}")).Order(StringComparer.Ordinal).ToList();
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    [Fact]
    public async Task Abuse_01_whoever_does_not_reach_an_application_gets_the_answer_of_one_that_does_not_exist()
    {
        var batch = await registry.Announce();
        var (id, clerk) = await scenario.SubmittedAsync(batch);
        var routes = Queries.Where(q => q.Route.StartsWith("/api/v1/applications/{id}", StringComparison.Ordinal) && q.Route.Split('{').Length == 2).ToList();
        Assert.True(routes.Count >= 5);
        using var owner = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, clerk.Organisation);
        using var otherClerk = await scenario.SignedInAsync(Roles.Applicant, Scenario.Jinan, Scenario.NewOrganisation(Scenario.Jinan).Value);
        using var otherCity = await scenario.SignedInAsync(Roles.CityOfficer, Scenario.Zibo);
        var reached = 0;
        foreach (var (spec, route) in routes)
        {
            var (real, missing) = (route.Replace("{id}", id.Value, StringComparison.Ordinal), route.Replace("{id}", "no-such-application", StringComparison.Ordinal));
            if (spec.Roles.HasFlag(Roles.Applicant) && (await owner.GetAsync(real, TestContext.Current.CancellationToken)).IsSuccessStatusCode)
                reached++;
            foreach (var (foreigner, role) in new[] { (otherClerk, Roles.Applicant), (otherCity, Roles.CityOfficer) })
            {
                using var answer = await foreigner.GetAsync(real, TestContext.Current.CancellationToken);
                using var nothing = await foreigner.GetAsync(missing, TestContext.Current.CancellationToken);
                Assert.Equal(spec.Roles.HasFlag(role) ? HttpStatusCode.NotFound : HttpStatusCode.Forbidden, answer.StatusCode);
                Assert.Equal(await nothing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            }
        }
        Assert.True(reached >= 2, "its owner reaches it");
    }
}
