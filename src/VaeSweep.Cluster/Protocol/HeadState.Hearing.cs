using System.Security.Cryptography;
using System.Text;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Protocol;

/// <content>What messages do.</content>
public sealed partial class HeadState
{
    private IReadOnlyList<Message> Hear(Hello hello, Moment now)
    {
        if (ReasonAgainst(hello) is var (kind, reason))
            return [new Refused(hello.Session, kind, reason)];
        var (name, incarnation, number) = hello.Session;
        var life = _lives.GetValueOrDefault(name);
        // One that comes late, from a conversation that the node has given up.
        if (life?.Incarnation == incarnation && life.Session > number)
            return [];
        if (life?.Incarnation != incarnation)
        {
            if (Ledger.Join(hello.Info, incarnation, _options.Lease, now.Utc).Count > 0)
                _mayServe = true;
            _lives[name] = life = new NodeLife(hello.Info, incarnation, Ledger.Node(name)!.Acknowledged);
        }

        _leases.Heard(name, now.Steady);
        if (life.Session != number)
            life.Begin(hello);
        else
            life.IsAnswered = true;
        return [];
    }

    private IReadOnlyList<Message> Hear(Beat beat, Moment now)
    {
        if (LifeOf(beat.Session, beat.History, now) is not { } life)
            return HelloFirst(beat);
        if (beat.Number <= life.Beat)
            return [];
        (life.Beat, life.Held, life.IsAnswered) = (beat.Number, beat.Held, true);
        var answered = LookAfterGrants(life, beat, now);
        life.Wants.Clear();
        life.Wants.AddRange(beat.Devices.Where(device => device.Count > 0 && !answered.Contains(device.Device)));
        Serve(life, now, []);
        Show(life, beat, now);
        if (beat.Leaves && Ledger.RunningOn(life.Node).Count == 0)
        {
            life.Leaves = true;
            life.Wants.Clear();
        }

        return [];
    }

    private IReadOnlyList<Message> Hear(Batch batch, Moment now)
    {
        if (LifeOf(batch.Session, batch.History, now) is not { } life)
            return HelloFirst(batch);
        var isNext = batch.First <= life.Received + 1 && batch.Last > life.Received;
        if (isNext || !_rules.Numbers)
        {
            var known = _rules.Numbers ? (int)(life.Received + 1 - batch.First) : 0;
            Take(batch.Entries.Skip(known), now);
            (life.Received, life.HasNews) = (Math.Max(life.Received, batch.Last), true);
        }

        return [AckTo(life, [])];
    }

    /// <summary>Each attempt's entries together: their order counts within it alone.</summary>
    private void Take(IEnumerable<Entry> entries, Moment now)
    {
        foreach (var told in entries.GroupBy(entry => entry.Attempt))
        {
            EpochReport[] reports = [.. told.OfType<EpochEntry>().Select(one => one.Report)];
            EpochCheckpoint[] checkpoints = [.. told.OfType<CheckpointEntry>().Select(one => one.Checkpoint)];
            var end = told.OfType<EndEntry>().FirstOrDefault()?.End;
            var mark = Ledger.Mark();
            try
            {
                if (reports.Length + checkpoints.Length > 0)
                    Ledger.Report(told.Key, reports, checkpoints);
                if (end is not null)
                    Ledger.Finish(told.Key, end, now.Utc);
            }
            catch (InvalidOperationException failure)
            {
                // What can never be taken must not be sent for ever: the attempt fails of it.
                Ledger.Undo(mark);
                end = new AttemptEnd(AttemptOutcome.Failed) { FailureClass = FailureClass.Error, Reason = failure.Message };
                Ledger.Finish(told.Key, end, now.Utc);
            }

            _mayServe |= end is not null;
        }
    }

    /// <summary>Looks after what the Ledger believes to run on a node and the node does not hold. What it will still take is sent
    /// again; what it will not, because the grant was answered by another or is of a life before this, is granted
    /// elsewhere.</summary>
    /// <returns>Devices whose wants were answered before.</returns>
    private HashSet<string> LookAfterGrants(NodeLife life, Beat beat, Moment now)
    {
        var answered = new HashSet<string>(StringComparer.Ordinal);
        var running = Ledger.RunningOn(life.Node);
        if (running.Count == 0)
            return answered;
        var held = beat.Held.ToHashSet();
        var devices = beat.Devices.ToDictionary(one => one.Device, StringComparer.Ordinal);
        foreach (var missing in running.Where(one => !held.Contains(one.Attempt)).GroupBy(one => one.Token, one => one.Attempt))
        {
            if (life.WantOf(missing.Key) is not var (name, want)
                || !devices.TryGetValue(name, out var device) || want < device.Want)
            {
                Release(missing, now);
            }
            // A larger want is of a later beat than this.
            else if (want == device.Want && Grant(life, device, now))
            {
                answered.Add(name);
            }
        }

        return answered;
    }

    private void Release(IEnumerable<AttemptFence> orphans, Moment now)
    {
        if (!_rules.Orphans)
            return;
        foreach (var attempt in orphans)
            Ledger.Finish(attempt, new AttemptEnd(AttemptOutcome.Released) { Reason = "its grant did not arrive" }, now.Utc);
        _mayServe = true;
    }

    private void ServeAll(Moment now)
    {
        _mayServe = false;
        var empty = new HashSet<(string? Filter, string? Stack)>();
        foreach (var life in _lives.Values)
            Serve(life, now, empty);
    }

    /// <summary>Grants what the devices of a node want, as far as there is anything.</summary>
    /// <param name="empty">Kinds of devices that nothing is queued for; to be added to.</param>
    private void Serve(NodeLife life, Moment now, HashSet<(string? Filter, string? Stack)> empty)
    {
        if (life.Wants.Count == 0 || !(_leases.Silence(life.Node, now.Steady) <= _options.WantsHoldFor))
            return;
        life.Wants.RemoveAll(device =>
        {
            if (empty.Contains((life.Filter, device.Stack)))
                return false;
            var granted = Grant(life, device, now);
            if (!granted)
                empty.Add((life.Filter, device.Stack));
            return granted;
        });
    }

    /// <returns>False when nothing is queued.</returns>
    private bool Grant(NodeLife life, DeviceStatus device, Moment now)
    {
        var most = Math.Clamp(device.Count, 1, _options.MostGranted);
        var request = new ClaimRequest(
            $"{life.Node}/{device.Device}", device.Device, life.TokenOf(device), most, life.Filter,
            device.Provenance, life.Node) { Stack = device.Stack };
        var granted = Ledger.Grant(request, now.Utc);
        if (granted.Count > 0)
            _grants.Add(new HeadStep.GrantDraft(life, device.Device, device.Want, granted));
        return granted.Count > 0;
    }

    private void Show(NodeLife life, Beat beat, Moment now)
    {
        // Its trainers were not up when the node said Hello.
        var provenance = life.Info.Provenance
            ?? beat.Devices.Select(one => one.Provenance).FirstOrDefault(one => one is not null);
        var shown = life.Info with { Load = beat.Load, Note = beat.Note, Provenance = provenance };
        if (now.Steady - life.ShownAt < _options.ShownEvery && shown with { Load = life.Info.Load } == life.Info)
            return;
        (life.Info, life.ShownAt) = (shown, now.Steady);
        Ledger.Beat(life.Info, _options.Lease, now.Utc);
    }

    /// <returns>Null when the message is of no conversation that there is.</returns>
    private NodeLife? LifeOf(Session session, History history, Moment now)
    {
        if (_lives.GetValueOrDefault(session.Node) is not { Session: not null } life || SessionOf(life) != session
            || history != History)
        {
            return null;
        }
        _leases.Heard(session.Node, now.Steady);
        return life;
    }

    private static Refused[] HelloFirst(Message message) =>
        [new Refused(message.Session, Refusal.HelloFirst, "The head does not know this conversation: perhaps it was restarted.")];

    private (Refusal Kind, string Reason)? ReasonAgainst(Hello hello)
    {
        var (name, incarnation, _) = hello.Session;
        if (hello.Protocol != MessageCodec.Version)
        {
            return (Refusal.Version,
                Text($"{name} (version {hello.Info.Version}) speaks protocol {hello.Protocol}, ")
                + Text($"this head (version {_options.Product}) protocol {MessageCodec.Version}. ")
                + "Run the same version everywhere.");
        }

        if (_options.Token.Length > 0 && !IsOurs(hello.Token))
            return (Refusal.Token, Text($"The token of {name} is not this head's. Use the key or owner file beside its store."));
        if (hello.History != History.None && hello.History.Identity != History.Identity)
        {
            return (Refusal.OtherStore,
                Text($"{name} holds trials of store {hello.History.Identity}; this head's is {History.Identity}. ")
                + "Start theirs here, or stop the node to give them up.");
        }

        if (Ledger.Node(name) is { } known)
        {
            if (known.Incarnation > incarnation)
                return (Refusal.Superseded, Text($"A later process of {name} is known. Each node needs a name of its own."));
            // It has forgotten what the store had made durable, and the store does not have it: a copy took its place unnoticed.
            if (known.Incarnation == incarnation && hello.First > known.Acknowledged + 1 && _rules.Generations)
            {
                return (Refusal.OtherHistory,
                    Text($"The store has {known.Acknowledged} entries of {name}, which were {hello.First - 1}."));
            }
        }

        if (hello.History != History.None && hello.History != History && _rules.Generations)
            return (Refusal.OtherHistory, Text($"The store was restored or moved since {name} had its trials from it."));
        return null;
    }

    private bool IsOurs(string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(_options.Token), Encoding.UTF8.GetBytes(token));
}
