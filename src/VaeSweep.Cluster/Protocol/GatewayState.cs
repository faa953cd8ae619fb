using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>A node's side of the conversation with the head: what is to be sent when, and what an answer means. Pure; lives with
/// the <see cref="Outbox"/> as long as the process, whatever becomes of connections.</summary>
/// <remarks>
/// <para>Its actor calls <see cref="Connected"/> and <see cref="Disconnected"/> as the transport says, <see cref="Show"/> when a
/// worker tells how its device stands, <c>Hear</c> for each message, and adds entries to <see cref="Outbox"/> (before the
/// worker's <see cref="Show"/> that no longer holds the attempt). After each of these, and at <see cref="DueAt"/>, it sends what
/// <see cref="Due"/> gives. All on one mailbox.</para>
/// <para>A grant goes to its device's worker when <see cref="Hear(Grant)"/> says so; directives go to the worker that holds the
/// attempt. <see cref="Verdict.AllLost"/> goes to every worker (<see cref="WorkerState.LoseAll"/>), <see cref="Verdict.Leave"/>
/// makes them drain.
/// </para>
/// <para>Nothing here waits: what was sent and not confirmed is sent again, and the device's want, the held attempts and the
/// outbox are the only memory. So it does not matter which head answers, or which message was lost.</para>
/// </remarks>
public sealed class GatewayState
{
    private readonly GatewayOptions _options;
    private readonly ProtocolRules _rules;
    private readonly NodeInfo _info;
    private readonly string _token;
    private readonly string? _filter;
    private readonly SortedDictionary<string, (DeviceStatus Status, IReadOnlyList<AttemptFence> Held)> _devices =
        new(StringComparer.Ordinal);
    private History _history = History.None;
    private Session _session;
    private long _term;
    private bool _connected;
    private bool _greeted;
    private bool _changed;
    private bool _leaves;
    private long _beats;
    private TimeSpan _helloAt;
    private TimeSpan _beatAt;
    private TimeSpan _lastBeatAt;

    /// <param name="incarnation">Larger than of any process of this name before: when this one was started, in
    /// milliseconds.</param>
    /// <param name="token">As in the store's owner file; empty where none is asked for.</param>
    /// <param name="filter">The only sweep to train; null for all.</param>
    public GatewayState(NodeInfo info, long incarnation, string token, string? filter, GatewayOptions options)
        : this(info, incarnation, token, filter, options, ProtocolRules.All)
    {
    }

    internal GatewayState(
        NodeInfo info, long incarnation, string token, string? filter, GatewayOptions options, ProtocolRules rules)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(options);
        (_info, _token, _filter, _options, _rules) = (info, token, filter, options, rules);
        _session = new Session(info.Node, incarnation, 1);
        Outbox = new Outbox(options, rules);
    }

    public Outbox Outbox { get; }

    /// <summary>A head has answered in this conversation.</summary>
    public bool IsGreeted => _greeted;

    /// <summary>How busy the machine is, for the next beats.</summary>
    public string? Load { get; set; }

    /// <summary>What a person should know of the node, for the next beats.</summary>
    public string? Note { get; set; }

    /// <summary>The node leaves: once it holds nothing, the head is asked to list it as gone.</summary>
    public bool Leaves
    {
        get => _leaves;
        set => _changed |= (_leaves = value);
    }

    /// <summary>The head has listed it as gone.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>The node holds nothing, and all that it told is durable: it may leave.</summary>
    public bool IsDone => Outbox.Count == 0 && _devices.Values.All(one => one.Held.Count == 0);

    /// <summary>When <see cref="Due"/> has something, should nothing happen before.</summary>
    public TimeSpan DueAt
    {
        get
        {
            if (!_connected)
                return TimeSpan.MaxValue;
            if (!_greeted)
                return _helloAt;
            var beatAt = _changed ? _lastBeatAt + _options.BeatsApart : _beatAt;
            return Outbox.ResendAt is { } resendAt && resendAt < beatAt ? resendAt : beatAt;
        }
    }

    /// <summary>There is a way to a head.</summary>
    public void Connected() => _connected = true;

    /// <summary>There is none. Training goes on; the next connection begins with <see cref="Hello"/>.</summary>
    public void Disconnected()
    {
        _connected = false;
        BeginAgain();
    }

    /// <summary>How a device stands (<see cref="WorkerState.Show"/>).</summary>
    public void Show(DeviceStatus status, IReadOnlyList<AttemptFence> held)
    {
        ArgumentNullException.ThrowIfNull(status);
        var known = _devices.TryGetValue(status.Device, out var before);
        _devices[status.Device] = (status, held);
        // What is left of a rest is no news.
        _changed |= !known || !before.Held.SequenceEqual(held)
            || before.Status with { RestsFor = default } != status with { RestsFor = default };
    }

    /// <returns>What is to be sent now, in this order.</returns>
    public IReadOnlyList<Message> Due(TimeSpan now)
    {
        if (!_connected)
            return [];
        if (!_greeted)
        {
            if (now < _helloAt)
                return [];
            _helloAt = now + _options.HelloEvery;
            return [new Hello(_session, MessageCodec.Version, _history, _token, _filter, Outbox.First, _info)];
        }

        var due = new List<Message>();
        if (now >= _beatAt || (_changed && now >= _lastBeatAt + _options.BeatsApart))
        {
            (_lastBeatAt, _beatAt, _changed) = (now, now + _options.BeatEvery, false);
            due.Add(new Beat(_session, _history, ++_beats, Held(), [.. _devices.Values.Select(one => one.Status)], Load, Note)
            {
                Leaves = Leaves && IsDone,
            });
        }

        while (Outbox.Next(now) is (var first, var entries))
            due.Add(new Batch(_session, _history, first, entries));
        return due;
    }

    /// <returns>What is asked of attempts that wait or train here.</returns>
    public IReadOnlyList<Directed> Hear(Ack ack, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(ack);
        if (ack.Session != _session || (_history != History.None && ack.History != _history))
            return [];
        if (_greeted && ack.Term != _term)
        {
            BeginAgain();
            return [];
        }

        if (!_greeted)
        {
            _term = ack.Term;
            if (_history == History.None)
            {
                _history = ack.History;
                Outbox.Clear(_history.Generation);
            }

            (_greeted, _beatAt) = (true, now);
            Outbox.Begin(ack.Received, now);
        }

        Outbox.Confirm(ack.Received, ack.Durable, now);
        _changed |= Leaves && IsDone && !HasLeft && !ack.Left;
        HasLeft |= ack.Left;
        return ack.Directives.Count == 0 ? [] : [.. ack.Directives.Where(one => !Outbox.Ending.Contains(one.Attempt))];
    }

    /// <returns>Whether the device's worker is to take it.</returns>
    public bool Hear(Grant grant)
    {
        ArgumentNullException.ThrowIfNull(grant);
        return _greeted && grant.Session == _session && grant.History == _history;
    }

    public Verdict Hear(Refused refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (refused.Session != _session)
            return Verdict.GoOn;
        switch (refused.Kind)
        {
            case Refusal.HelloFirst:
                BeginAgain();
                return Verdict.GoOn;
            case Refusal.OtherHistory:
                return LoseAll();
            case Refusal.OtherStore:
                return IsDone && !_greeted ? LoseAll() : Verdict.GoOn;
            default:
                return Verdict.Leave;
        }
    }

    private Verdict LoseAll()
    {
        // Another life: nothing that is under way from the one before can be taken for its entries.
        _session = _session with { Incarnation = _session.Incarnation + 1 };
        _history = History.None;
        Outbox.Clear(_history.Generation);
        foreach (var (device, (status, _)) in _devices.ToList())
            _devices[device] = (status, []);
        BeginAgain();
        return Verdict.AllLost;
    }

    private void BeginAgain()
    {
        _session = _session with { Number = _session.Number + 1 };
        (_greeted, _helloAt) = (false, TimeSpan.Zero);
    }

    /// <summary>A worker that has not heard of another history yet may name attempts of the one before.</summary>
    private List<AttemptFence> Held() =>
    [
        .. _devices.Values.SelectMany(one => one.Held).Concat(Outbox.Ending).Distinct()
            .Where(one => one.Generation == _history.Generation),
    ];
}
