using System.Text.Json;

namespace VaeSweep.Results;

/// <summary>Whether a succeeded trial was trained for as long as its configuration asks: the one rule for tables, figures,
/// rankings and exports.</summary>
/// <remarks>
/// A trial with fewer epochs than its configuration has ended early, and what it scored is not what the others scored. Where
/// training ends by `train.early_stopping`, fewer epochs are what was asked for: such trials are whole, unless an alarm could
/// have ended them as well, since the configuration cannot tell which of the two it was.
/// </remarks>
public static class Completeness
{
    private static readonly string[] _alarmModes = ["train.alarms.collapse", "train.alarms.overload"];

    /// <param name="config">Canonical configuration.</param>
    /// <param name="epochs">That the trial has had.</param>
    public static bool EndedEarly(string config, long epochs)
    {
        var index = new ConfigIndex();
        return EndedEarly(index, index.Add(config), epochs);
    }

    /// <param name="codes">A configuration of the index.</param>
    internal static bool EndedEarly(ConfigIndex index, IReadOnlyList<int> codes, double epochs) =>
        WholeEpochs(index, codes) is { } whole && epochs < whole;

    /// <returns>Null where fewer epochs are as good as all, and where the configuration does not say.</returns>
    private static long? WholeEpochs(ConfigIndex index, IReadOnlyList<int> codes)
    {
        SettingValue? At(string path) => index.ColumnOf(path) is { } column && column < codes.Count
            ? index.Value(column, codes[column]) : null;
        if (At("train.epochs") is not { } first || double.IsNaN(first.Number))
            return null;

        var byItself = At("train.early_stopping") is { Number: > 0 } && !_alarmModes.Any(path => At(path)?.Text == "stop");
        return byItself ? null : (long)first.Number
            + (At("train.phases") is { Json: not "[]" } phases ? EpochsOf(phases.Json) : 0);
    }

    private static long EpochsOf(string phases)
    {
        using var list = JsonDocument.Parse(phases);
        return list.RootElement.ValueKind != JsonValueKind.Array ? 0L : list.RootElement.EnumerateArray()
            .Sum(phase => phase.TryGetProperty("train.epochs", out var epochs) && epochs.TryGetInt64(out var count) ? count : 0L);
    }
}
