using System.Collections.Concurrent;
using VaeSweep.Sweeps;

namespace VaeSweep.Training.Tests;

/// <summary>Keeps a job's events and asks trials to stop after so many steps.</summary>
public sealed class RecordingContext : IJobContext
{
    private readonly ConcurrentQueue<TrainerEvent> _events = new();
    private readonly Dictionary<long, int> _polls = [];

    /// <summary>After how many questions a trial is told to stop.</summary>
    public Dictionary<long, int> StopAfter { get; init; } = [];

    /// <summary>Called with every event, before it is kept.</summary>
    public Action<TrainerEvent>? Told { get; set; }

    public IReadOnlyList<TrainerEvent> Events => [.. _events];

    public IEnumerable<TrainerEvent> Of(long key) => Events.Where(happened => happened.TrialKey == key);

    public string? LastCheckpoint(long key) => Of(key).OfType<Checkpointed>().LastOrDefault()?.Path;

    public void Emit(TrainerEvent happened)
    {
        Told?.Invoke(happened);
        _events.Enqueue(happened);
    }

    public bool StopRequested(long trialKey)
    {
        var polls = _polls.GetValueOrDefault(trialKey);
        _polls[trialKey] = polls + 1;
        return StopAfter.TryGetValue(trialKey, out var after) && polls >= after;
    }
}
