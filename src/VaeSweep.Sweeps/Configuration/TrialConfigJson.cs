using System.Security.Cryptography;
using System.Text.Json;

namespace VaeSweep.Sweeps;

/// <summary>Canonical configurations: one JSON object whose keys are configuration paths in ordinal order, every path that has a
/// meaning with its value. A single stochastic layer is `model.latent`, several are `model.layers`. Equal configurations have
/// equal text.</summary>
public static class TrialConfigJson
{
    /// <summary>Stands in the configuration of a trial that others have trained, with the file that says so: no sweep file can
    /// write it.</summary>
    public const string Imported = "imported";

    /// <summary>A canonical configuration as that of a trial that others have trained.</summary>
    /// <param name="source">The file that says so.</param>
    public static string WithImported(string json, string source)
    {
        using var config = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(config.RootElement.EnumerateObject()
            .Select(one => KeyValuePair.Create(one.Name, one.Value.Clone()))
            .Append(KeyValuePair.Create(Imported, JsonSerializer.SerializeToElement(source)))
            .OrderBy(one => one.Key, StringComparer.Ordinal)
            .ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal));
    }

    /// <summary>Reads a canonical configuration. Paths that are missing have their defaults.</summary>
    /// <exception cref="FormatException">It is not a configuration of this version; the message names every path that is
    /// wrong.</exception>
    public static TrialConfig Parse(string json)
    {
        var faults = new List<string>();
        var values = Read(json, faults);
        return faults.Count == 0 ? Build(values)
            : throw new FormatException("Not a configuration of this version: " + string.Join(" ", faults));
    }

    /// <summary>As <see cref="Parse"/>.</summary>
    /// <returns>Null when it is not a configuration of this version.</returns>
    public static TrialConfig? TryParse(string json) => TryRead(json) is { } values ? Build(values) : null;

    /// <summary>The values of a canonical configuration, one for each path of the schema.</summary>
    /// <returns>Null when it is not a configuration of this version.</returns>
    internal static ConfigValue[]? TryRead(string json)
    {
        var faults = new List<string>();
        try
        {
            var values = Read(json, faults);
            return faults.Count == 0 ? values : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static ConfigValue[] Read(string json, List<string> faults)
    {
        var values = ConfigSchema.Paths.Select(path => path.Default).ToArray();
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Name == Imported)
                    continue;
                if (ConfigSchema.Find(property.Name) is not { } path)
                {
                    faults.Add($"this version has no path '{property.Name}'.");
                    continue;
                }

                var value = path.Read(SourceNode.FromJson(property.Value), (_, message) => faults.Add(message));
                if (value is not null)
                {
                    (var index, var whole) = Whole(path, value);
                    values[index] = whole;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"Not a trial's configuration: {e.Message}", e);
        }

        return values;
    }

    /// <summary>The canonical text of a configuration.</summary>
    public static string Write(TrialConfig config) => Fill(config).ConfigJson();

    /// <summary>A configuration as a trial, without a sweep.</summary>
    public static Trial ToTrial(TrialConfig config, long index = 0)
    {
        var writer = Fill(config);
        Span<byte> fingerprint = stackalloc byte[SHA256.HashSizeInBytes];
        writer.Fingerprint(fingerprint);
        return writer.ToTrial(index, fingerprint, config.Seed, TrialPhases.Epochs(config.Train));
    }

    /// <summary>What `model.latent: 20` stands for: `model.layers: [20]`.</summary>
    internal static (int Index, ConfigValue Value) Whole(ConfigPath path, ConfigValue value) =>
        path.ShortFor is { } target ? (ConfigSchema.At(target).Index, ConfigValue.Of([value])) : (path.Index, value);

    internal static ConfigValue[] Values(TrialConfig config) => ConfigSchema.Paths.Select(path => path.Get(config)).ToArray();

    internal static TrialConfig Build(ConfigValue[] values)
    {
        ConfigValue At(string path) => values[ConfigSchema.At(path).Index];
        var layers = At("model.layers").AsInts();
        IReadOnlyList<IReadOnlyList<int>> hidden = At("model.hidden").AsList().Select(list => list.AsInts()).ToArray();
        var betas = At("train.optimizer.adam.betas").AsList();
        return new TrialConfig
        {
            Dataset = new DatasetConfig
            {
                Name = At("dataset.name").AsText(),
                Own = OwnDataset.Read(At("dataset.name").AsText(), At("dataset.own")),
                Binarization = At("dataset.binarization").AsText(),
                Dequantise = At("dataset.dequantise").AsBool(),
                Seed = At("dataset.seed").AsInt(),
                Classes = At("dataset.classes").AsInts(),
                Train = At("dataset.train").AsCount(),
                Valid = At("dataset.valid").AsCount(),
                Test = At("dataset.test").AsCount(),
            },
            Model = new ModelConfig
            {
                Family = At("model.family").AsText(),
                Layers = layers,
                Hidden = hidden.Count == 1 ? Enumerable.Repeat(hidden[0], layers.Count).ToArray() : hidden,
                Activation = At("model.activation").AsText(),
                Decoder = At("model.decoder").AsText(),
                OpenBins = At("model.open_bins").AsBool(),
                OutputBias = At("model.output_bias").AsText(),
                LeakySlope = At("model.leaky_slope").AsNumber(),
                BatchNorm = At("model.batch_norm").AsBool(),
                BatchNormHeads = At("model.batch_norm_heads").AsBool(),
                BatchNormStatistics = At("model.batch_norm_statistics").AsText(),
                Prior = At("model.prior").AsText(),
                PseudoInputs = (int)At("model.pseudo_inputs").AsInt(),
                PseudoInit = At("model.pseudo_init").AsText(),
                Posterior = At("model.posterior").AsText(),
                PosteriorSd = At("model.posterior_sd").AsNumber(),
                Flows = (int)At("model.flows").AsInt(),
                AmortisedFlows = At("model.amortised_flows").AsBool(),
                FlowHidden = (int)At("model.flow_hidden").AsInt(),
                Init = At("model.init").AsText(),
                EncoderHead = At("model.encoder_head").AsText(),
                VarianceFloor = At("model.variance_floor").AsNumber(),
                ShareTopDown = At("model.share_top_down").AsBool(),
                MeanOnlyUp = At("model.mean_only_up").AsBool(),
            },
            Objective = new ObjectiveConfig
            {
                Bound = At("objective.bound").AsText(),
                K = (int)At("objective.k").AsInt(),
                McSamples = (int)At("objective.mc_samples").AsInt(),
                Beta = At("objective.beta").AsNumber(),
                FreeBits = At("objective.free_bits").AsNumber(),
                KlForm = At("objective.kl_form").AsText(),
                FreeBitsForm = At("objective.free_bits_form").AsText(),
                WarmupEpochs = (int)At("objective.warmup_epochs").AsInt(),
                Warmup = At("objective.warmup").AsText(),
                WarmupCycles = (int)At("objective.warmup_cycles").AsInt(),
                WarmupRatio = At("objective.warmup_ratio").AsNumber(),
            },
            Train = new TrainConfig
            {
                Epochs = (int)At("train.epochs").AsInt(),
                BatchSize = (int)At("train.batch_size").AsInt(),
                Optimizer = At("train.optimizer.name").AsText(),
                Adam = new AdamConfig
                {
                    Lr = At("train.optimizer.adam.lr").AsNumber(),
                    Beta1 = betas[0].AsNumber(),
                    Beta2 = betas[1].AsNumber(),
                    Eps = At("train.optimizer.adam.eps").AsNumber(),
                    EpsForm = At("train.optimizer.adam.eps_form").AsText(),
                    SecondMomentStart = At("train.optimizer.adam.second_moment_start").AsNumber(),
                },
                Schedule = At("train.schedule").AsText(),
                ScheduleFactor = At("train.schedule_factor").AsNumber(),
                ScheduleEvery = (int)At("train.schedule_every").AsInt(),
                Clip = At("train.clip").AsNumber(),
                ClipEntries = At("train.clip_entries").AsNumber(),
                EarlyStopping = (int)At("train.early_stopping").AsInt(),
                Phases = At("train.phases").AsList().Select(TrainPhase.Of).ToArray(),
                Alarms = new AlarmConfig
                {
                    Collapse = At("train.alarms.collapse").AsText(),
                    CollapseKl = At("train.alarms.collapse_kl").AsNumber(),
                    Overload = At("train.alarms.overload").AsText(),
                    OverloadKl = At("train.alarms.overload_kl").AsNumber(),
                    Epochs = (int)At("train.alarms.epochs").AsInt(),
                },
                CheckpointSeconds = At("train.checkpoint_seconds").AsNumber(),
                CheckpointEpochs = (int)At("train.checkpoint_epochs").AsInt(),
            },
            Evaluate = new EvaluateConfig
            {
                Metrics = At("evaluate.metrics").AsList().Select(metric => metric.AsText()).ToArray(),
                ImportanceSamples = (int)At("evaluate.importance_samples").AsInt(),
                Every = (int)At("evaluate.every").AsInt(),
            },
            Seed = At("seed").AsInt(),
        };
    }

    private static TrialWriter Fill(TrialConfig config)
    {
        var values = Values(config);
        var writer = new TrialWriter();
        foreach (var path in ConfigSchema.Paths)
        {
            if (ConfigSchema.IsApplicable(path, values))
                writer.Add(ConfigFragment.Of(path, values[path.Index]));
        }

        return writer;
    }
}
