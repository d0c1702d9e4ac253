using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Registry.Organisations;
using Registry.Platform.Commands;

namespace Registry.Platform;

/// <summary>The OpenAPI 3.1 document: a client that knows only it can drive the whole procedure.</summary>
public static class ApiDescription
{
    private const string Bearer = "session";

    /// <summary>Registers the document.</summary>
    public static void AddApiDescription(this IServiceCollection services) => services.AddOpenApi("v1", o =>
    {
        o.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        o.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (typeof(IId).IsAssignableFrom(type) || type == typeof(CreditCode))
            {
                schema.Type = JsonSchemaType.String;
                schema.Properties = null;
                schema.Required = null;
            }
            return Task.CompletedTask;
        });
        o.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<CommandSpec>().FirstOrDefault() is { } command)
            {
                (operation.Parameters ??= []).Add(new OpenApiParameter
                {
                    Name = "Idempotency-Key",
                    In = ParameterLocation.Header,
                    Required = true,
                    Description = "8 to 200 visible characters. The same key and body: the first answer again. Another body: refused.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 8, MaxLength = 200 },
                });
                operation.Description = $"Roles: {command.Roles}.";
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            }
            if (metadata.OfType<QuerySpec>().FirstOrDefault() is { } query)
            {
                operation.Description = $"Roles: {query.Roles}.";
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            }
            return Task.CompletedTask;
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
}
