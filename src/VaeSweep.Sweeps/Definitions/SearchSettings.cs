namespace VaeSweep.Sweeps;

/// <summary>What a search looks at: `search` of a sweep file.</summary>
/// <param name="Metric">Reported with every epoch; a point's value is the mean of its seeds' last ones.</param>
/// <param name="Startup">Points before what was found counts.</param>
public sealed record SearchSettings(string Metric, int Startup)
{
    public static SearchSettings Usual { get; } = new("valid_elbo", 4);
}
