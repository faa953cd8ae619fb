using System.Globalization;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Data;

/// <summary>How images of somebody's own are read: what `vaesweep data add` takes as options, and `dataset.import` of a sweep
/// file as a map.</summary>
public sealed record ImportOptions
{
    /// <summary>Every option, as it is written.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["array", "binary", "grey", "keep_order", "label_column", "labels", "range", "shape", "test", "threshold", "valid"];

    /// <summary>Validation images: a share below 1, or a number.</summary>
    public double Valid { get; init; } = 0.1;

    /// <summary>Test images: a share below 1, or a number.</summary>
    public double Test { get; init; } = 0.1;

    /// <summary>Colours become grey.</summary>
    public bool Grey { get; init; }

    /// <summary>Images that are not black and white alone are refused.</summary>
    public bool Binary { get; init; }

    /// <summary>Pixels become white from this intensity on, black below; null leaves them.</summary>
    public double? Threshold { get; init; }

    /// <summary>Of one image, where the file does not say.</summary>
    public (int Height, int Width)? Shape { get; init; }

    /// <summary>What black and white are; null is found out.</summary>
    public (double Black, double White)? Range { get; init; }

    /// <summary>File of labels, or null.</summary>
    public string? Labels { get; init; }

    /// <summary>Column of a CSV file that holds labels.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>Array of a file that has several.</summary>
    public string? Array { get; init; }

    /// <summary>Images are not shuffled before they are split.</summary>
    public bool KeepOrder { get; init; }

    /// <summary>Every option, in order; equal options have equal text.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"array={Array} binary={Binary} grey={Grey} keep_order={KeepOrder} label_column={LabelColumn} labels={Labels} ")
        + string.Create(CultureInfo.InvariantCulture, $"range={Range} shape={Shape} test={Test} threshold={Threshold} ")
        + string.Create(CultureInfo.InvariantCulture, $"valid={Valid}");

    /// <summary>Reads options as people write them.</summary>
    /// <exception cref="FormatException">There is no such option, or it does not take that value.</exception>
    public static ImportOptions Parse(IReadOnlyDictionary<string, string> given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return given.Aggregate(new ImportOptions(), (options, one) => options.With(one.Key, one.Value));
    }

    private ImportOptions With(string name, string value) => name switch
    {
        "valid" => this with { Valid = Part(name, value, least: 0) },
        "test" => this with { Test = Part(name, value, least: 1) },
        "grey" => this with { Grey = Flag(name, value) },
        "binary" => this with { Binary = Flag(name, value) },
        "keep_order" => this with { KeepOrder = Flag(name, value) },
        "threshold" => this with
        {
            Threshold = Number(value) is { } at and > 0 and <= 1 ? at
                : throw new FormatException($"threshold takes an intensity above 0 and up to 1; found '{value}'."),
        },
        "shape" => this with { Shape = ShapeOf(value) },
        "range" => this with { Range = RangeOf(value) },
        "labels" => this with { Labels = Filled(name, value) },
        "label_column" => this with { LabelColumn = Filled(name, value) },
        "array" => this with { Array = Filled(name, value) },
        _ => throw new FormatException(
            $"there is no option '{name}'.{NearestName.Suggest(name, Names)} Allowed: {string.Join(", ", Names)}."),
    };

    private static double Part(string name, string value, int least) =>
        Number(value) is { } part
            && ((part > 0 && part < 1) || (part >= least && part == Math.Floor(part) && part <= int.MaxValue))
            ? part
            : throw new FormatException($"{name} takes a share (0.1) or a number of images (1000), at least {least}; "
                + $"found '{value}'.");

    private static bool Flag(string name, string value) => value switch
    {
        "true" => true,
        "false" => false,
        _ => throw new FormatException($"{name} takes true or false; found '{value}'."),
    };

    private static (int, int) ShapeOf(string value)
    {
        var sides = value.Split('x');
        return sides.Length == 2 && Side(sides[0]) is { } height && Side(sides[1]) is { } width ? (height, width)
            : throw new FormatException($"shape takes HEIGHTxWIDTH, like 28x28; found '{value}'.");
    }

    private static int? Side(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is >= 1 and <= 65_536
            ? side : null;

    private static (double, double) RangeOf(string value)
    {
        var ends = value.Split(',', StringSplitOptions.TrimEntries);
        return ends.Length == 2 && Number(ends[0]) is { } black && Number(ends[1]) is { } white && black != white
            ? (black, white)
            : throw new FormatException($"range takes the values of black and of white, like -1,1; found '{value}'.");
    }

    private static string Filled(string name, string value) =>
        value.Trim().Length > 0 ? value : throw new FormatException($"{name} takes a name; found nothing.");

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : null;
}
