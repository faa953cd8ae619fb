using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VaeSweep.Sweeps;

/// <summary>Data sets of somebody's own, as configurations say them: a name, which is a label, and what is in the set with the
/// checksum of its file, which is what it is. So whoever reads a configuration can plan with it and ask for its file without
/// having seen it.</summary>
public static partial class OwnDataset
{
    /// <summary>In a store's artifacts folder: where sets are that came to the head from elsewhere. No sweep has that
    /// name.</summary>
    public const string Folder = "_data";

    private const int MostSide = 65_536;
    private const int ShownDigits = 12;

    private static readonly string[] _keys =
        ["binary", "classes", "first_class", "height", "sha256", "test", "train", "valid", "width"];

    /// <summary>Whether a data set may have that name. Names of published sets are among them.</summary>
    public static bool IsName(string name) => NamePattern().IsMatch(name);

    /// <summary>Whether it is a SHA-256 as configurations write it.</summary>
    public static bool IsChecksum(string text) => ChecksumPattern().IsMatch(text);

    /// <summary>The beginning of a checksum, for people.</summary>
    public static string Shown(string sha256) => sha256[..Math.Min(ShownDigits, sha256.Length)];

    /// <summary>What is in it, for people: "28x28, 1,600 + 200 + 200 images, binary, labels 0 to 9".</summary>
    public static string Describe(DatasetFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return $"{facts.Height}x{facts.Width}, {facts.Parts} images, {(facts.Binary ? "binary" : "grey")}, "
            + (facts.Classes > 0 ? $"labels {facts.Labels}" : "no labels");
    }

    /// <summary>One line of JSON, as `dataset.own` of a configuration is.</summary>
    public static string ToJson(DatasetFacts facts) => Write(facts).Json;

    /// <exception cref="FormatException">It is none.</exception>
    public static DatasetFacts FromJson(string name, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(SourceNode.FromJson(document.RootElement)) is { } value
                ? Read(name, value)! : throw new FormatException("Not what a data set of one's own is described by.");
        }
        catch (JsonException broken)
        {
            throw new FormatException($"Not what a data set of one's own is described by: {broken.Message}", broken);
        }
    }

    internal static ConfigValue Write(DatasetFacts? facts) => facts is null ? ConfigValue.Null : ConfigValue.Of(
        new Dictionary<string, ConfigValue>(StringComparer.Ordinal)
        {
            ["binary"] = ConfigValue.Of(facts.Binary),
            ["classes"] = ConfigValue.Of((long)facts.Classes),
            ["first_class"] = ConfigValue.Of((long)facts.FirstClass),
            ["height"] = ConfigValue.Of((long)facts.Height),
            ["sha256"] = ConfigValue.Of(facts.Sha256 ?? throw new ArgumentException($"{facts.Name} has no checksum.")),
            ["test"] = ConfigValue.Of((long)facts.TestImages),
            ["train"] = ConfigValue.Of((long)facts.TrainImages),
            ["valid"] = ConfigValue.Of((long)facts.ValidImages),
            ["width"] = ConfigValue.Of((long)facts.Width),
        });

    /// <returns>Null when it is none.</returns>
    internal static ConfigValue? Read(SourceNode node)
    {
        if (node.Kind != NodeKind.Map || node.Entries.Count != _keys.Length
            || !node.Entries.Select(entry => entry.Key.Text).Order(StringComparer.Ordinal).SequenceEqual(_keys))
        {
            return null;
        }

        var values = node.Entries.ToDictionary(entry => entry.Key.Text, entry => entry.Value, StringComparer.Ordinal);
        int? Whole(string key, long least, long most) =>
            values[key] is { Kind: NodeKind.Int } number && number.Int >= least && number.Int <= most ? (int)number.Int : null;

        return Whole("height", 1, MostSide) is { } height && Whole("width", 1, MostSide) is { } width
            && Whole("train", 1, int.MaxValue) is { } train && Whole("valid", 0, int.MaxValue) is { } valid
            && Whole("test", 1, int.MaxValue) is { } test && Whole("classes", 0, int.MaxValue) is { } classes
            && Whole("first_class", 0, int.MaxValue) is { } first && values["binary"] is { Kind: NodeKind.Bool } binary
            && values["sha256"] is { Kind: NodeKind.Text or NodeKind.Int } sum && IsChecksum(sum.Text)
            ? Write(new DatasetFacts("", height, width, train, valid, test)
            {
                Classes = classes, FirstClass = first, Binary = binary.Flag, Sha256 = sum.Text,
            })
            : null;
    }

    /// <param name="value">As <see cref="Write"/> makes it.</param>
    internal static DatasetFacts? Read(string name, ConfigValue value)
    {
        if (value.IsNull)
            return null;

        var map = value.AsMap().ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        int Whole(string key) => (int)map[key].AsInt();
        return new DatasetFacts(name, Whole("height"), Whole("width"), Whole("train"), Whole("valid"), Whole("test"))
        {
            Classes = Whole("classes"), FirstClass = Whole("first_class"), Binary = map["binary"].AsBool(),
            Sha256 = map["sha256"].AsText(),
        };
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ChecksumPattern();
}
