using VaeSweep.Sweeps;

namespace VaeSweep.Store.Tests;

/// <summary>One sweep's queue as plainly as it can be written: what a store must agree with.</summary>
internal sealed class StoreModel(int maxAttempts)
{
    public SortedDictionary<int, ModelTrial> Trials { get; } = [];
    public SweepState State { get; private set; } = SweepState.Active;

    public void Submit(IReadOnlyCollection<int> numbers)
    {
        foreach (var number in numbers)
        {
            if (!Trials.TryGetValue(number, out var trial))
            {
                Trials.Add(number, new ModelTrial());
                continue;
            }

            if (!trial.Wanted)
            {
                trial.StopRequested = false;
                if (trial.State is TrialState.Stopped or TrialState.Failed)
                    (trial.State, trial.Failures, trial.Losses) = (TrialState.Queued, 0, 0);
            }

            trial.Wanted = true;
        }

        foreach (var (_, dropped) in Trials.Where(pair => !numbers.Contains(pair.Key)))
        {
            dropped.Wanted = false;
            if (dropped.State is TrialState.Queued or TrialState.Paused)
                dropped.State = TrialState.Stopped;
        }
    }

    public IReadOnlyList<int> Claim(int most)
    {
        if (State != SweepState.Active)
            return [];
        var queued = Trials.Where(pair => pair.Value.State == TrialState.Queued).ToList();
        if (queued.Count == 0)
            return [];
        var head = queued[0].Value;
        var pack = queued.Where(pair => pair.Value.Checkpoint == head.Checkpoint).Take(most).ToList();
        foreach (var (_, trial) in pack)
        {
            trial.State = TrialState.Running;
            trial.Attempt++;
        }

        return [.. pack.Select(pair => pair.Key)];
    }

    public Directive Asked(int number, int attempt)
    {
        if (Owned(number, attempt) is not { } trial)
            return Directive.Lost;
        return Next(trial) switch { TrialState.Stopped => Directive.Stop, TrialState.Paused => Directive.Pause,
            _ => Directive.Continue };
    }

    /// <returns>False when refused.</returns>
    public bool Append(int number, int attempt, int epoch, bool checkpoint)
    {
        if (Owned(number, attempt) is not { } trial)
            return false;
        for (var i = 1; i <= epoch; i++)
            trial.Epochs.Add(i);
        if (checkpoint)
        {
            if (epoch > (trial.Checkpoint ?? 0))
                (trial.Failures, trial.Losses) = (0, 0);
            trial.Checkpoint = epoch;
        }

        return true;
    }

    public bool Finish(int number, int attempt, AttemptOutcome outcome, FailureClass? failure)
    {
        if (!Trials.TryGetValue(number, out var known))
            return false;
        if (Owned(number, attempt) is not { } trial)
            return known.Ends.TryGetValue(attempt, out var told) && told == outcome;
        trial.Ends[attempt] = outcome;
        if (outcome == AttemptOutcome.Succeeded)
            trial.State = TrialState.Succeeded;
        else if (outcome == AttemptOutcome.Failed)
            Fail(trial, failure!.Value);
        else
            trial.State = Next(trial);
        return true;
    }

    public IReadOnlyList<int> Lose()
    {
        var lost = Trials.Where(pair => pair.Value.State == TrialState.Running).ToList();
        foreach (var (_, trial) in lost)
            Fail(trial, FailureClass.Lost);
        return [.. lost.Select(pair => pair.Key)];
    }

    public void SetState(SweepState state)
    {
        State = state;
        foreach (var trial in Trials.Values)
        {
            trial.State = (state, trial.State) switch
            {
                (SweepState.Active, TrialState.Paused) => TrialState.Queued,
                (SweepState.Active, TrialState.Stopped) when trial is { Wanted: true, StopRequested: false } => TrialState.Queued,
                (SweepState.Stopped, TrialState.Queued or TrialState.Paused) => TrialState.Stopped,
                _ => trial.State,
            };
        }
    }

    public bool Stop(int number)
    {
        if (!Trials.TryGetValue(number, out var trial) || trial.State is TrialState.Succeeded or TrialState.Failed)
            return false;
        trial.StopRequested = true;
        if (trial.State is TrialState.Queued or TrialState.Paused)
            trial.State = TrialState.Stopped;
        return true;
    }

    public int Retry(int? number)
    {
        var retried = Trials.Where(pair => pair.Value.Wanted
            && (number is null ? pair.Value.State == TrialState.Failed : pair.Key == number
                && pair.Value.State is TrialState.Failed or TrialState.Stopped)
            && (number is null || pair.Key == number)).ToList();
        foreach (var (_, trial) in retried)
            (trial.State, trial.Failures, trial.Losses, trial.StopRequested) = (TrialState.Queued, 0, 0, false);
        return retried.Count;
    }

    private ModelTrial? Owned(int number, int attempt) =>
        Trials.TryGetValue(number, out var trial) && trial.State == TrialState.Running && trial.Attempt == attempt ? trial : null;

    private void Fail(ModelTrial trial, FailureClass failure)
    {
        if (failure == FailureClass.Lost)
            trial.Losses++;
        else
            trial.Failures++;
        var over = failure == FailureClass.Lost
            ? trial.Losses >= TrialPolicy.MaxLosses : failure is FailureClass.Nan or FailureClass.Error
            || trial.Failures >= maxAttempts;
        trial.State = over ? TrialState.Failed : Next(trial);
        trial.LastFailure = failure;
        if (failure == FailureClass.Error && trial.Wanted && State == SweepState.Active && IsHopeless(trial))
            SetState(SweepState.Stopped);
    }

    /// <summary>All errors are alike here, each trial is a point, and one worker has them all.</summary>
    private bool IsHopeless(ModelTrial failed)
    {
        var wanted = Trials.Values.Where(one => one.Wanted).ToList();
        var alike = wanted.Count(one => one is { State: TrialState.Failed, LastFailure: FailureClass.Error });
        return alike >= Math.Min(3, wanted.Count)
            && !wanted.Exists(one => one.State == TrialState.Succeeded || one.Epochs.Count > failed.Epochs.Count);
    }

    private TrialState Next(ModelTrial trial)
    {
        if (!trial.Wanted || trial.StopRequested || State == SweepState.Stopped)
            return TrialState.Stopped;
        return State == SweepState.Paused ? TrialState.Paused : TrialState.Queued;
    }

    internal sealed class ModelTrial
    {
        public TrialState State { get; set; } = TrialState.Queued;
        public bool Wanted { get; set; } = true;
        public bool StopRequested { get; set; }
        public int Attempt { get; set; }
        public int Failures { get; set; }
        public int Losses { get; set; }
        public FailureClass? LastFailure { get; set; }
        public int? Checkpoint { get; set; }
        public HashSet<int> Epochs { get; } = [];
        public Dictionary<int, AttemptOutcome> Ends { get; } = [];
    }
}
