using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>What one device wants, holds, trains, and when it rests. Pure; used by its worker's actor alone.</summary>
/// <remarks>
/// <para>The actor calls, and after each call tells the node's gateway <see cref="Show"/>:</para>
/// <para><see cref="Take"/> when a grant came; <see cref="Next"/> when nothing trains, and starts the trainer on the trials that
/// it gets; <see cref="Direct"/> for what the head asks; <see cref="End"/> or <see cref="Stopped"/> when the trainer has ended a
/// trial. What these give back goes to the <see cref="Outbox"/> before <see cref="Show"/>, so that no moment is without either.
/// Reports and checkpoints go there only while <see cref="Trains"/> says so. Between a trial's last epoch and its end there may
/// be <see cref="Send"/>: its files are on their way to the head, and the next pack begins.</para>
/// <para>It waits for no answer: a grant that never comes is asked for by every beat.</para>
/// </remarks>
public sealed class WorkerState(string device, int lanes)
{
    /// <summary>A crashed trainer's last words may be long.</summary>
    private const int MostReasonLetters = 16_000;

    private static readonly TimeSpan _longestRest = TimeSpan.FromDays(1);

    // Grants in their order; the trials of each may train together.
    private readonly LinkedList<List<Dispatch>> _waiting = [];

    // What trains, with how it is to end although it could go on; lost ones stay until the trainer is rid of them.
    private readonly Dictionary<AttemptFence, InTraining> _training = [];
    private long _want = 1;
    private TimeSpan _restsUntil;

    public string Device { get; } = device;

    /// <summary>Trials that are trained together at most; fewer once more did not fit into memory.</summary>
    public int Lanes { get; set; } = lanes;

    /// <summary>Packs that are asked for at once: more than one where trials are short.</summary>
    public int Packs { get; set; } = 1;

    /// <summary>The next pack is asked for while this one trains, because that will soon be through.</summary>
    public bool AsksAhead { get; set; }

    /// <summary>The trainer is up, and says what numbers depend on; null before, when nothing is asked for.</summary>
    public (string? Stack, string? Provenance)? Trainer { get; set; }

    /// <summary>No more work: the node leaves.</summary>
    public bool Drains { get; private set; }

    /// <summary>Nothing waits and nothing trains.</summary>
    public bool IsIdle => _training.Count == 0 && _waiting.Count == 0;

    /// <summary>Attempts that wait or train.</summary>
    public IEnumerable<AttemptFence> Held => Waiting().Select(one => one.Attempt)
        .Concat(_training.Where(one => !one.Value.Lost).Select(one => one.Key));

    /// <summary>Attempts that the trainer is to stop: somebody asked for it, or they are lost.</summary>
    public IEnumerable<AttemptFence> Stopping =>
        _training.Where(one => !one.Value.Sends && (one.Value.Lost || one.Value.Asked is not null)).Select(one => one.Key);

    /// <summary>Whether what the trainer tells of an attempt is to be kept: not after it was lost.</summary>
    public bool Trains(AttemptFence attempt) => _training.TryGetValue(attempt, out var one) && !one.Lost;

    /// <summary>Takes granted trials.</summary>
    /// <returns>False when this is not the grant that is wanted (it was taken before, or comes too late), and while it
    /// drains.</returns>
    public bool Take(Grant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        if (grant.Number != _want || grant.Device != Device)
            return false;
        _want++;
        AsksAhead = false;
        // Neither held nor wanted any more, they are granted elsewhere.
        if (Drains)
            return false;
        // A trial that is granted again has been lost before.
        foreach (var older in Held.Where(one => grant.Trials.Any(trial => trial.Attempt.Trial == one.Trial)).ToList())
            Direct(older, Directive.Lost);
        _waiting.AddLast([.. grant.Trials]);
        return true;
    }

    /// <summary>The pack to begin now; empty when there is none, the device rests, or it trains.</summary>
    public IReadOnlyList<Dispatch> Next(TimeSpan now)
    {
        if (IsTraining || Trainer is null || now < _restsUntil || _waiting.First is not { Value: var granted } first)
            return [];
        List<Dispatch> pack = [.. granted.Take(Lanes)];
        granted.RemoveRange(0, pack.Count);
        if (granted.Count == 0)
            _waiting.Remove(first);
        foreach (var one in pack)
            _training.Add(one.Attempt, new InTraining(one, Asked: null, Lost: false, Sends: false));
        return pack;
    }

    /// <summary>The trainer of a pack ended without a word of an attempt: which one brought it down shows when each is tried
    /// alone. It waits again.</summary>
    /// <returns>False when it is to end anyway.</returns>
    public bool TryAlone(AttemptFence attempt)
    {
        if (!_training.TryGetValue(attempt, out var one) || one.Lost || one.Asked is not null)
            return false;
        _training.Remove(attempt);
        _waiting.AddLast([one.Dispatch]);
        return true;
    }

    /// <summary>The trainer is through with an attempt, whose files are to be sent before its <see cref="End"/> or
    /// <see cref="Stopped"/>. The node holds it meanwhile.</summary>
    /// <returns>False when it was lost.</returns>
    public bool Send(AttemptFence attempt)
    {
        if (!Trains(attempt))
            return false;
        _training[attempt] = _training[attempt] with { Sends = true };
        return true;
    }

    /// <summary>An attempt's end, in the trainer's or the actor's words.</summary>
    /// <returns>What goes to the outbox; null when the attempt was lost.</returns>
    public EndEntry? End(AttemptFence attempt, AttemptEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        if (!_training.Remove(attempt, out var one) || one.Lost)
            return null;
        var isLong = end.Reason?.Length > MostReasonLetters;
        return new EndEntry(attempt, isLong ? end with { Reason = end.Reason![..MostReasonLetters] } : end);
    }

    /// <summary>The trainer has ended an attempt because it was asked to.</summary>
    public EndEntry? Stopped(AttemptFence attempt, string? reason = null) => _training.TryGetValue(attempt, out var one)
        ? End(attempt, new AttemptEnd(one.Asked ?? AttemptOutcome.Released) { Reason = reason })
        : null;

    /// <summary>What the head asks of an attempt; to be told as often as it likes.</summary>
    /// <returns>The end of one that was waiting; and whether the trainer is to stop it, and then <see cref="Stopped"/> to be
    /// said.</returns>
    public (EndEntry? End, bool Stop) Direct(AttemptFence attempt, Directive directive) => directive switch
    {
        Directive.Lost => (null, Lose(attempt)),
        Directive.Pause => Ask(attempt, AttemptOutcome.Paused),
        Directive.Stop => Ask(attempt, AttemptOutcome.Stopped),
        _ => (null, false),
    };

    /// <summary>The history that all attempts belong to is another's.</summary>
    /// <returns>Attempts that the trainer is to stop.</returns>
    public IReadOnlyList<AttemptFence> LoseAll() => [.. Held.ToList().Where(Lose)];

    /// <summary>The machine is in trouble that is no trial's: nothing is asked for or begun before a time.</summary>
    public void Rest(TimeSpan until) => _restsUntil = until;

    /// <summary>How long it takes nothing yet.</summary>
    public TimeSpan RestsFor(TimeSpan now) => now < _restsUntil ? _restsUntil - now : TimeSpan.Zero;

    /// <summary>Gives back what waits: another device may begin it sooner.</summary>
    public IReadOnlyList<EndEntry> GiveBack() => GiveBack(Waiting().ToList());

    /// <summary>Several packs are asked for on the word of a short one. Of those that were granted, longer ones go back to
    /// whichever device idles; the first pack stays.</summary>
    /// <param name="epochs">That the short one had.</param>
    public IReadOnlyList<EndEntry> GiveBackLonger(int epochs) =>
        GiveBack(Waiting().Skip(Lanes).Where(one => one.Trial.Budget - one.Trial.CheckpointEpoch > epochs).ToList());

    /// <summary>Takes no more work and gives back what it has.</summary>
    /// <returns>Ends of what waited, and the attempts that the trainer is to stop.</returns>
    public (IReadOnlyList<EndEntry> Ends, IReadOnlyList<AttemptFence> Stop) Drain()
    {
        Drains = true;
        var asked = Held.ToList().ConvertAll(one => (Attempt: one, Done: Ask(one, AttemptOutcome.Released)));
        return (
            [.. asked.Select(one => one.Done.End).OfType<EndEntry>()],
            [.. asked.Where(one => one.Done.Stop).Select(one => one.Attempt)]);
    }

    /// <summary>What the gateway tells the head of this device.</summary>
    public (DeviceStatus Status, IReadOnlyList<AttemptFence> Held) Show(TimeSpan now)
    {
        var rests = RestsFor(now);
        var wants = !Drains && Trainer is not null && rests == TimeSpan.Zero
            && (_waiting.Count == 0 ? !IsTraining || AsksAhead : HasRoomForMore);
        return (
            new DeviceStatus(Device, Lanes, _want, wants ? Lanes * Packs : 0)
            {
                Stack = Trainer?.Stack, Provenance = wants ? Trainer?.Provenance : null,
                RestsFor = rests < _longestRest ? rests : _longestRest,
            },
            [.. Held]);
    }

    // Of trials that are through before an answer comes, the next ones are asked for while some still wait.
    private bool HasRoomForMore => AsksAhead && IsTraining && Packs > 1 && Waiting().Count() < Lanes * Packs;

    private bool IsTraining => _training.Values.Any(one => !one.Sends);

    private IEnumerable<Dispatch> Waiting() => _waiting.SelectMany(pack => pack);

    private List<EndEntry> GiveBack(List<Dispatch> waiting) =>
        waiting.ConvertAll(one => Ask(one.Attempt, AttemptOutcome.Released).End!);

    /// <returns>Whether the trainer is to stop it.</returns>
    private bool Lose(AttemptFence attempt)
    {
        if (TakeWaiting(attempt) || !Trains(attempt))
            return false;
        // No trainer is to be rid of what is only being sent.
        if (_training[attempt].Sends)
            return !_training.Remove(attempt);
        _training[attempt] = _training[attempt] with { Asked = null, Lost = true };
        return true;
    }

    private (EndEntry? End, bool Stop) Ask(AttemptFence attempt, AttemptOutcome outcome)
    {
        if (TakeWaiting(attempt))
            return (new EndEntry(attempt, new AttemptEnd(outcome)), false);
        if (!Trains(attempt))
            return (null, false);
        // The first who asks decides, but an owner's word counts more than the node's leaving.
        if (_training[attempt].Asked is null or AttemptOutcome.Released)
            _training[attempt] = _training[attempt] with { Asked = outcome };
        return (null, !_training[attempt].Sends);
    }

    private bool TakeWaiting(AttemptFence attempt)
    {
        for (var pack = _waiting.First; pack is not null; pack = pack.Next)
        {
            if (pack.Value.RemoveAll(one => one.Attempt == attempt) == 0)
                continue;
            if (pack.Value.Count == 0)
                _waiting.Remove(pack);
            return true;
        }

        return false;
    }

    private readonly record struct InTraining(Dispatch Dispatch, AttemptOutcome? Asked, bool Lost, bool Sends);
}
