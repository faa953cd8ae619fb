using System.Globalization;

namespace VaeSweep.Sweeps;

/// <summary>A parameter that a random search draws from an interval.</summary>
internal sealed record Distribution(bool Log, double From, double To, bool Whole)
{
    /// <param name="unit">Uniform in [0, 1).</param>
    public ConfigValue Draw(double unit)
    {
        if (Whole)
        {
            // Each whole number owns the interval up to the next one.
            var value = Log ? From * Math.Pow((To + 1) / From, unit) : From + (unit * (To + 1 - From));
            return ConfigValue.Of((long)Math.Clamp(Math.Floor(value), From, To));
        }

        var drawn = Log ? From * Math.Pow(To / From, unit) : From + (unit * (To - From));

        // Six digits: a person can read and type them, and no experiment tells more apart.
        return ConfigValue.Of(
            Math.Clamp(double.Parse(drawn.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), From, To));
    }
}
