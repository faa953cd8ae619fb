using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace VaeSweep.Store.Tests;

public sealed class PointChangesTests
{
    [Fact]
    public void A_base_and_the_changes_together_are_the_configuration()
    {
        // Each of four paths with one of these values, or without (the first).
        string[] values = ["", "1", "2.5", "null", "true", "\"a,b\"", "\"say \\\"}\\\"\"", "[[200,200],[3]]", "[]"];
        string[] names = ["a", "b.c", "d", "e"];
        var config = Gen.Elements(values).ListOf(names.Length).Select(chosen =>
            names.Zip(chosen).Where(pair => pair.Second.Length > 0)
                .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));

        Prop.ForAll(config.ListOf().ToArbitrary(), configs =>
        {
            var changes = new PointChanges();
            return configs.All(one =>
            {
                var told = changes.Of(Text(one));
                var whole = Read(told.Base);
                foreach (var (name, value) in Read(told.Changes))
                    whole[name] = value;
                return whole.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .SequenceEqual(Read(Text(one)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Only_what_differs_is_told()
    {
        var changes = new PointChanges();
        changes.Of("""{"a":1,"b":[1,2],"c":"x"}""");

        Assert.Equal("""{"b":[1,3],"d":4}""", changes.Of("""{"a":1,"b":[1,3],"c":"x","d":4}""").Changes);
        Assert.Equal("{}", changes.Of("""{"a":1,"c":"x"}""").Changes);
    }

    private static string Text(Dictionary<string, string> config) =>
        $"{{{string.Join(",", config.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";

    private static Dictionary<string, string> Read(string json) =>
        JsonDocument.Parse(json).RootElement.EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.GetRawText(), StringComparer.Ordinal);
}
