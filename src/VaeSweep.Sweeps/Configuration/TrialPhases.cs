namespace VaeSweep.Sweeps;

/// <summary>One phase of a trial, with its whole configuration.</summary>
/// <param name="FirstEpoch">Of the trial, from 1.</param>
/// <param name="LastEpoch">Of the trial.</param>
/// <param name="Config">The trial's, with this phase's changes; its epochs are this phase's, and it has no further
/// phases.</param>
public sealed record TrialPhase(int FirstEpoch, int LastEpoch, TrialConfig Config);

/// <summary>The phases of a trial, one after the other.</summary>
public static class TrialPhases
{
    /// <summary>At least one phase; the first is the configuration's own settings.</summary>
    public static IReadOnlyList<TrialPhase> Of(TrialConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var first = config with { Train = config.Train with { Phases = [] } };
        var phases = new List<TrialPhase> { new(1, config.Train.Epochs, first) };
        foreach (var phase in config.Train.Phases)
        {
            var values = TrialConfigJson.Values(first);
            foreach (var (path, value) in phase.Changes.Append(new(TrainPhase.EpochsPath, ConfigValue.Of((long)phase.Epochs))))
                values[ConfigSchema.At(path).Index] = value;

            var start = phases[^1].LastEpoch;
            phases.Add(new(start + 1, start + phase.Epochs, TrialConfigJson.Build(values)));
        }

        return phases;
    }

    /// <summary>Configurations whose training begins as this one's: those in which one of its phases goes on to the end, and
    /// those with fewer epochs. What they have computed up to there it need not compute again.</summary>
    /// <returns>Each with the epochs that are the same; the longest first.</returns>
    public static IEnumerable<(TrialConfig Config, int Epochs)> Beginnings(TrialConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var (train, all) = (config.Train, Epochs(config.Train));
        for (var count = train.Phases.Count - 1; count >= 0; count--)
        {
            List<TrainPhase> kept = [.. train.Phases.Take(count)];
            var shared = train.Epochs + kept.Sum(phase => phase.Epochs);
            if (count > 0)
                kept[^1] = kept[^1] with { Epochs = kept[^1].Epochs + all - shared };
            yield return (config with { Train = train with { Epochs = count == 0 ? all : train.Epochs, Phases = kept } }, shared);
        }

        for (var epochs = train.Epochs - 1; epochs > 0; epochs--)
        {
            if (WhyAnew(config, epochs) is null)
                yield return (config with { Train = train with { Epochs = epochs } }, epochs);
        }
    }

    /// <summary>Why training with fewer epochs, and otherwise this configuration, is not the beginning of this one's, in words;
    /// null where it is. Schedules and warm-ups count from the first epoch: none depends on how many there will be.</summary>
    /// <param name="epochs">Of the shorter one.</param>
    public static string? WhyAnew(TrialConfig config, int epochs)
    {
        ArgumentNullException.ThrowIfNull(config);
        var every = config.Evaluate.Every;
        return config.Train.Phases.Count > 0 ? "train.phases begin when train.epochs are over"
            : every > 0 && epochs % every != 0
            ? $"evaluate.every {every} does not divide {epochs}: their last epoch was measured, and alarms saw it" : null;
    }

    /// <summary>Epochs of all phases together.</summary>
    public static int Epochs(TrainConfig train)
    {
        ArgumentNullException.ThrowIfNull(train);
        return train.Epochs + train.Phases.Sum(phase => phase.Epochs);
    }

    /// <summary>The same from the values of their two paths.</summary>
    internal static int Epochs(ConfigValue epochs, ConfigValue phases) =>
        (int)(epochs.AsInt() + phases.AsList().Sum(phase => (long)TrainPhase.Of(phase).Epochs));

    /// <summary>Whether a phase may change a path: what is maximised and how, but neither the model nor the data.</summary>
    internal static bool MayChange(ConfigPath path) =>
        path.Name.StartsWith("objective.", StringComparison.Ordinal)
        || path.Name.StartsWith("train.schedule", StringComparison.Ordinal)
        || path.Name is "train.batch_size" or "train.clip" or "train.clip_entries"
            or "train.optimizer.adam.lr" or "train.optimizer.adam.betas" or "train.optimizer.adam.eps"
            or "train.optimizer.adam.eps_form";
}
