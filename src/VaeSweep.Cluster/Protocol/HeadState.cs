using System.Globalization;
using VaeSweep.Store;

namespace VaeSweep.Cluster.Protocol;

/// <summary>A head's side of the conversations with its nodes: turns messages into events of the <see cref="Store.Ledger"/>, and
/// its answers into grants and acks. Pure; used by one caller at a time.</summary>
/// <remarks>
/// <para><b>Order.</b> Its owner has a started Ledger whose start is committed. It calls <c>Hear</c> for each message (with what
/// the transport knows of the sender's address at hand, to send answers there), <see cref="Tick"/> every
/// <see cref="LeaseBook.LookEvery"/>, <see cref="Gone"/> and <see cref="Unreachable"/> as the transport says, and
/// <see cref="Changed"/> after a command has changed the Ledger. What <c>Hear</c> gives back is sent at once. After each, or
/// after a few, it calls <see cref="Take"/>, then commits <see cref="Store.Ledger.Changes"/>, whether there is a step or not,
/// settles them, and looks up the configurations of <see cref="HeadStep.Granted"/>. Once they are committed (steps in their
/// order; several may share a transaction) it calls <see cref="Kept"/> and sends what that gives.</para>
/// <para><b>Ahead of the disk.</b> The Ledger is ahead of what is committed, by the steps under way. Nothing that depends on them
/// leaves before they are kept, but that entries were received. When a commit fails, nobody knows what is kept: Ledger and
/// HeadState are thrown away, and the owner begins as at a start. Nodes notice (<see cref="Refusal.HelloFirst"/>) and send again
/// what was not durable.</para>
/// <para><b>No memory of its own that matters.</b> Grants under way are in the Ledger: running, with the want as token, so that
/// asking again gives them again. A node's durable number is in its document, committed together with what it told.</para>
/// </remarks>
public sealed partial class HeadState
{
    private readonly HeadOptions _options;
    private readonly ProtocolRules _rules;
    private readonly LeaseBook _leases;
    private readonly Dictionary<string, NodeLife> _lives = new(StringComparer.Ordinal);
    private readonly List<HeadStep.GrantDraft> _grants = [];

    // Something may have been queued since the wants were last looked at.
    private bool _mayServe;

    /// <param name="ledger">Started, and its start committed.</param>
    public HeadState(Ledger ledger, HeadOptions options, Moment now)
        : this(ledger, options, now, ProtocolRules.All)
    {
    }

    internal HeadState(Ledger ledger, HeadOptions options, Moment now, ProtocolRules rules)
    {
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(options);
        (Ledger, _options, _rules) = (ledger, options, rules);
        _leases = new LeaseBook(options.Lease, now.Steady, rules);
        History = new History(ledger.Identity, ledger.Generation);
        foreach (var node in ledger.NodesAtWork())
            _leases.Heard(node, now.Steady);
    }

    public Ledger Ledger { get; }

    public History History { get; }

    /// <returns>What is to be sent to its sender at once.</returns>
    public IReadOnlyList<Message> Hear(Message message, Moment now) => message switch
    {
        Hello hello => Hear(hello, now),
        Beat beat => Hear(beat, now),
        Batch batch => Hear(batch, now),
        _ => throw new ArgumentException($"A head does not hear a {message?.GetType().Name}.", nameof(message)),
    };

    /// <summary>Whether a conversation is the one that its node has now.</summary>
    public bool Knows(Session session) =>
        _lives.TryGetValue(session.Node, out var life) && life.Session is not null && SessionOf(life) == session;

    /// <summary>Notices nodes that were silent for a whole lease.</summary>
    /// <returns>Those nodes, and how many trials each has lost.</returns>
    public IReadOnlyList<(string Node, int Trials)> Tick(Moment now)
    {
        var lost = new List<(string Node, int Trials)>();
        foreach (var node in _leases.Expired(now.Steady))
        {
            lost.Add((node, Ledger.Lose(node, now.Utc).Count));
            Unreachable(node);
            _mayServe = true;
        }

        return lost;
    }

    /// <summary>Membership cannot reach a node: nothing is granted to it until it is heard again. What it has stays its own for
    /// its lease.</summary>
    public void Unreachable(string node)
    {
        if (_lives.TryGetValue(node, out var life))
            life.Wants.Clear();
    }

    /// <summary>A node's process is known to have ended: its port refuses connections, or its process identifier is gone on this
    /// host. What it had is queued again at once. Should it live after all, it finds its attempts lost.</summary>
    /// <returns>How many trials are queued again.</returns>
    public int Gone(string node, Moment now)
    {
        _leases.Forget(node);
        _lives.GetValueOrDefault(node)?.End();
        _mayServe = true;
        return Ledger.Evict(node, now.Utc).Count;
    }

    /// <summary>An owner has changed something in the Ledger: there may be work for devices that want some, and directives for
    /// running trials.</summary>
    public void Changed()
    {
        _mayServe = true;
        foreach (var life in _lives.Values.Where(life => life.Held.Count > 0))
            life.IsAnswered = true;
    }

    /// <summary>Ends a step: the Ledger's changes are to be committed now.</summary>
    /// <returns>Null when nobody is to be answered after it; there may be changes all the same.</returns>
    public HeadStep? Take(Moment now)
    {
        if (_mayServe)
            ServeAll(now);
        foreach (var life in _lives.Values.Where(life => life.HasNews))
        {
            Ledger.Acknowledge(life.Node, life.Received, _options.Lease, now.Utc);
            (life.HasNews, life.IsAnswered) = (false, true);
        }

        foreach (var life in _lives.Values.Where(life => life.Leaves && Ledger.Node(life.Node)?.AliveUntil > 0))
            Ledger.Evict(life.Node, now.Utc);
        List<HeadStep.Answer> answers =
        [
            .. _lives.Values.Where(life => life.IsAnswered)
                .Select(life => new HeadStep.Answer(life, life.Received, DirectivesFor(life), life.Leaves)),
        ];
        if (answers.Count + _grants.Count == 0)
            return null;
        foreach (var answer in answers)
            answer.Life.IsAnswered = false;
        // A want that was said twice since the last step is answered once, as it was granted last.
        var step = new HeadStep(
            answers, [.. _grants.GroupBy(one => (one.Life, one.Device, one.Want)).Select(same => same.Last())]);
        _grants.Clear();
        return step;
    }

    /// <summary>A step's changes are committed.</summary>
    /// <param name="configOf">A trial's whole configuration, in canonical JSON.</param>
    /// <returns>What is to be sent, each to the node of its session.</returns>
    public IReadOnlyList<Message> Kept(HeadStep step, Func<Granted, string> configOf)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(configOf);
        var messages = new List<Message>();
        // A life that has ended, or that another has followed, has nobody to tell.
        foreach (var (life, received, directives, left) in step.Answers)
        {
            life.Durable = Math.Max(life.Durable, received);
            if (IsCurrent(life))
                messages.Add(AckTo(life, directives) with { Left = left && life.Leaves });
        }

        foreach (var (life, device, want, trials) in step.Grants.Where(one => IsCurrent(one.Life)))
            messages.Add(new Grant(SessionOf(life), History, device, want, Fitting(trials, configOf)));
        return messages;
    }

    private bool IsCurrent(NodeLife life) => life.Session is not null && _lives.GetValueOrDefault(life.Node) == life;

    private static Session SessionOf(NodeLife life) => new(life.Node, life.Incarnation, life.Session!.Value);

    private Ack AckTo(NodeLife life, IReadOnlyList<Directed> directives) =>
        new(SessionOf(life), History, life.Received, _rules.Durability ? life.Durable : life.Received, directives)
        {
            Term = Ledger.Term,
        };

    private List<Directed> DirectivesFor(NodeLife life) =>
        [.. life.Held.Select(one => new Directed(one, Ledger.Asked(one))).Where(one => one.Directive != Directive.Continue)];

    /// <summary>As many as a message carries, at least one. The node takes the grant without the others, which so are granted
    /// anew.</summary>
    private static List<Dispatch> Fitting(IReadOnlyList<Granted> trials, Func<Granted, string> configOf)
    {
        // A letter takes up to three bytes.
        const int MostLetters = MessageCodec.MostBytes / 4;
        var fitting = new List<Dispatch>(trials.Count);
        var letters = 0;
        foreach (var trial in trials)
        {
            var one = new Dispatch(trial, configOf(trial));
            letters += one.ConfigJson.Length + trial.PackKey.Length + trial.Sweep.Length + (trial.CheckpointPath?.Length ?? 0);
            if (fitting.Count > 0 && letters > MostLetters)
                break;
            fitting.Add(one);
        }

        return fitting;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
