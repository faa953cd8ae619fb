namespace VaeSweep.Results.Figures;

/// <summary>What a band over seeds shows.</summary>
public enum Spread
{
    /// <summary>95 % confidence interval of the mean by Student's t.</summary>
    Ci,

    /// <summary>One standard deviation below and above the mean.</summary>
    Sd,

    /// <summary>From the lowest to the highest seed.</summary>
    Range,
}
