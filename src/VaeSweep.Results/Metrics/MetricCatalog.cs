namespace VaeSweep.Results;

/// <summary>Metrics by the names that people type.</summary>
public static class MetricCatalog
{
    /// <summary>Finds a metric of <see cref="MetricList"/> by its name.</summary>
    /// <exception cref="ResultsException">There is none of that name; the message has the nearest one and the whole
    /// list.</exception>
    public static Metric Get(string name) => MetricList.Find(name) ?? throw new ResultsException(MetricList.Unknown(name));
}
