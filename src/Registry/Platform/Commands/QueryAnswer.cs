namespace Registry.Platform.Commands;

/// <summary>A query's answer for another reader than the API: the pages show what the API would answer, so that there is one decision on who sees what.</summary>
/// <param name="Ask">Answers the request, or null for missing and foreign.</param>
/// <param name="Type">Type of the answer.</param>
/// <param name="Wrong">Why the question cannot be answered as it was put.</param>
public sealed record QueryAnswer(Func<HttpContext, Reading, Task<object?>> Ask, Type Type, Func<HttpContext, Refusal?>? Wrong = null);
