using VaeSweep.Sweeps;

namespace VaeSweep.Results;

/// <summary>The trials that agree in every path a table is grouped by.</summary>
/// <param name="By">One value for each path of the table; null where the trials' configuration has no such path.</param>
/// <param name="Values">Over the succeeded trials that have the metric.</param>
/// <param name="States">How many of all trials of the row stand where; states without trials are absent.</param>
/// <param name="WithoutValue">Succeeded trials that lack the metric.</param>
/// <param name="Published">The paper's number for this row; null when there is none.</param>
/// <param name="Best">No other row's mean is better.</param>
public sealed record ComparisonRow(
    IReadOnlyList<SettingValue?> By, Summary Values, IReadOnlyDictionary<TrialState, int> States, int WithoutValue, Reference? Published, bool Best)
{
    public int Trials => States.Values.Sum();

    /// <summary>Ours minus the paper's; NaN when either is missing.</summary>
    public double Difference => Published is null ? double.NaN : Values.Mean - Published.Value;

    /// <summary>"2 running, 1 failed": what keeps the row from being complete; empty when it is.</summary>
    public string Incomplete
    {
        get
        {
            var parts = States.Where(s => s.Key != TrialState.Succeeded && s.Value > 0)
                .OrderBy(s => s.Key).Select(s => $"{s.Value} {s.Key.ToString().ToLowerInvariant()}").ToList();
            if (WithoutValue > 0)
            {
                parts.Add($"{WithoutValue} without a value");
            }

            return string.Join(", ", parts);
        }
    }
}
