using System.Text.Json;

namespace Registry.Programme;

/// <summary>
/// What a schema cannot say about a definition: that names lead somewhere, that figures add up, that days follow one
/// another. Pure; gives every fault with the pointer of the value that is wrong.
/// </summary>
internal static class DefinitionSemantics
{
    public static IEnumerable<Fault> Check(CallDefinition definition, JsonElement root) =>
        Keys(definition)
            .Concat(Form(definition))
            .Concat(ConditionSemantics.Check(definition))
            .Concat(Days(definition))
            .Concat(Places(definition))
            .Concat(Review(definition))
            .Concat(OpenPoints(definition, root));

    private static IEnumerable<Fault> Keys(CallDefinition definition) =>
        Repeated("/industries/list", definition.Industries.List, one => one.Code, "code")
            .Concat(Repeated("/cities", definition.Cities, one => one.Code, "code"))
            .Concat(Repeated("/quotas/byCity", definition.Quotas.ByCity, one => one.City, "city"))
            .Concat(Repeated("/applicants/kinds", definition.Applicants.Kinds, one => one.Code, "code"))
            .Concat(Repeated("/applicants/consultations", definition.Applicants.Consultations, one => one.Key, "key"))
            .Concat(Repeated("/form/sections", definition.Form.Sections, one => one.Key, "key"))
            .Concat(Repeated("/form/fields", definition.Form.Fields, one => one.Key, "key"))
            .Concat(Repeated("/rubric/criteria", definition.Rubric.Criteria, one => one.Key, "key"))
            .Concat(Repeated("/panel/fields", definition.Panel.Fields, one => one.Code, "code"))
            .Concat(Repeated("/service/methods", definition.Service.Methods, one => one.Code, "code"))
            .Concat(Repeated("/openPoints", definition.OpenPoints, one => one.Id, "id"));

    private static IEnumerable<Fault> Form(CallDefinition definition)
    {
        var form = definition.Form;
        var sections = form.Sections.Select(section => section.Key).ToHashSet();
        for (var i = 0; i < form.Fields.Count; i++)
        {
            var (field, at) = (form.Fields[i], $"/form/fields/{i}");
            if (field.Section is null || !sections.Contains(field.Section))
                yield return new($"{at}/section", "definition.unknown-section", $"字段“{field.Key}”所在的栏目“{field.Section}”没有定义。");
            foreach (var fault in Field(field, at))
                yield return fault;
            if (field.RequiredWith is { } other && form.Find(other) is null)
                yield return new($"{at}/requiredWith", "definition.unknown-field", $"表单中没有“{other}”这一字段。");
            if (field.Type is not FieldType.Table)
                continue;
            foreach (var fault in Repeated($"{at}/columns", field.Columns ?? [], column => column.Key, "key"))
                yield return fault;
            for (var j = 0; j < (field.Columns?.Count ?? 0); j++)
                foreach (var fault in Field(field.Columns![j], $"{at}/columns/{j}"))
                    yield return fault;
            if (field.UniqueBy is { } unique && field.Columns?.Any(column => column.Key == unique) is not true)
                yield return new($"{at}/uniqueBy", "definition.unknown-column", $"表格“{field.Key}”没有“{unique}”这一列。");
        }

        var roles = form.Roles;
        foreach (var (role, key, types) in new (string, string?, FieldType[])[]
        {
            ("clusterName", roles.ClusterName, [FieldType.Text]), ("city", roles.City, [FieldType.City]), ("industry", roles.Industry, [FieldType.Industry]),
            ("applicantName", roles.ApplicantName, [FieldType.Text]), ("applicantKind", roles.ApplicantKind, [FieldType.Choice]),
            ("applicantCode", roles.ApplicantCode, [FieldType.CreditCode]), ("relaxationClaim", roles.RelaxationClaim, [FieldType.Choice]),
            ("undertaking", roles.Undertaking, [FieldType.Declaration])
        })
            if (key is not null && (form.Find(key) is not { } field || !types.Contains(field.Type)))
                yield return new($"/form/roles/{role}", "definition.unknown-field", $"“{role}”应指向一个类型合适的字段，“{key}”不是。");
        if (form.Find(roles.ApplicantKind) is { Options: { } kinds } && !kinds.Select(kind => kind.Code).ToHashSet().SetEquals(definition.Applicants.Kinds.Select(kind => kind.Code)))
            yield return new("/applicants/kinds", "definition.kinds-differ", $"申报主体的类型与字段“{roles.ApplicantKind}”的选项不一致。");
        if (form.Find(definition.SensitiveMaterial.Field) is not { Type: FieldType.Declaration, Evidence: false })
            yield return new("/sensitiveMaterial/field", "definition.unknown-field", $"涉敏材料应指向一个不带佐证附件的声明字段，“{definition.SensitiveMaterial.Field}”不是。");
    }

    private static IEnumerable<Fault> Field(FieldDefinition field, string at)
    {
        if (field.Type is FieldType.Choice && field.Options is not { Count: > 0 })
            yield return new(at, "definition.no-options", $"选择字段“{field.Key}”没有选项。");
        if (field.Type is FieldType.Table && field.Columns is not { Count: > 0 })
            yield return new(at, "definition.no-columns", $"表格“{field.Key}”没有列。");
        if (field.Type is FieldType.Money && Yuan.PerUnit(field.Unit) is null)
            yield return new($"{at}/unit", "definition.money-unit", $"金额字段“{field.Key}”的单位应为 {string.Join("、", Yuan.Units)} 之一。");
        foreach (var fault in Repeated($"{at}/options", field.Options ?? [], option => option.Code, "code"))
            yield return fault;
        if (field.Min > field.Max)
            yield return new($"{at}/max", "definition.order", $"字段“{field.Key}”的上限小于下限。");
    }

    private static IEnumerable<Fault> Days(CallDefinition definition)
    {
        foreach (var (name, window) in new[] { ("applications", definition.Applications), ("cityReports", definition.CityReports) })
        {
            if (window.ClosesAt <= window.Opens)
                yield return new($"/{name}/lastDay", "definition.order", "最后一天早于开始的时刻。");
            if (ChinaTime.ToDay(window.Opens) < definition.Notice.Date)
                yield return new($"/{name}/opens", "definition.order", "开始的时刻早于通知的日期。");
        }
        if (definition.CityReports.ClosesAt < definition.Applications.ClosesAt)
            yield return new("/cityReports/lastDay", "definition.order", "市级上报的截止早于申报的截止。");
    }

    private static IEnumerable<Fault> Places(CallDefinition definition)
    {
        for (var i = 0; i < definition.Quotas.ByCity.Count; i++)
            if (definition.FindCity(definition.Quotas.ByCity[i].City) is null)
                yield return new($"/quotas/byCity/{i}/city", "definition.unknown-city", $"推荐名额所指的城市“{definition.Quotas.ByCity[i].City}”不在城市名单中。");
        var sum = definition.Cities.Sum(city => definition.QuotaOf(city.Code));
        if (definition.Quotas.Total > sum)
            yield return new("/quotas/total", "definition.sum", $"总名额 {definition.Quotas.Total} 多于各市名额之和 {sum}。");
        for (var i = 0; i < definition.Relaxation.Industries.Count; i++)
            if (definition.FindIndustry(definition.Relaxation.Industries[i]) is not { Field: not IndustryField.Other })
                yield return new($"/relaxation/industries/{i}", "definition.unknown-industry", $"“{definition.Relaxation.Industries[i]}”不是名单中标明核心或前沿领域的产业。");
    }

    private static IEnumerable<Fault> Review(CallDefinition definition)
    {
        var criteria = definition.Rubric.Criteria;
        var panel = definition.Panel;
        if (criteria.Sum(criterion => criterion.Most) is var sum && sum != definition.Rubric.Total)
            yield return new("/rubric/total", "definition.sum", $"各项分值之和为 {sum}，与总分 {definition.Rubric.Total} 不一致。");
        for (var i = 0; i < criteria.Count; i++)
        {
            if (definition.Conditions.All(condition => condition.Id != criteria[i].Condition))
                yield return new($"/rubric/criteria/{i}/condition", "definition.unknown-condition", $"评分项所指的条件“{criteria[i].Condition}”没有定义。");
            if (criteria[i].Most % criteria[i].Step != 0)
                yield return new($"/rubric/criteria/{i}/step", "definition.sum", "满分不是分值间隔的整数倍。");
        }
        for (var i = 0; i < panel.TieBreak.Count; i++)
            if (criteria.All(criterion => criterion.Key != panel.TieBreak[i]))
                yield return new($"/panel/tieBreak/{i}", "definition.unknown-criterion", $"没有“{panel.TieBreak[i]}”这一评分项。");
        for (var i = 0; i < panel.GroupMinimums.Count; i++)
        {
            var group = panel.GroupMinimums[i];
            if (group.Criteria.FirstOrDefault(key => criteria.All(criterion => criterion.Key != key)) is { } unknown)
                yield return new($"/panel/groupMinimums/{i}/criteria", "definition.unknown-criterion", $"没有“{unknown}”这一评分项。");
            else if (group.AtLeast > criteria.Where(criterion => group.Criteria.Contains(criterion.Key)).Sum(criterion => criterion.Most))
                yield return new($"/panel/groupMinimums/{i}/atLeast", "definition.sum", "分组最低分高于该组的满分。");
        }
        if (panel.PassMark > definition.Rubric.Total)
            yield return new("/panel/passMark", "definition.sum", "合格线高于总分。");
        foreach (var fault in Numbers(panel, "/panel"))
            yield return fault;
        for (var i = 0; i < (panel.Groups?.Count ?? 0); i++)
        {
            var group = panel.Groups![i];
            if (panel.Grouping != PanelGrouping.ByIndustry)
                yield return new($"/panel/groups/{i}", "definition.order", "只有一个专家组时，不能按产业另定人数。");
            if (definition.FindIndustry(group.Industry) is null)
                yield return new($"/panel/groups/{i}/industry", "definition.unknown-industry", $"没有“{group.Industry}”这一产业。");
            if (panel.Groups.Take(i).Any(other => other.Industry == group.Industry))
                yield return new($"/panel/groups/{i}/industry", "definition.repeated-key", $"产业“{group.Industry}”出现了两次。");
            foreach (var fault in Numbers(panel.For(group.Industry), $"/panel/groups/{i}"))
                yield return fault;
        }
    }

    /// <summary>Whether the numbers and fields of one panel agree with each other.</summary>
    private static IEnumerable<Fault> Numbers(PanelRule panel, string at)
    {
        if (panel.Minimum > panel.Size)
            yield return new($"{at}/minimum", "definition.order", "最少人数多于专家组人数。");
        if (panel.Aggregate is Aggregate.TrimmedMean && panel.Minimum < 3)
            yield return new($"{at}/minimum", "definition.order", "去掉最高分和最低分的平均，至少需要 3 份评分表。");
        for (var i = 0; i < panel.Constraints.Count; i++)
            if (panel.Fields.All(field => field.Code != panel.Constraints[i].Field))
                yield return new($"{at}/constraints/{i}/field", "definition.unknown-field", $"没有“{panel.Constraints[i].Field}”这一专家领域。");
        if (panel.Constraints.Sum(constraint => constraint.AtLeast) > panel.Size)
            yield return new($"{at}/constraints", "definition.sum", "各领域最少人数之和多于专家组人数。");
    }

    private static IEnumerable<Fault> OpenPoints(CallDefinition definition, JsonElement root)
    {
        for (var i = 0; i < definition.OpenPoints.Count; i++)
            if (!Leads(root, definition.OpenPoints[i].Setting))
                yield return new($"/openPoints/{i}/setting", "definition.unknown-setting", $"“{definition.OpenPoints[i].Setting}”在本文件中不存在。");
    }

    private static bool Leads(JsonElement root, string pointer)
    {
        var value = root;
        foreach (var step in pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)))
            if (value.ValueKind is JsonValueKind.Object && value.TryGetProperty(step, out var member))
                value = member;
            else if (value.ValueKind is JsonValueKind.Array && int.TryParse(step, out var index) && index >= 0 && index < value.GetArrayLength())
                value = value[index];
            else
                return false;
        return true;
    }

    internal static IEnumerable<Fault> Repeated<T>(string list, IReadOnlyList<T> items, Func<T, string> key, string member)
    {
        var seen = new HashSet<string>();
        for (var i = 0; i < items.Count; i++)
            if (!seen.Add(key(items[i])))
                yield return new($"{list}/{i}/{member}", "definition.repeated-key", $"“{key(items[i])}”重复出现。");
    }
}

/// <summary>One fault of a definition: where, its stable code, and why in Chinese.</summary>
internal sealed record Fault(string Pointer, string Code, string Message);
