using System.Globalization;

namespace VaeSweep.Sweeps;

/// <summary>A parameter that a random search draws from an interval.</summary>
internal sealed record Distribution(bool Log, double From, double To, bool Whole)
{
    /// <summary>The value at a place of the interval.</summary>
    public ConfigValue ValueOf(double place) => Whole
        ? ConfigValue.Of((long)place)
        // Six digits: a person can read and type them, and no experiment tells more apart.
        : ConfigValue.Of(Math.Clamp(
            double.Parse(place.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), From, To));
}
