using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Registry.Accounts;
using Registry.Organisations;
using Registry.Platform.Commands;

namespace Registry.Platform;

/// <summary>The OpenAPI 3.1 document: a client that knows only it can drive the whole procedure.</summary>
public static class ApiDescription
{
    private const string Bearer = "session";
    private const string Problem = "application/problem+json";

    /// <summary>Registers the document.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", o =>
    {
        o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        o.AddSchemaTransformer((schema, context, _) =>
        {
            DescribeType(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
        o.AddOperationTransformer(async (operation, context, ct) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), cancellationToken: ct);
            DescribePath(operation, context.Description.RelativePath ?? "");
            if (metadata.OfType<CommandSpec>().FirstOrDefault() is { } command)
            {
                Add(operation, new OpenApiParameter
                {
                    Name = "Idempotency-Key",
                    In = ParameterLocation.Header,
                    Required = true,
                    Description = "8 to 200 visible characters. The same key and body: the first answer again, with the header Idempotent-Replay. Another body: refused.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 8, MaxLength = 200 },
                });
                foreach (var status in (string[])["400", "401", "403", "404", "409", "413", "415", "422"])
                    (operation.Responses ??= [])[status] = operation.Responses.TryGetValue(status, out var given) ? given : Refusal(status, problem);
                Allow(operation, command.Roles, context.Document);
            }
            if (metadata.OfType<QuerySpec>().FirstOrDefault() is { } query)
            {
                foreach (var input in query.Inputs)
                    Add(operation, new OpenApiParameter
                    {
                        Name = input.Name,
                        In = input.Header ? ParameterLocation.Header : ParameterLocation.Query,
                        Required = input.Header,
                        Description = input.Meaning,
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    });
                if (operation.Responses?.GetValueOrDefault("200") is OpenApiResponse { Content: null or { Count: 0 } } file)
                    file.Content = new Dictionary<string, OpenApiMediaType> { ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } };
                foreach (var status in (string[])["401", "403", "404"])
                    (operation.Responses ??= [])[status] = operation.Responses.TryGetValue(status, out var given) ? given : Refusal(status, problem);
                Allow(operation, query.Roles, context.Document);
            }
        });
        o.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Cluster registry",
                Version = "v1",
                Description = "Commands and queries of the recognition procedure. Every command carries an Idempotency-Key; a command on something that exists carries the version its giver saw. Refusals are RFC 9457 problems with a stable code. Instants are UTC (RFC 3339), days are calendar days in Beijing.",
                License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
            };
            document.Servers = [new OpenApiServer { Url = "/" }];
            (document.Components ??= new OpenApiComponents()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The token of POST /api/v1/session." },
            };
            return Task.CompletedTask;
        });
    });

    /// <summary>What the generator cannot see because a converter writes it: ids, codes and days are strings, also in lists; a person has one role, by name.</summary>
    private static void DescribeType(OpenApiSchema schema, Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (IsText(type))
        {
            schema.Type = JsonSchemaType.String;
            schema.Properties = null;
            schema.Required = null;
        }
        else if (schema.Items is null && ElementOf(type) is { } element && (IsText(element) || element == typeof(DateOnly)))
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = IsText(element) ? null : "date" };
        else if (type == typeof(DateOnly))
            (schema.Type, schema.Format) = (type == declared ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null, "date");
        else if (type == typeof(Roles))
            schema.Enum = [.. Enum.GetNames<Roles>().Where(r => r != nameof(Roles.None)).Select(r => (JsonNode)r)];
        else if (type == typeof(ProblemDetails))
        {
            var members = schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            members["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The refusing rule's stable code; the type ends in it." };
            members["source"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "The clause that the rule rests on." };
            members["arguments"] = new OpenApiSchema { Type = JsonSchemaType.Object, Description = "The figures of the refusal, by name.", AdditionalProperties = new OpenApiSchema() };
            members["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Description = "Wrong fields of a form.",
                Items = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Properties = new[] { "field", "code", "message" }.ToDictionary(m => m, _ => (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.String }),
                },
            };
        }
    }

    private static bool IsText(Type type) => typeof(IId).IsAssignableFrom(type) || type == typeof(CreditCode);

    private static Type? ElementOf(Type type) =>
        type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    /// <summary>The places of the route. Commands and queries read them from the request, so the generator does not find them.</summary>
    private static void DescribePath(OpenApiOperation operation, string path)
    {
        foreach (var name in path.Split('/').Where(p => p.StartsWith('{')).Select(p => p.Trim('{', '}')))
            if (operation.Parameters?.FirstOrDefault(p => p.Name == name) is OpenApiParameter known)
                known.Description ??= Meaning(name);
            else
                Add(operation, new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Path,
                    Required = true,
                    Description = Meaning(name),
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });

        string Meaning(string name) => name == "sha256" ? "SHA-256 of the file, hexadecimal." : $"What the path names: {path.Split('/')[2]}.";
    }

    /// <summary>Who may ask: what is open to everybody needs no session.</summary>
    private static void Allow(OpenApiOperation operation, Roles roles, OpenApiDocument? document)
    {
        var open = (roles & Roles.Public) != 0;
        operation.Description = (int)roles == -1 ? "Open to everybody." : $"Roles: {roles}.";
        var session = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] };
        operation.Security = open ? [[], session] : [session];
    }

    private static OpenApiResponse Refusal(string status, IOpenApiSchema problem) => new()
    {
        Description = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture)),
        Content = new Dictionary<string, OpenApiMediaType> { [Problem] = new() { Schema = problem } },
    };

    private static void Add(OpenApiOperation operation, OpenApiParameter parameter) => (operation.Parameters ??= []).Add(parameter);
}
