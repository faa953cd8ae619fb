using System.Globalization;

namespace VaeSweep.Results.Figures;

/// <summary>Colours that people who see colours differently tell apart, too.</summary>
/// <remarks>Categories: Okabe and Ito 2008, Tol 2021 for more of them. Ordered values: viridis (van der Walt and Smith 2015),
/// through sixteen of its points.</remarks>
public static class Palette
{
    public const string Ink = "#222222";

    /// <summary>Okabe and Ito's eight without the yellow, which is lost on white, darkest contrasts first.</summary>
    private static readonly string[] _categories = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    /// <summary>Tol's muted ten, for eight to ten categories, the ten digits above all.</summary>
    private static readonly string[] _ten =
        ["#332288", "#88CCEE", "#117733", "#DDCC77", "#CC6677", "#44AA99", "#882255", "#999933", "#AA4499", "#000000"];

    /// <summary>Two more, for eleven and twelve: of Okabe and Ito, where Tol's have the widest gaps.</summary>
    private static readonly string[] _twelve = [.. _ten, "#E69F00", "#0072B2"];

    private static readonly (int R, int G, int B)[] _viridis =
    [
        (68, 1, 84), (72, 26, 108), (71, 47, 125), (65, 68, 135), (57, 86, 140), (49, 104, 142), (42, 120, 142), (35, 136, 142),
        (31, 152, 139), (34, 168, 132), (53, 183, 121), (84, 197, 104), (122, 209, 81), (165, 219, 54), (210, 226, 27),
        (253, 231, 37),
    ];

    /// <summary>For the i-th of some things without an order; repeats after the seventh.</summary>
    public static string Category(int index) => _categories[index % _categories.Length];

    /// <summary>For one of <paramref name="count"/> things: a colour of its own when they are few, a step of viridis otherwise or
    /// when they are in order.</summary>
    public static string Of(int index, int count, bool ordered) =>
        !ordered && count > _categories.Length && count <= _twelve.Length ? _twelve[index]
        : (ordered && count > 2) || count > _categories.Length
        ? At(count == 1 ? 0 : 0.92 * index / (count - 1)) : Category(index);

    /// <param name="t">0 to 1.</param>
    /// <returns>Viridis there.</returns>
    public static string At(double t)
    {
        var (r, g, b) = Rgb(t);
        return string.Create(CultureInfo.InvariantCulture, $"#{r:x2}{g:x2}{b:x2}");
    }

    /// <inheritdoc cref="At"/>
    public static (byte R, byte G, byte B) Rgb(double t)
    {
        var place = Math.Clamp(t, 0, 1) * (_viridis.Length - 1);
        var i = Math.Min((int)place, _viridis.Length - 2);
        var (a, b) = (_viridis[i], _viridis[i + 1]);
        return (Mix(a.R, b.R), Mix(a.G, b.G), Mix(a.B, b.B));

        byte Mix(int from, int to) => (byte)Math.Round(from + ((place - i) * (to - from)));
    }
}
