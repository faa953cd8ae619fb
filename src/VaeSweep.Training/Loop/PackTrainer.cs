using VaeSweep.Models;
using VaeSweep.Sweeps;
using VaeSweep.Training.Alarms;
using VaeSweep.Training.Data;
using VaeSweep.Training.Schedules;
using VaeSweep.Training.Warmups;

namespace VaeSweep.Training;

/// <summary>Trains lanes of equal shapes that stand at the same step, until each has finished, failed or stopped.</summary>
/// <remarks>A lane that leaves takes its checkpoint along; the others go on in a smaller pack made from theirs. What a trial
/// computes depends on its configuration and seed alone, never on its pack (beyond rounding) or on where it was
/// interrupted.</remarks>
internal sealed class PackTrainer
{
    private readonly TrainingServices _services;
    private readonly Dataset _dataset;
    private readonly EpochImages _epochImages;
    private readonly IJobContext _context;
    private readonly Action _whileTraining;
    private readonly DataHints _hints;
    private List<Lane> _lanes;
    private long _mark;

    /// <param name="whileTraining">Called at every step; answers stop requests for lanes that still wait for their turn.</param>
    public PackTrainer(
        TrainingServices services, IReadOnlyList<Lane> lanes, Dataset dataset, EpochImages epochImages, IJobContext context,
        Action whileTraining)
    {
        (_services, _dataset, _epochImages, _context, _whileTraining) = (services, dataset, epochImages, context, whileTraining);
        _lanes = [.. lanes];
        _hints = Hints.Of(dataset, lanes[0].Config.Model);
    }

    private Device Device => _services.Device;

    public void Run()
    {
        var now = _services.Time.GetTimestamp();
        foreach (var lane in _lanes)
            lane.SavedAt = now;

        RestAtBudget();
        while (_lanes.Count > 0)
        {
            using var state = new PackState(_lanes, _dataset.Dimensions, Device, _hints);
            RunPhase(state);
        }
    }

    /// <summary>Trains to the end of a phase, or until lanes have left: then the pack is made anew from what <see cref="_lanes"/>
    /// has.</summary>
    private void RunPhase(PackState state)
    {
        var last = _lanes[0].Phase.LastEpoch;
        while (!_lanes[0].IsTrained && _lanes[0].Progress.Epochs < last)
        {
            if (!TrainEpoch(state, _lanes[0].Progress.Epochs + 1))
                return;
        }

        Hold(state, _lanes);
        if (_lanes[0].IsTrained)
        {
            Evaluate(state, _lanes);
            _lanes = [];
        }
    }

    /// <summary>Measures lanes that are trained, each with its best model where it has kept one.</summary>
    /// <param name="state">The pack that they were trained in; used again where it has these lanes and their last models are
    /// wanted.</param>
    private void Evaluate(PackState state, IReadOnlyList<Lane> lanes)
    {
        if (lanes.Count == _lanes.Count && lanes.All(lane => lane.Best is null))
        {
            new FinalEvaluation(_services, state, lanes, _dataset, _epochImages, _context, _whileTraining).Run();
            return;
        }

        foreach (var lane in lanes.Where(lane => lane.Best is not null))
            lane.From = PackState.WithModel(lane.From!, lane.Best!);

        using var best = new PackState(lanes, _dataset.Dimensions, Device, _hints);
        new FinalEvaluation(_services, best, lanes, _dataset, _epochImages, _context, WhileEvaluating).Run();

        // The lanes that stay in training wait meanwhile; a stop that is meant for them must not.
        void WhileEvaluating()
        {
            _whileTraining();
            foreach (var lane in _lanes.Except(lanes).Where(lane => _context.StopRequested(lane.Key)).ToArray())
            {
                if (lane.Position != lane.Saved)
                    _services.Checkpoints.Write(lane.Trial, lane.From!, best: false, _context);

                _services.Checkpoints.Drain();
                lane.End(_context, new TrialStopped(lane.Key));
                _lanes.Remove(lane);
            }
        }
    }

    /// <summary>Puts lanes' state where the next pack takes it from.</summary>
    private static void Hold(PackState state, IReadOnlyList<Lane> lanes)
    {
        foreach (var (lane, checkpoint) in lanes.Zip(state.Export(lanes)))
            lane.From = checkpoint;
    }

    private bool TrainEpoch(PackState state, int epoch)
    {
        _mark = _services.Time.GetTimestamp();
        var phase = _lanes[0].Phase;
        var (objective, train) = (phase.Config.Objective, phase.Config.Train);
        var samples = objective.K * objective.McSamples;
        var first = _lanes[0].Progress.Step;
        var batch = Math.Min(train.BatchSize, _dataset.Train.Count);
        var steps = (_dataset.Train.Count + batch - 1) / batch;
        using var batches = new TrainingBatches(
            _epochImages.Images(epoch), [.. _lanes.Select(lane => lane.Config.Seed)], epoch, Device);
        using var history = new StepHistory(_lanes.Count, first, steps - first, Device);
        using var epochScope = NewDisposeScope();
        var beta = torch.tensor(_lanes.Select(lane => (float)WarmupKinds.Beta(lane.Phase.Config.Objective, epoch))
            .ToArray(), device: Device);
        var full = state.Model.NoiseShapes(batch, samples).Select(shape => torch.empty(shape, ScalarType.Float32, Device))
            .ToArray();
        state.Optimizer.SetLearningRates(
            [.. _lanes.Select(lane => ScheduleKinds.Rate(lane.Phase.Config.Train, epoch - phase.FirstEpoch + 1))]);
        NoiseStream[] streams = [.. _lanes.Select(lane => TrialStreams.OfNoise(lane.Config.Seed))];
        state.Model.Training = true;
        for (var step = first; step < steps; step++)
        {
            _whileTraining();
            OwnCollections.Offer();
            var stopping = _lanes.Where(lane => _context.StopRequested(lane.Key)).ToArray();
            if (stopping.Length > 0)
            {
                Leave(state, stopping, Flush(history));
                return false;
            }

            var images = Math.Min(batch, _dataset.Train.Count - (step * batch));
            using (NewDisposeScope())
            {
                var noise = images == batch
                    ? full : [.. full.Select(buffer => buffer.narrow(1, 0, (long)samples * images).contiguous())];
                var place = streams.At(epoch, step);
                foreach (var buffer in noise)
                    buffer.normal_(0, 1, place);

                using var tape = new Tape();
                var terms = state.Model.Step(batches.Batch(step * batch, images), beta, noise);
                tape.Backward(terms.Loss);
                history.Add(terms, state.Optimizer.Step(), images);
            }

            if (DueInTheMiddle() is { Length: > 0 } due)
            {
                var bad = Flush(history);
                if (bad.Any(at => at > 0))
                {
                    Leave(state, [], bad);
                    return false;
                }

                Save(state, due, validElbo: double.NaN);
            }
        }

        var last = Flush(history);
        if (last.Any(at => at > 0))
        {
            Leave(state, [], last);
            return false;
        }

        FinishEpoch(state, epoch);
        if (EndEarly(state))
            return false;
        if (!_lanes.Exists(lane => lane.IsAtBudget))
            return true;

        Hold(state, _lanes);
        RestAtBudget();
        return false;
    }

    private void FinishEpoch(PackState state, int epoch)
    {
        var config = _lanes[0].Config;
        var measured = epoch % Math.Max(1, config.Evaluate.Every) == 0 || epoch == _lanes[0].Epochs
            || _lanes.Exists(lane => lane.Trial.Budget == epoch);
        var valid = (measured || config.Train.EarlyStopping > 0) && _dataset.Valid is { Count: > 0 }
            ? Curve(state, _dataset.Valid, epoch, units: false) : null;
        var test = measured && _dataset.Test.Count > 0 ? Curve(state, _dataset.Test, epoch, units: true) : null;
        AddTime();
        for (var m = 0; m < _lanes.Count; m++)
        {
            var lane = _lanes[m];
            var report = EpochReports.Of(epoch, lane.Phase.Config, lane.Progress, valid?[m], test?[m]);
            var (progress, best) = EarlyStopping.After(lane.Config, lane.Progress, epoch, report.ValidElbo, report.TrainRecon);
            (progress, var events, var stop) =
                AlarmWatch.After(new(lane.Phase.Config, progress, report, state.Model.LatentSizes.Sum()));
            // Said of the last epoch, too: who goes on from here with more epochs stops here.
            progress = progress with { StopReason = progress.StopReason ?? stop };
            if (progress.StopReason is { } reason && epoch < lane.Epochs)
                events = [.. events, new("stopped_early", reason)];

            _context.Emit(new EpochDone(lane.Key, report with { Events = events }));
            lane.Progress = progress with
            {
                Epochs = epoch,
                Step = 0,
                Sums = default,
                Seconds = progress.Seconds + progress.EpochSeconds,
                EpochSeconds = 0,
            };
            if (best && config.Train.EarlyStopping > 0)
                lane.Best = state.ExportModels([lane])[0];
        }

        var due = _lanes.Where(lane => DueAtEpochEnd(lane, epoch)).ToArray();
        Save(state, due, lane => valid?[_lanes.IndexOf(lane)].Elbo ?? double.NaN);
    }

    /// <summary>Measures the lanes whose validation bound has not risen for long, and lets the others go on without
    /// them.</summary>
    /// <returns>True when lanes have left.</returns>
    private bool EndEarly(PackState state)
    {
        var ended = _lanes.Where(lane => lane.StoppedEarly).ToArray();
        if (ended.Length == 0)
            return false;

        Hold(state, _lanes);
        Evaluate(state, ended);
        _lanes = [.. _lanes.Except(ended)];
        return true;
    }

    /// <summary>Lets lanes go that have used up their budgets; their checkpoints hold all of it.</summary>
    private void RestAtBudget()
    {
        var resting = _lanes.Where(lane => lane.IsAtBudget).ToArray();
        if (resting.Length == 0)
            return;

        _services.Checkpoints.Drain();
        foreach (var lane in resting)
            lane.End(_context, new TrialStopped(lane.Key));

        _lanes = [.. _lanes.Except(resting)];
    }

    private IReadOnlyList<SplitBounds>? Curve(PackState state, ImageSplit split, int epoch, bool units)
    {
        using var images = new ImageBatches(split.Images, _lanes.Count, Device);
        NoiseStream[] streams = [.. _lanes.Select(lane => TrialStreams.OfCurve(lane.Config.Seed, split.Part))];
        return BoundMeter.Bounds(state.Model, images, streams, epoch, units, abandon: () => false);
    }

    private int[] Flush(StepHistory history)
    {
        var bad = history.AddTo(_lanes);
        AddTime();
        return bad;
    }

    private void AddTime()
    {
        var now = _services.Time.GetTimestamp();
        var seconds = _services.Time.GetElapsedTime(_mark, now).TotalSeconds;
        _mark = now;
        foreach (var lane in _lanes)
            lane.Progress = lane.Progress with { EpochSeconds = lane.Progress.EpochSeconds + seconds };
    }

    /// <summary>Ends the lanes that stop or whose bound is no number, and leaves the others ready for a pack without
    /// them.</summary>
    private void Leave(PackState state, IReadOnlyList<Lane> stopping, int[] bad)
    {
        var failed = _lanes.Where((_, m) => bad[m] > 0).ToArray();
        stopping = [.. stopping.Except(failed)];
        Save(state, [.. stopping.Where(lane => lane.Position != lane.Saved)], validElbo: double.NaN);
        _services.Checkpoints.Drain();
        for (var m = 0; m < _lanes.Count; m++)
        {
            if (bad[m] > 0)
            {
                var reason = $"NaN in the bound at epoch {_lanes[m].Progress.Epochs + 1}, step {bad[m]}";
                _lanes[m].End(_context, new TrialFailed(_lanes[m].Key, FailureClass.Nan, reason));
            }
        }

        foreach (var lane in stopping)
            lane.End(_context, new TrialStopped(lane.Key));

        var rest = _lanes.Except(failed).Except(stopping).ToList();
        Hold(state, rest);
        _lanes = rest;
    }

    // Epochs are the better places: in the middle of one only when it has gone on for half an interval more.
    private Lane[] DueInTheMiddle() =>
        [.. _lanes.Where(lane => SecondsUnsaved(lane) > 1.5 * lane.Config.Train.CheckpointSeconds)];

    private bool DueAtEpochEnd(Lane lane, int epoch)
    {
        var train = lane.Config.Train;
        return lane.IsTrained || lane.IsAtBudget
            || (train.CheckpointEpochs > 0 && epoch % train.CheckpointEpochs == 0)
            || SecondsUnsaved(lane) >= train.CheckpointSeconds;
    }

    private double SecondsUnsaved(Lane lane) => _services.Time.GetElapsedTime(lane.SavedAt).TotalSeconds;

    private void Save(PackState state, IReadOnlyList<Lane> lanes, double validElbo) => Save(state, lanes, _ => validElbo);

    private void Save(PackState state, IReadOnlyList<Lane> lanes, Func<Lane, double> validElbo)
    {
        if (lanes.Count == 0)
            return;

        var best = new bool[lanes.Count];
        for (var i = 0; i < lanes.Count; i++)
        {
            var (elbo, saved) = (validElbo(lanes[i]), lanes[i].Progress.BestSavedElbo);
            best[i] = elbo > saved || (double.IsNaN(saved) && !double.IsNaN(elbo));
            if (best[i])
                lanes[i].Progress = lanes[i].Progress with { BestSavedElbo = elbo };
        }

        var checkpoints = state.Export(lanes);
        for (var i = 0; i < lanes.Count; i++)
        {
            _services.Checkpoints.Write(lanes[i].Trial, checkpoints[i], best[i], _context);
            lanes[i].Saved = lanes[i].Position;
            lanes[i].SavedAt = _services.Time.GetTimestamp();
        }
    }
}
