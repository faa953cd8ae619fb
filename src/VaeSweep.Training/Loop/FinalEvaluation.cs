using VaeSweep.Models.Evaluation;
using VaeSweep.Sweeps;
using VaeSweep.Training.Data;

namespace VaeSweep.Training;

/// <summary>Measures finished models, writes them out and ends their trials.</summary>
internal sealed class FinalEvaluation(
    TrainingServices services, PackState state, IReadOnlyList<Lane> lanes, Dataset dataset, EpochImages epochImages, IJobContext context, Action whileTraining)
{
    private readonly HashSet<Lane> _open = [.. lanes];
    private readonly Dictionary<SplitKind, IReadOnlyList<SplitBounds>> _bounds = [];
    private readonly Dictionary<(SplitKind Split, int Samples), double[][]> _likelihoods = [];

    public void Run()
    {
        RenewStatistics();
        var results = lanes.ToDictionary(lane => lane, _ => new List<Evaluation>());
        foreach (var metric in lanes[0].Plan.Metrics)
        {
            var images = metric.Kind == MetricKind.ActiveUnitsIwaeCode ? FirstTrainingImages() : Images(metric.Split);
            if (Measure(metric, images) is not { } values)
            {
                return;
            }

            for (var m = 0; m < lanes.Count; m++)
            {
                results[lanes[m]].Add(new(metric.Name, values[m], Math.Max(1, metric.Samples), images.Count) { File = FileOf(lanes[m], metric) });
            }
        }

        services.Checkpoints.Drain();
        var finished = lanes.Where(_open.Contains).ToArray();
        foreach (var (lane, model) in finished.Zip(state.ExportModels(finished)))
        {
            Finish(lane, model, results[lane]);
        }
    }

    private void RenewStatistics()
    {
        if (!StatisticsPass.IsWanted(lanes[0].Config.Model))
        {
            return;
        }

        using var images = new ImageBatches(Images(SplitKind.Train), lanes.Count, services.Device);
        StatisticsPass.Run(state.Model, images, [.. lanes.Select(lane => lane.Config)]);
    }

    private double[]? Measure(MetricRequest metric, ImageRows rows)
    {
        switch (metric.Kind)
        {
            case MetricKind.Seconds:
                return [.. lanes.Select(lane => lane.Progress.Seconds)];
            case MetricKind.Epochs:
                return [.. lanes.Select(lane => (double)lane.Progress.Epochs)];
            case MetricKind.BestEpoch:
                return [.. lanes.Select(lane => lane.Progress.BestEpoch > 0 ? lane.Progress.BestEpoch : double.NaN)];
            case MetricKind.Nll or MetricKind.Bound or MetricKind.BitsPerDimension:
                var unit = metric.Kind switch
                {
                    MetricKind.Nll => -1,
                    MetricKind.BitsPerDimension => -1 / (dataset.Dimensions * Math.Log(2)),
                    _ => 1,
                };
                return Likelihoods(metric) is { } likelihoods ? Array.ConvertAll(likelihoods, ofImages => unit * ofImages.Average()) : null;

            case MetricKind.Information or MetricKind.ActiveUnitsIwaeCode:
                using (var images = new ImageBatches(rows, lanes.Count, services.Device))
                {
                    return metric.Kind == MetricKind.Information
                        ? CodeMeter.Information(state.Model, images, Streams(metric.Split, 0), Abandoned)
                        : CodeMeter.Active(state.Model, images, ActiveUnits.BurdaCode, Streams(metric.Split, 0), Abandoned);
                }

            default:
                return Bounds(metric.Split) is { } bounds ? [.. bounds.Select(of => Value(metric.Kind, of))] : null;
        }
    }

    private double[][]? Likelihoods(MetricRequest metric)
    {
        var key = (metric.Split, metric.Samples);
        if (!_likelihoods.TryGetValue(key, out var found))
        {
            using var images = new ImageBatches(Images(metric.Split), lanes.Count, services.Device);
            found = BoundMeter.LogLikelihoods(state.Model, images, metric.Samples, Streams(metric.Split, metric.Samples), Abandoned);
            if (found is null)
            {
                return null;
            }

            _likelihoods.Add(key, found);
        }

        return found;
    }

    private IReadOnlyList<SplitBounds>? Bounds(SplitKind split)
    {
        if (!_bounds.TryGetValue(split, out var bounds))
        {
            using var images = new ImageBatches(Images(split), lanes.Count, services.Device);
            bounds = BoundMeter.Bounds(state.Model, images, Streams(split, 0), epoch: 0, units: split == SplitKind.Test, Abandoned);
            if (bounds is null)
            {
                return null;
            }

            _bounds.Add(split, bounds);
        }

        return bounds;
    }

    private static double Value(MetricKind kind, SplitBounds bounds) => kind switch
    {
        MetricKind.Elbo => bounds.Elbo,
        MetricKind.Recon => bounds.Recon,
        MetricKind.Kl => bounds.Kl,
        MetricKind.Distortion => -bounds.Recon,
        MetricKind.ActiveUnits => EpochReports.Count(bounds, EpochReports.Active),
        MetricKind.ActiveUnits01 => EpochReports.Count(bounds, EpochReports.Active01),
        _ => throw new InvalidOperationException($"{kind} is no bound."),
    };

    private NoiseStream[] Streams(SplitKind split, int samples) => [.. lanes.Select(lane => TrialStreams.OfFinal(lane.Config.Seed, split, samples))];

    /// <summary>Where a metric's values of single images are kept; null where it has none.</summary>
    private static string? FileOf(Lane lane, MetricRequest metric) => metric.Kind is MetricKind.Nll or MetricKind.Bound or MetricKind.BitsPerDimension
        ? FileOf(lane, metric.Split, metric.Samples)
        : null;

    private static string FileOf(Lane lane, SplitKind split, int samples) =>
        Path.Combine(lane.Trial.ArtifactsFolder, $"log-likelihoods-{split.ToString().ToLowerInvariant()}-s{samples}.npy");

    // Training images are measured as the last epoch saw them.
    private ImageRows Images(SplitKind split) => split switch
    {
        SplitKind.Train => epochImages.Images(lanes[0].Progress.Epochs),
        SplitKind.Valid => dataset.Valid!.Images,
        _ => dataset.Test.Images,
    };

    /// <summary>Those that the IWAE's code counts active units from, binarised as no epoch saw them.</summary>
    private ImageRows FirstTrainingImages() => epochImages.Images(lanes[0].Progress.Epochs + 1)
        .First(Math.Min(ActiveUnits.BurdaCode.FirstImages ?? dataset.Train.Count, dataset.Train.Count));

    /// <summary>Ends lanes that were asked to stop; their last checkpoint is complete, so that a resumed trial repeats the measurement alone.</summary>
    /// <returns>True when no lane is left.</returns>
    private bool Abandoned()
    {
        whileTraining();
        foreach (var lane in _open.Where(lane => context.StopRequested(lane.Key)).ToArray())
        {
            services.Checkpoints.Drain();
            lane.End(context, new TrialStopped(lane.Key));
            _open.Remove(lane);
        }

        return _open.Count == 0;
    }

    private void Finish(Lane lane, IReadOnlyList<HostTensor> model, IReadOnlyList<Evaluation> evaluations)
    {
        var path = Path.Combine(lane.Trial.ArtifactsFolder, "model.safetensors");
        try
        {
            foreach (var ((split, samples), ofLanes) in _likelihoods)
            {
                ValueFile.Save(FileOf(lane, split, samples), ofLanes[lanes.Index().First(entry => ReferenceEquals(entry.Item, lane)).Index]);
            }

            SafetensorsFile.Save(path, model, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["format"] = "vaesweep",
                ["trial"] = lane.Trial.TrialId,
                ["epochs"] = lane.Progress.Epochs.ToString(),
                [ModelFile.ConfigKey] = lane.Trial.ConfigJson,
                ["provenance"] = services.Provenance,
            });
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            lane.End(context, new TrialFailed(lane.Key, FailureClass.Disk, $"the model or its measurements could not be written to {path}: {unwritten.Message}"));
            return;
        }

        lane.End(context, new TrialFinished(lane.Key, evaluations, path)
        {
            EndedEarly = EndedEarly(lane), Epochs = lane.Progress.StoppedEarly ? lane.Progress.Epochs : null,
        });
    }

    private static string? EndedEarly(Lane lane) => !lane.Progress.StoppedEarly
        ? null
        : $"stopped early after epoch {lane.Progress.Epochs} of {lane.Epochs}: {lane.Progress.StopReason}";
}
