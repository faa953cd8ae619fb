using VaeSweep.Sweeps;
using VaeSweep.Training.Data;
using VaeSweep.Training.Metrics;

namespace VaeSweep.Training;

/// <summary>Measures finished models, writes them out and ends their trials.</summary>
internal sealed class FinalEvaluation(
    TrainingServices services, PackState state, IReadOnlyList<Lane> lanes, Dataset dataset, EpochImages epochImages,
    IJobContext context, Action whileTraining)
{
    private readonly HashSet<Lane> _open = [.. lanes];

    public void Run()
    {
        var pack = new FinishedPack(state.Model, lanes, dataset, epochImages, services.Device, Abandoned);
        RenewStatistics(pack);
        var results = lanes.ToDictionary(lane => lane, _ => new List<Evaluation>());
        foreach (var metric in lanes[0].Plan.Metrics)
        {
            if (metric.Formula.Of(pack, metric) is not { } values)
                return;

            var images = metric.Formula.Images(pack, metric.Split).Count;
            for (var m = 0; m < lanes.Count; m++)
            {
                var file = metric.Formula.Likelihood ? FileOf(lanes[m], metric.Split, metric.Samples) : null;
                results[lanes[m]].Add(new(metric.Name, values[m], Math.Max(1, metric.Samples), images) { File = file });
            }
        }

        services.Checkpoints.Drain();
        var finished = lanes.Where(_open.Contains).ToArray();
        foreach (var (lane, model) in finished.Zip(state.ExportModels(finished)))
            Finish(lane, model, results[lane], pack);
    }

    private void RenewStatistics(FinishedPack pack)
    {
        if (!StatisticsPass.IsWanted(lanes[0].Config.Model))
            return;

        using var images = pack.Batches(pack.Images(SplitKind.Train));
        StatisticsPass.Run(state.Model, images, [.. lanes.Select(lane => lane.Config)]);
    }

    /// <summary>Where the log-likelihoods of single images are kept.</summary>
    private static string FileOf(Lane lane, SplitKind split, int samples) =>
        Path.Combine(lane.Trial.ArtifactsFolder, $"log-likelihoods-{split.ToString().ToLowerInvariant()}-s{samples}.npy");

    /// <summary>Ends lanes that were asked to stop; their last checkpoint is complete, so that a resumed trial repeats the
    /// measurement alone.</summary>
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

    private void Finish(Lane lane, IReadOnlyList<HostTensor> model, IReadOnlyList<Evaluation> evaluations, FinishedPack pack)
    {
        if (evaluations.FirstOrDefault(one =>
            !double.IsFinite(one.Value) && MetricList.Find(one.Metric) is { IsLikelihood: true }) is { } lost)
        {
            // The last step's bound was a number, and what it left of the model is none.
            lane.End(
                context, new TrialFailed(lane.Key, FailureClass.Nan,
                    $"{lost.Metric} of the trained model is {Word(lost.Value)}, after epoch {lane.Progress.Epochs}"));
            return;
        }

        var path = Path.Combine(lane.Trial.ArtifactsFolder, "model.safetensors");
        try
        {
            foreach (var ((split, samples), ofLanes) in pack.MeasuredLikelihoods)
            {
                ValueFile.Save(FileOf(lane, split, samples),
                    ofLanes[lanes.Index().First(entry => ReferenceEquals(entry.Item, lane)).Index]);
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
            lane.End(
                context, new TrialFailed(lane.Key, FailureClass.Disk,
                    $"the model or its measurements could not be written to {path}: {unwritten.Message}"));
            return;
        }

        lane.End(context, new TrialFinished(lane.Key, evaluations, path)
        {
            EndedEarly = EndedEarly(lane), Epochs = lane.StoppedEarly ? lane.Progress.Epochs : null,
        });
    }

    private static string Word(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "infinite" : "minus infinity";

    private static string? EndedEarly(Lane lane) => !lane.StoppedEarly
        ? null
        : $"stopped early after epoch {lane.Progress.Epochs} of {lane.Epochs}: {lane.Progress.StopReason}";
}
