using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Registry.Platform;

namespace Registry.Cli;

/// <summary>Prints the OpenAPI document without a database or a web server.</summary>
public static class OpenApiVerb
{
    /// <summary>Runs the verb.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Read(args, [], ["json", "help"]);
        if (options.Error is { } error)
        {
            await Console.Error.WriteLineAsync(error);
            return Verbs.Usage;
        }
        var folder = Directory.CreateTempSubdirectory("registry-openapi-");
        try
        {
            await using var app = App.Build(RegistrySettings.For(folder.FullName, "Host=none"));
            var document = await app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
            await Console.Out.WriteLineAsync(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
