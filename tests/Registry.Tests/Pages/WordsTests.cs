using System.Reflection;
using System.Text.Json;
using Registry.Pages;
using Registry.Platform;
using Registry.Platform.Commands;

namespace Registry.Tests.Pages;

/// <summary>What a person meets on a page has a name in both languages: every command, its fields and choices, every event.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData(Language.Zh)]
    [InlineData(Language.En)]
    public void Every_command_field_choice_and_event_has_words_in_Pages_Names(Language language)
    {
        var missing = CommandForm.All.Values.SelectMany(f => Of(f, language))
            .Concat(EventBook.All.Select(e => "event." + e.Mark.Name).Where(code => !Texts.Has(language, code)))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(missing.Count == 0, string.Join(Environment.NewLine, missing));
    }

    private static IEnumerable<string> Of(CommandForm form, Language language)
    {
        if (!Texts.Has(language, "command." + form.Spec.Name))
            yield return "command." + form.Spec.Name;
        foreach (var code in Parameters(form.Type, form.Spec.Name, language, 0))
            yield return code;
    }

    private static IEnumerable<string> Parameters(Type type, string path, Language language, int depth)
    {
        foreach (var parameter in type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First().GetParameters().Where(p => p.Name != "Version"))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
            if (!Texts.Has(language, $"{path}.{name}") && !Texts.Has(language, $"field.{name}"))
                yield return $"field.{name}";
            var kind = Inner(parameter.ParameterType);
            if (kind.IsEnum)
                foreach (var code in Enum.GetNames(kind).Select(n => $"enum.{kind.Name}.{n}").Where(c => !Texts.Has(language, c)))
                    yield return code;
            else if (kind.Assembly == typeof(CommandForm).Assembly && !typeof(IId).IsAssignableFrom(kind) && kind.Name != "CreditCode" && depth < 4)
                foreach (var code in Parameters(kind, $"{path}.{name}", language, depth + 1))
                    yield return code;
        }
    }

    private static Type Inner(Type type) =>
        Nullable.GetUnderlyingType(type) ?? (type.IsGenericType ? Inner(type.GetGenericArguments()[^1]) : type);
}
