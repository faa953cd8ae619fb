using System.Globalization;

namespace VaeSweep.Results;

/// <summary>One value and how a person reads it.</summary>
/// <param name="Value">For JSON and CSV: null, bool, a number, a string, or <see cref="RawJson"/>.</param>
/// <param name="Text">For people.</param>
/// <param name="Bold">The best of its column.</param>
/// <param name="Tone">Colour where there is colour; says nothing that the text does not.</param>
public readonly record struct Cell(object? Value, string Text, bool Bold = false, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string? value) => new(value, value ?? "");

    public static implicit operator Cell(long value) => new(value, value.ToString(CultureInfo.InvariantCulture));

    public static implicit operator Cell(int value) => new(value, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>A value of a query as it comes from a store.</summary>
    public static Cell Of(object? value) => value switch
    {
        null => new Cell(null, ""),
        double number => new Cell(number, number.ToString("g10", CultureInfo.InvariantCulture)),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        IFormattable formattable => new Cell(value, formattable.ToString(null, CultureInfo.InvariantCulture)),
        _ => new Cell(value, Visible.Line(value.ToString() ?? "")),
    };

    /// <summary>What <see cref="Of"/> has for programs.</summary>
    public static object? ValueOf(object? value) => value is byte[] bytes ? Convert.ToHexStringLower(bytes) : value;
}

/// <summary>What a cell is about, for its colour.</summary>
public enum Tone
{
    Plain,
    Good,
    Bad,
    Busy,
    Faint,
}

/// <summary>A piece of JSON that is written as it is.</summary>
public readonly record struct RawJson(string Text);
