using System.Globalization;

namespace VaeSweep.Sweeps.Search;

/// <summary>Makes a copy's settings out of those that it is copied from: each is drawn anew, or made a little larger or
/// smaller.</summary>
internal sealed class Explorer
{
    private readonly BlockSpace _space;
    private readonly SweepBlock _block;
    private readonly ExploreSettings _settings;
    private readonly long _seed;

    public Explorer(SweepBlock block, ExploreSettings settings, long seed) =>
        (_space, _block, _settings, _seed) = (new BlockSpace(block), block, settings, seed);

    /// <summary>The configuration of a copy: as the other up to an epoch, then with other settings.</summary>
    /// <param name="config">The configuration that is copied.</param>
    /// <param name="number">Of the copy; each has its own chance.</param>
    /// <param name="attempt">How often it was asked for before, because its like is there already.</param>
    /// <returns>Also what is other, in words: "lr 0.001 to 0.0012"; empty where nothing is.</returns>
    public (TrialConfig Config, string Changes) Copy(TrialConfig config, int epoch, long number, int attempt)
    {
        var phases = TrialPhases.Of(config);
        var now = TrialConfigJson.Values(phases[^1].Config);
        var next = (ConfigValue[])now.Clone();
        var changed = new List<string>();
        foreach (var (place, other) in Explored(now, number, attempt))
        {
            foreach (var (path, value) in _block.Axes[place].Paths.Zip(_space.ValuesAt(place, other)))
            {
                if (next[path.Index].Equals(value))
                    continue;
                changed.Add($"{path.Name[(path.Name.LastIndexOf('.') + 1)..]} {next[path.Index]} to {value}");
                next[path.Index] = value;
            }
        }

        var first = TrialConfigJson.Values(phases[0].Config);
        var left = phases[^1].LastEpoch - epoch;
        List<TrainPhase> kept =
        [
            .. phases.Skip(1).Where(phase => phase.FirstEpoch <= epoch).Select(phase =>
                Phase(Math.Min(phase.LastEpoch, epoch) - phase.FirstEpoch + 1, TrialConfigJson.Values(phase.Config), first)),
            Phase(left, next, first),
        ];
        return (
            config with { Train = config.Train with { Epochs = Math.Min(phases[0].LastEpoch, epoch), Phases = kept } },
            string.Join(", ", changed));
    }

    private TrainPhase Phase(int epochs, ConfigValue[] values, ConfigValue[] first) => new(
        epochs,
        [
            .. _block.Axes.SelectMany(axis => axis.Paths).Where(path => !values[path.Index].Equals(first[path.Index]))
                .Select(path => KeyValuePair.Create(path.Name, values[path.Index]))
                .OrderBy(one => one.Key, StringComparer.Ordinal),
        ]);

    /// <summary>New places of the dimensions that have a meaning.</summary>
    private List<(int Dimension, double Place)> Explored(ConfigValue[] now, long number, int attempt)
    {
        var chance = Chance.Of(_seed ^ 0x7062745f, number, attempt);
        var explored = new List<(int, double)>();
        for (var i = 0; i < _space.Dimensions.Count; i++)
        {
            // Each takes its numbers, whether it has a meaning or not.
            var (resample, drawn, up) = (chance.Unit() < _settings.Resample, chance.Unit(), chance.Unit() < 0.5);
            if (_space.PlaceOf(i, now) is not { } place)
                continue;
            var dimension = _space.Dimensions[i];
            var isList = _block.Axes[i].Distribution is null;
            explored.Add((i, resample || (dimension.Choice && dimension.Values > 2) ? dimension.At(drawn)
                : isList ? Math.Clamp(place + (up ? 1 : -1), dimension.Low, dimension.High)
                : Scaled(dimension, place, up ? _settings.Up : _settings.Down)));
        }

        return explored;
    }

    // A whole number moves by one at least.
    private static double Scaled(Dimension dimension, double value, double factor)
    {
        var scaled = value * factor;
        if (dimension.Whole)
            scaled = factor > 1 ? Math.Max(Math.Round(scaled), value + 1) : Math.Min(Math.Round(scaled), value - 1);
        else
            scaled = double.Parse(scaled.ToString("g6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return Math.Clamp(scaled, dimension.Low, dimension.High);
    }
}

/// <summary>How a copy's settings differ.</summary>
/// <param name="Resample">The share that is drawn anew.</param>
/// <param name="Up">What the others are multiplied by, half of the time.</param>
/// <param name="Down">What they are multiplied by otherwise.</param>
public sealed record ExploreSettings(double Resample, double Up, double Down);
