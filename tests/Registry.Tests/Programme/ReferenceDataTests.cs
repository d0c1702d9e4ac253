using System.Text;
using Registry.Programme;

namespace Registry.Tests.Programme;

public sealed class ReferenceDataTests
{
    [Fact]
    public void A_row_with_another_number_of_cells_is_refused() =>
        Assert.Throws<FormatException>(() => Csv.Read(Encoding.UTF8.GetBytes("a,b\n1\n")));

    [Fact]
    public void Quotes_commas_and_line_breaks_inside_a_cell_are_read()
    {
        var row = Assert.Single(Csv.Read(Encoding.UTF8.GetBytes("\uFEFFa,b,c\r\n\"x, \"\"y\"\"\",\"1\n2\",\r\n")));

        Assert.Equal(["x, \"y\"", "1\n2", ""], row.Values);
    }

    [Fact]
    public void Cities_and_industries_are_those_of_the_second_batch()
    {
        var batch = DefinitionFile.LoadBundled(DefinitionFile.SecondBatch).Required();

        Assert.Equal(ReferenceData.Cities, batch.Cities);
        Assert.Equal(ReferenceData.Industries, batch.Industries.List);
    }

    [Fact]
    public void Every_county_lies_in_a_known_city()
    {
        var cities = ReferenceData.Cities.Select(city => city.Code).ToHashSet();

        Assert.Equal(155, ReferenceData.Counties.Count);
        Assert.All(ReferenceData.Counties, county => Assert.Contains(county.City, cities));
        Assert.Equal(155, ReferenceData.Counties.DistinctBy(county => county.Code).Count());
    }

    [Fact]
    public void The_earlier_lists_hold_eighty_three_clusters_and_complete_lists_are_complete()
    {
        var cities = ReferenceData.Cities.Select(city => city.Code).ToHashSet();

        Assert.Equal(83, ReferenceData.EarlierClusters.Count);
        Assert.All(ReferenceData.EarlierClusters.SelectMany(cluster => cluster.Cities), city => Assert.Contains(city, cities));
        var complete = ReferenceData.EarlierClusters.Where(cluster => cluster.Completeness is ListCompleteness.Complete)
            .GroupBy(cluster => (cluster.Programme, cluster.Round)).ToList();
        Assert.Equal(4, complete.Count);
        Assert.All(complete, list => Assert.Equal(list.First().ListTotal, list.Count()));
    }
}
