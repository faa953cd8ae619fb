using VaeSweep.Sweeps;
using VaeSweep.Training.Metrics;

namespace VaeSweep.Training;

/// <summary>One job: reads its trials, puts those together that can be trained as one, and trains the groups one after the
/// other.</summary>
internal sealed class JobRun(TrainingServices services, DatasetCache datasets, TrainerJob job, IJobContext context)
{
    private readonly List<Lane> _waiting = [];

    public void Run()
    {
        _waiting.AddRange(job.Trials.Select(Prepare).OfType<Lane>());
        // Trials resumed at different steps cannot share a program: each has its own place in its epoch.
        foreach (var group in _waiting.GroupBy(lane => (lane.PackKey, lane.Position, lane.IsTrained))
            .Select(group => group.ToArray()).ToArray())
        {
            var lanes = group.Where(_waiting.Remove).ToArray();
            if (lanes.Length > 0)
                Train(lanes);
        }
    }

    private void Train(Lane[] lanes)
    {
        var (dataset, images) = datasets.Get(lanes[0].Config.Dataset, lanes[0].Trial.ArtifactsFolder);
        try
        {
            new PackTrainer(services, lanes, dataset, images, context, StopWaiting).Run();
        }
        catch (CheckpointException misfit)
        {
            // A sound file of the right trial that does not fit the model, as after a change of the program.
            Console.Error.WriteLine($"{misfit.Message} The trials {string.Join(", ", lanes.Select(lane => lane.Trial.TrialId))} "
                + "start anew.");
            foreach (var lane in lanes)
                (lane.From, lane.Best, lane.Progress, lane.Saved) = (null, null, new(), default);

            new PackTrainer(services, lanes, dataset, images, context, StopWaiting).Run();
        }
        catch (Exception failure) when (FailureClasses.Of(failure) == FailureClass.Oom || FailureClasses.IsOfTorch(failure))
        {
            // Memory was too small for this pack, or its shapes do not fit: the groups that wait may fare better.
            Console.Error.WriteLine(FailureClasses.Details(failure));
            services.Checkpoints.Drain();
            var found = FailureClasses.Of(failure);
            var what = $"{(found == FailureClass.Oom ? "out of memory" : "the computation failed")} "
                + $"with {Describe(lanes, dataset)}";
            foreach (var lane in lanes.Where(lane => !lane.Ended))
                lane.End(context, new TrialFailed(lane.Key, found, $"{what}: {FailureClasses.Reason(failure)}"));
        }
    }

    /// <summary>The sizes that memory and shapes depend on.</summary>
    private static string Describe(Lane[] lanes, Data.Dataset dataset)
    {
        var (model, objective, train) = (lanes[0].Config.Model, lanes[0].Phase.Config.Objective, lanes[0].Phase.Config.Train);
        var hidden = string.Join(", ", model.Hidden.Select(units => $"[{string.Join(", ", units)}]"));
        return $"{lanes.Length} trials in one program ({model.Family}, {dataset.Dimensions} pixels, hidden {hidden}, layers "
            + $"[{string.Join(", ", model.Layers)}], "
            + $"batch size {train.BatchSize}, {objective.K * objective.McSamples} samples)";
    }

    /// <summary>Null when the trial cannot be run; it has been told so.</summary>
    private Lane? Prepare(TrainerTrial trial)
    {
        try
        {
            var config = TrialConfigJson.Parse(trial.ConfigJson);
            var identity = TrialConfigJson.ToTrial(config);
            if (TrialPhases.Of(config).SelectMany(phase => ModelRules.Faults(config.Model, phase.Config.Objective)).Distinct()
                .ToArray() is { Length: > 0 } faults)
            {
                throw new FormatException(string.Join(" ", faults));
            }

            RemoveLeftovers(trial.ArtifactsFolder);
            var (dataset, _) = datasets.Get(config.Dataset, trial.ArtifactsFolder);
            if (PriorList.NeedsImages(config.Model) && config.Model.PseudoInputs > dataset.Train.Count)
            {
                // dataset.classes decides how many there are, which nobody can know without the files.
                throw new FormatException(
                    $"model.pseudo_inputs {config.Model.PseudoInputs} is more than the {dataset.Train.Count} training images "
                        + $"that model.prior {config.Model.Prior} takes them from.");
            }

            var plan = EvaluationPlan.Parse(config.Evaluate, hasValid: dataset.Valid is { Count: > 0 });
            var lane = new Lane(trial, config, identity.Fingerprint, identity.PackKey, plan);
            if (trial.ResumeFrom is { } path
                && CheckpointFolder.Find(path, trial.ArtifactsFolder, identity.Fingerprint,
                    why => Console.Error.WriteLine($"trial {trial.TrialId}: {why}"), other => Shared(config, other)) is { } found)
            {
                (lane.From, lane.Best, lane.Progress) = (found, PackState.BestOf(found), found.Progress);
                lane.Saved = lane.Position;
            }

            return lane;
        }
        catch (Exception unusable) when (unusable is FormatException or ArgumentException or IOException
            or UnauthorizedAccessException or Data.DatasetException or Data.DataFormatException)
        {
            context.Emit(new TrialFailed(trial.TrialKey, FailureClass.Error, FailureClasses.Reason(unusable)));
            return null;
        }
    }

    private static int Shared(TrialConfig config, string fingerprint) => TrialPhases.Beginnings(config)
        .FirstOrDefault(one => TrialConfigJson.ToTrial(one.Config).Fingerprint == fingerprint).Epochs;

    // A process that was killed while it wrote leaves a file that nobody will ever rename.
    private static void RemoveLeftovers(string folder)
    {
        foreach (var leftover in Directory.Exists(folder) ? Directory.GetFiles(folder, ".*.tmp") : [])
            File.Delete(leftover);
    }

    /// <summary>Ends lanes that are asked to stop before their turn: nothing has changed since they were given.</summary>
    private void StopWaiting()
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (context.StopRequested(_waiting[i].Key))
            {
                _waiting[i].End(context, new TrialStopped(_waiting[i].Key));
                _waiting.RemoveAt(i);
            }
        }
    }
}
