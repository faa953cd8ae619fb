using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cli;

/// <summary>What owners do to a sweep, and what they are told of it: for the commands and for the dashboard alike.</summary>
internal static class Steering
{
    private const int LongestNote = 10_000;

    /// <returns>What was done, for a person.</returns>
    public static async Task<string> PauseAsync(IStore store, SweepStatus sweep, CancellationToken cancellationToken)
    {
        await store.SetSweepStateAsync(sweep.Name, SweepState.Paused, cancellationToken);
        var running = sweep.Count(TrialState.Running);
        return $"{sweep.Name} is "
            + $"paused{(running > 0 ? $"; {Wording.Count(running, "running trial")} will checkpoint and stop" : "")}. Go "
            + $"on with: `vaesweep resume {sweep.Name}`";
    }

    /// <summary>Makes a paused or stopped sweep active again.</summary>
    /// <returns>What was done; null where it was active.</returns>
    public static async Task<string?> ActivateAsync(IStore store, string name, CancellationToken cancellationToken)
    {
        var sweep = await store.GetSweepAsync(name, cancellationToken);
        if (sweep is null || sweep.State == SweepState.Active)
            return null;

        await store.SetSweepStateAsync(name, SweepState.Active, cancellationToken);
        return $"{name} was {Wording.Name(sweep.State)}; it is active again.";
    }

    /// <summary>"demo: 3 of 8 trials done, 5 to train, 20 of 48 epochs stored".</summary>
    public static string Stands(SweepStatus now) =>
        $"{now.Name}: {now.Count(TrialState.Succeeded)} of {Wording.Count(now.Total, "trial")} done, {now.Open} to train, "
            + $"{now.EpochsDone} of {Wording.Count(now.EpochsTotal, "epoch")} stored";

    /// <returns>What was done.</returns>
    public static async Task<string> StopAsync(IStore store, SweepStatus sweep, CancellationToken cancellationToken)
    {
        await store.SetSweepStateAsync(sweep.Name, SweepState.Stopped, cancellationToken);
        return $"{sweep.Name} is stopped: {Wording.Count(sweep.Open, "open trial")} "
            + $"closed, {sweep.Count(TrialState.Succeeded)} succeeded. "
            + $"Change your mind with: `vaesweep resume {sweep.Name}`";
    }

    /// <returns>What was done.</returns>
    public static async Task<string> StopAsync(
        IStore store, SweepStatus sweep, TrialStatus trial, CancellationToken cancellationToken) =>
        await store.StopTrialAsync(trial.Key, cancellationToken)
            ? $"trial {trial.Id} of {sweep.Name} is stopped." : $"trial {trial.Id} of {sweep.Name} "
                + $"is {Wording.Name(trial.State)} already; nothing changed.";

    /// <param name="onlyClass">Only those that failed so; null: all.</param>
    /// <param name="trial">Key; null: of all.</param>
    /// <returns>What was done.</returns>
    public static async Task<string> RetryAsync(
        IStore store, SweepStatus sweep, FailureClass? onlyClass, long? trial, CancellationToken cancellationToken)
    {
        var count = await store.RetryAsync(sweep.Name, onlyClass, trial, cancellationToken);
        return count == 0
            ? $"no failed trial of {sweep.Name} to retry{(onlyClass is { } c ? $" ({Wording.Name(c)})" : "")}."
            : $"{Wording.Count(count, "trial")} of {sweep.Name} queued again. Train with: `vaesweep resume {sweep.Name}`";
    }

    /// <exception cref="CliException">There is no such class of failures.</exception>
    public static FailureClass FailureClassOf(string name)
    {
        var names = Enum.GetNames<FailureClass>().Select(n => n.ToLowerInvariant()).ToList();
        return names.Contains(name, StringComparer.Ordinal)
            ? Enum.Parse<FailureClass>(name, ignoreCase: true)
            : throw new CliException($"--class {name} is not known.{NearestName.Suggest(name, names)} "
                + $"Known: {string.Join(", ", names)}.");
    }

    /// <returns>What was done.</returns>
    public static async Task<string> AdjustAsync(
        IStore store, SweepStatus sweep, SweepAdjustment change, CancellationToken cancellationToken)
    {
        await store.AdjustSweepAsync(sweep.Name, change, cancellationToken);
        var now = await store.GetSweepAsync(sweep.Name, cancellationToken) ?? sweep;
        return $"{now.Name}: priority {now.Priority}, "
            + $"{(now.MaxConcurrent is { } most ? $"at most {most} at once" : "no limit on how many run at once")}"
            + (now.Stack is null or SweepStatus.AnyStack ? "" : $", trained with {now.Stack}");
    }

    /// <param name="trial">Of which the tags are; null: the sweep's.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="CliException">A tag is none.</exception>
    public static async Task<string> TagAsync(
        IStore store, SweepStatus sweep, TrialStatus? trial, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken)
    {
        try
        {
            await Keeping.Of(store).TagAsync(sweep.Name, trial?.Key, add, remove, cancellationToken);
        }
        catch (ArgumentException wrong)
        {
            throw new CliException(wrong.Message.Split(" (Parameter", 2)[0]);
        }

        var now = trial is null ? (await store.GetSweepAsync(sweep.Name, cancellationToken))?.Tags
            : (await store.FindTrialsAsync(trial.Id, sweep.Name, 1, cancellationToken))[0].Tags;
        return $"{Named(sweep, trial)}: {(now is { Count: > 0 } ? $"tagged {string.Join(", ", now)}" : "no tags")}";
    }

    /// <param name="trial">Of which the note is; null: the sweep's.</param>
    /// <param name="text">Null takes it away.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="CliException">It is too long.</exception>
    public static async Task<string> NoteAsync(
        IStore store, SweepStatus sweep, TrialStatus? trial, string? text, CancellationToken cancellationToken)
    {
        var note = NoteOf(text);
        await Keeping.Of(store).NoteAsync(sweep.Name, trial?.Key, note, cancellationToken);
        return string.IsNullOrWhiteSpace(note) ? $"{Named(sweep, trial)} has no note now." : $"{Named(sweep, trial)}: {note}";
    }

    /// <summary>A note of one line: it stands in tables.</summary>
    /// <exception cref="CliException">It is too long.</exception>
    public static string? NoteOf(string? text)
    {
        var note = text is null ? null : string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return note?.Length > LongestNote
            ? throw new CliException($"a note has at most {LongestNote} characters; this one has {note.Length}.") : note;
    }

    private static string Named(SweepStatus sweep, TrialStatus? trial) =>
        trial is null ? sweep.Name : $"trial {trial.Id} of {sweep.Name}";
}
