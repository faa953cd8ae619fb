using VaeSweep.Sweeps;

namespace VaeSweep.Training;

/// <summary>Reads the tensors of a trial's model from either of the two files that hold them.</summary>
internal static class ModelFile
{
    /// <summary>Where a finished model keeps its trial's configuration.</summary>
    public const string ConfigKey = "config";

    /// <exception cref="CheckpointException">The file cannot be read or belongs to another configuration.</exception>
    public static (IReadOnlyList<HostTensor> Tensors, TrialConfig Config) Read(string path, TrialConfig? config)
    {
        if (Path.GetExtension(path) == CheckpointFile.Extension)
        {
            var known = config ?? throw new CheckpointException(
                $"checkpoint {path} does not hold its configuration; give the trial's.");
            return (CheckpointFile.Load(path, TrialConfigJson.ToTrial(known).Fingerprint).Tensors, known);
        }

        try
        {
            var (tensors, metadata) = SafetensorsFile.Load(path);
            var own = metadata.TryGetValue(ConfigKey, out var json)
                ? TrialConfigJson.Parse(json)
                : throw new CheckpointException($"{path} was not written by this program: it names no configuration.");
            if (config is not null && TrialConfigJson.ToTrial(config).Fingerprint != TrialConfigJson.ToTrial(own).Fingerprint)
                throw new CheckpointException($"{path} holds the model of another configuration than the one given.");

            return (tensors, own);
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or FormatException or UnauthorizedAccessException
            || (unreadable is IOException && unreadable is not CheckpointException))
        {
            throw new CheckpointException($"the model {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}
