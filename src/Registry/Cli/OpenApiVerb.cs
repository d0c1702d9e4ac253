using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>Prints the OpenAPI document without a database or a web server.</summary>
public static class OpenApiVerb
{
    private const string Help = """
        registry openapi [--json]
          输出 OpenAPI 3.1 文档 / print the OpenAPI 3.1 document, which is JSON either way
        """;

    /// <summary>Runs the verb.</summary>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Console.Out);

    /// <summary>Runs the verb, printing the document to <paramref name="output"/>.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (Arguments.Parse(args, [], ["--json"]).Ended(output, Console.Error, Help) is { } ended)
            return ended;
        var folder = Directory.CreateTempSubdirectory("registry-openapi-");
        try
        {
            await using var app = App.Build(RegistrySettings.For(folder.FullName, "Host=none"));
            // The server, which does not run here, would otherwise be the first to collect the routes.
            app.UseRouting().UseEndpoints(_ => { });
            var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
            await output.WriteLineAsync(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
