namespace VaeSweep.Sweeps;

/// <summary>A phase of training that follows the one before with other settings, on the same model and the same moments of the
/// optimiser.</summary>
/// <param name="Epochs">How many it adds.</param>
/// <param name="Changes">By configuration path, in ordinal order: what differs from the settings of the first phase.</param>
public sealed record TrainPhase(int Epochs, IReadOnlyList<KeyValuePair<string, ConfigValue>> Changes)
{
    internal const string EpochsPath = "train.epochs";

    internal static TrainPhase Of(ConfigValue value)
    {
        var entries = value.AsMap();
        return new((int)entries.Single(entry => entry.Key == EpochsPath).Value.AsInt(),
            [.. entries.Where(entry => entry.Key != EpochsPath)]);
    }

    internal ConfigValue ToValue() => ConfigValue.Of([.. Changes, new(EpochsPath, ConfigValue.Of((long)Epochs))]);
}
