using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>A measured value and the limit that it has to keep.</summary>
/// <param name="Name">What was measured; without a colon, which ends it where a script reads the line.</param>
/// <param name="Limit">Inclusive.</param>
internal sealed record Gate(string Name, double Value, double Limit, bool AtLeast)
{
    private const double Thousand = 1000;

    public string Name { get; } = Name.Length > 0 && !Name.AsSpan().ContainsAny(":\r\n")
        ? Name
        : throw new ArgumentException($"'{Name}' names no gate: it has to be a line without a colon.", nameof(Name));

    /// <summary>A value that is not a number keeps no limit.</summary>
    public bool Kept => AtLeast ? Value >= Limit : Value <= Limit;

    public static Gate Least(string name, double value, double limit) => new(name, value, limit, AtLeast: true);

    public static Gate Most(string name, double value, double limit) => new(name, value, limit, AtLeast: false);

    /// <summary>`gate NAME: VALUE (at least LIMIT)` or `(at most LIMIT)`. Rounded away from the limit's better side, so that what
    /// is read keeps the limit only where the value does.</summary>
    public override string ToString()
    {
        var shown = (AtLeast ? Math.Floor(Value * Thousand) : Math.Ceiling(Value * Thousand)) / Thousand;
        return string.Create(CultureInfo.InvariantCulture,
            $"gate {Name}: {shown:0.000} (at {(AtLeast ? "least" : "most")} {Limit:0.###})");
    }
}
