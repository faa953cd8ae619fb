using System.Collections;
using System.Reflection;

namespace VaeSweep.Sweeps.Tests;

public sealed class ConfigSchemaTests
{
    public static TheoryData<string> AllPaths() => new(ConfigSchema.Paths.Select(path => path.Name));

    [Fact]
    public void Paths_are_in_ordinal_order() =>
        Assert.Equal(ConfigSchema.Paths.Select(path => path.Name).Order(StringComparer.Ordinal),
            ConfigSchema.Paths.Select(path => path.Name));

    [Fact]
    public void The_keys_of_a_canonical_configuration_are_in_ordinal_order()
    {
        var keys = System.Text.Json.JsonDocument.Parse(TrialConfigJson.Write(ConfigSchema.Defaults)).RootElement
            .EnumerateObject().Select(property => property.Name).ToArray();

        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public void Every_property_of_a_configuration_is_a_path()
    {
        // Adam's betas are two properties and one path.
        Assert.Equal(Leaves(typeof(TrialConfig)) - 1, ConfigSchema.Paths.Count);
    }

    [Theory]
    [MemberData(nameof(AllPaths))]
    public void Every_path_reaches_its_property_and_comes_back(string name)
    {
        var path = ConfigSchema.Find(name)!;
        var values = ConfigSchema.Paths.Select(other => other.Default).ToArray();
        values[path.Index] = Other(path);

        var config = TrialConfigJson.Build(values);

        Assert.Equal(values[path.Index], path.Get(config));
        Assert.All(ConfigSchema.Paths.Where(other => other != path), other => Assert.Equal(other.Default, other.Get(config)));
    }

    [Theory]
    [MemberData(nameof(AllPaths))]
    public void A_changed_path_changes_the_fingerprint_exactly_when_it_is_part_of_the_identity(string name)
    {
        var path = ConfigSchema.Find(name)!;
        var values = ConfigSchema.Paths.Select(other => other.Default).ToArray();
        values[path.Index] = Other(path);
        var applies = ConfigSchema.IsApplicable(path, values);

        var trial = TrialConfigJson.ToTrial(TrialConfigJson.Build(values));

        var plain = TrialConfigJson.ToTrial(ConfigSchema.Defaults);
        Assert.Equal(path.Identity && applies && !Other(path).Equals(path.Default), trial.Fingerprint != plain.Fingerprint);
        Assert.Equal(path.Pack && applies && !Other(path).Equals(path.Default), trial.PackKey != plain.PackKey);
        Assert.Equal(trial.ConfigJson, TrialConfigJson.Write(TrialConfigJson.Parse(trial.ConfigJson)));
    }

    [Theory]
    [InlineData("train.optimizer.adam.lr")]
    [InlineData("train.optimizer.adam.betas")]
    [InlineData("train.optimizer.adam.eps")]
    [InlineData("objective.beta")]
    [InlineData("objective.warmup_epochs")]
    [InlineData("seed")]
    public void Scalars_of_a_trial_do_not_divide_packs(string name) => Assert.False(ConfigSchema.Find(name)!.Pack);

    [Fact]
    public void Every_condition_looks_at_a_path_of_the_schema() =>
        Assert.All(ConfigSchema.Paths.Where(path => path.Applies is not null),
            path => Assert.Equal(path.Applies!.Path, ConfigSchema.Paths[path.AppliesIndex].Name));

    [Fact]
    public void Every_rule_looks_at_paths_of_the_schema_and_accepts_the_defaults()
    {
        Assert.All(ConfigRule.All.SelectMany(rule => rule.Paths), name => Assert.NotNull(ConfigSchema.Find(name)));
        Assert.All(ConfigRule.All, rule => Assert.Null(rule.Check(ConfigSchema.Defaults)));
    }

    [Fact]
    public void Every_default_is_a_value_that_its_path_takes()
    {
        foreach (var path in ConfigSchema.Paths)
        {
            var node = SourceNode.FromJson(System.Text.Json.JsonDocument.Parse(path.Default.Json).RootElement);

            Assert.Equal(path.Default, path.Read(node, (_, message) => Assert.Fail(message)));
        }
    }

    [Theory]
    [InlineData("model.latent", "a whole number, at least 1 and at most 65536")]
    [InlineData("train.optimizer.adam.lr", "a number, above 0")]
    [InlineData("train.optimizer.adam.betas", "two numbers at least 0 and below 1, like [0.9, 0.999]")]
    [InlineData("dataset.train", "a whole number, at least 1, or all")]
    public void What_a_path_takes_is_said_in_words(string name, string expected) =>
        Assert.Equal(expected, ConfigSchema.Find(name)!.Expected);

    private static ConfigValue Other(ConfigPath path) => path.Kind switch
    {
        ValueKind.Int => ConfigValue.Of((path.Default.IsNull ? 0 : path.Default.AsInt()) + 1),
        ValueKind.Number => ConfigValue.Of(path.Default.AsNumber() + 0.125),
        ValueKind.Bool => ConfigValue.Of(!path.Default.AsBool()),
        ValueKind.Choice => ConfigValue.Of(
            path.Allowed.FirstOrDefault(name => name != path.Default.AsText()) ?? path.Default.AsText()),
        ValueKind.DatasetName => ConfigValue.Of("sprites"),
        ValueKind.OwnDataset => OwnDataset.Write(new DatasetFacts("mnist", 8, 6, 30, 0, 10) { Sha256 = new string('a', 64) }),
        ValueKind.IntList => ConfigValue.Of([7]),
        ValueKind.IntSet => ConfigValue.Of([1, 2]),
        ValueKind.IntLists => ConfigValue.Of([ConfigValue.Of([300, 100])]),
        ValueKind.NameSet => ConfigValue.Of([ConfigValue.Of("test_nll")]),
        ValueKind.NumberPair => ConfigValue.Of([ConfigValue.Of(0.5), ConfigValue.Of(0.25)]),
        ValueKind.Phases => ConfigValue.Of(
            [ConfigValue.Of(new Dictionary<string, ConfigValue> { ["train.epochs"] = ConfigValue.Of(7L) })]),
        _ => throw new InvalidOperationException($"No other value for {path.Kind}."),
    };

    private static int Leaves(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Sum(property =>
        property.PropertyType is { IsClass: true } inner && inner != typeof(string) && inner != typeof(DatasetFacts)
            && !typeof(IEnumerable).IsAssignableFrom(inner) ? Leaves(inner) : 1);
}
