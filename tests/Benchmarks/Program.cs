using Benchmarks;

// Each benchmark is a verb with its own options; it prints its result as a Markdown table on standard output.
return args switch
{
    ["site", .. var rest] => await SiteBenchmark.RunAsync(rest),
    ["generators", .. var rest] => await GeneratorBenchmark.RunAsync(rest),
    ["build", var size, var folder] => await GeneratorBenchmark.BuildAsync(size, folder),
    ["pages", var size, var folder] => await GeneratorBenchmark.BuildPagesAsync(size, folder),
    ["serving", var address, var folder] => await ServingBenchmark.RunAsync(address, folder),
    ["log"] => await LogBenchmark.CommandsAsync(),
    ["verify"] => await LogBenchmark.VerifyAsync(1_000_000),
    ["verify", var leaves] => await LogBenchmark.VerifyAsync(int.Parse(leaves, System.Globalization.CultureInfo.InvariantCulture)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project tests/Benchmarks -- VERB
          site [--entries 1000,10000,100000]        the public site: whole builds and single events
          generators [--entries 1000,10000,100000]  the same pages by this site's generator, by Hugo and by Eleventy
          serving ADDRESS FOLDER                     a running registry and nginx on the same folder (its site/current)
          log                                        what the public log adds to a command, and how far leaves lag behind commits
          verify [LEAVES]                            a stranger's check of a whole log (1,000,000 leaves), beside hashing alone
        """);
    return 2;
}
