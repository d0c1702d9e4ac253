using Benchmarks;

// Each benchmark is a verb with its own options; it prints its result as a Markdown table on standard output.
return args switch
{
    ["site", .. var rest] => await SiteBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Benchmarks -- site [--entries 1000,10000,100000]");
    return 2;
}
