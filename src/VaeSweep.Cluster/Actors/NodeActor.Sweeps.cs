using Akka.Actor;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Actors;

/// <content>What the state of sweeps means to the node: that it is over, or that there is nothing here for it.</content>
internal sealed partial class NodeActor
{
    private readonly HashSet<string> _differing = new(StringComparer.Ordinal);

    // What this node's trainers compute with.
    private readonly HashSet<string> _stacks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _resting = new(StringComparer.Ordinal);
    private string? _note;

    private void OnTrainerKnown(TrainerKnown known)
    {
        if (SoftwareStack.Of(known.Provenance) is { } stack)
            _stacks.Add(stack);
    }

    private void OnSurveyed(Surveyed surveyed)
    {
        var sweeps = surveyed.Sweeps;
        TellDiffering(sweeps);
        if (!_options.ExitWhenDone)
            return;
        // A node that came for one sweep has nothing to wait for when that one's owner has paused it.
        var isHeld = _options.SweepFilter is not null
            && sweeps.Any(sweep => sweep.State != SweepState.Active && sweep.Count(TrialState.Running) == 0);
        if (isHeld || sweeps.All(sweep => sweep.Open == 0))
            Begin(isHeld ? RunOutcome.Stopped : RunOutcome.Done);
    }

    /// <summary>Says once of each sweep that it is trained with other software; a node that came for nothing else has nothing to
    /// do here.</summary>
    private void TellDiffering(IReadOnlyList<SweepStatus> sweeps)
    {
        if (_stacks.Count == 0)
            return;
        var ours = string.Join(" and ", _stacks);
        var differing = sweeps.Where(Differs).ToList();
        foreach (var sweep in differing.Where(sweep => _differing.Add($"{sweep.Name} {sweep.Stack}")))
        {
            Log.SoftwareDiffers(_logger, sweep.Name, sweep.Stack!, ours);
            _scope.Events.Publish(new SoftwareDiffers(sweep.Name, sweep.Stack!, ours));
        }

        if (_leaving is null)
        {
            Note(differing.Count == 0 ? null
                : $"has {ours}: takes nothing of {string.Join(", ", differing.Select(sweep => sweep.Name))}");
        }

        if (_options.ExitWhenDone && differing.Count > 0 && sweeps.All(sweep => sweep.Open == 0 || differing.Contains(sweep)))
        {
            var first = differing[0];
            BeginToFail($"sweep {first.Name} is trained with {first.Stack}, and this node has {ours}: their numbers are not to "
                + "be mixed unseen. Use the same software, or allow both with: "
                + $"`vaesweep set {first.Name} --allow-mixed`");
        }
    }

    private bool Differs(SweepStatus sweep) =>
        sweep.Open > 0 && sweep.Stack is not (null or SweepStatus.AnyStack) && !_stacks.Contains(sweep.Stack);

    private void Note(string? note)
    {
        if (note == _note)
            return;
        _note = note;
        TellNote();
    }

    private void OnRests(Rests rests)
    {
        if (rests.Reason is { } reason)
            _resting[rests.Device] = reason;
        else
            _resting.Remove(rests.Device);
        if (_leaving is null)
            TellNote();
    }

    private void TellNote()
    {
        string[] notes = [.. _note is null
            ? Array.Empty<string>() : [_note], .. _resting.Select(one => $"{one.Key} waits: {one.Value}")];
        _gateway.Tell(new Noted(notes.Length == 0 ? null : string.Join("; ", notes)));
    }
}
