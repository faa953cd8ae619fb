using System.Threading.Channels;

namespace VaeSweep.Cluster.Former.Kernel;

internal sealed partial class ActorCell : IStash
{
    /// <summary>Messages handled before other actors get a turn on the thread.</summary>
    private const int Throughput = 100;

    private readonly Channel<SystemMessage> _systemQueue = Channel.CreateUnbounded<SystemMessage>();
    private readonly Channel<Envelope> _userQueue = Channel.CreateUnbounded<Envelope>();
    private readonly LinkedList<Envelope> _unstashed = [];
    private readonly LinkedList<Envelope> _stashed = [];
    private TimerScheduler? _timers;
    private Envelope _current;
    private bool _currentIsStashed;
    private object? _failedOn;
    private volatile int _suspensions;
    private int _scheduled;

    public void Post(Envelope envelope)
    {
        _userQueue.Writer.TryWrite(envelope);
        Schedule();
    }

    public void PostSystem(SystemMessage message)
    {
        _systemQueue.Writer.TryWrite(message);
        Schedule();
    }

    public void Stash()
    {
        if (_currentIsStashed)
        {
            throw new InvalidOperationException($"{_self.Path} stashed the same {_current.Message.GetType().Name} twice.");
        }

        _currentIsStashed = true;
        _stashed.AddLast(_current);
    }

    public void Unstash()
    {
        if (_stashed.First is { } oldest)
        {
            _stashed.RemoveFirst();
            _unstashed.AddFirst(oldest.Value);
        }
    }

    public void UnstashAll()
    {
        while (_stashed.Last is { } youngest)
        {
            _stashed.RemoveLast();
            _unstashed.AddFirst(youngest.Value);
        }
    }

    private void Schedule()
    {
        if (Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
        {
            Start();
        }
    }

    private void Start() =>
        _ = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, System.Dispatcher);

    private async Task RunAsync()
    {
        CurrentCell.Value = this;
        for (var handled = 0; handled < Throughput; handled++)
        {
            if (_systemQueue.Reader.TryRead(out var systemMessage))
            {
                Handle(systemMessage);
            }
            else if (_suspensions == 0 && TryTake(out var envelope))
            {
                await DeliverAsync(envelope);
            }
            else
            {
                Volatile.Write(ref _scheduled, 0);
                // A message may have come between the last look and the line above; its sender saw the flag still set.
                Interlocked.MemoryBarrier();
                if (_systemQueue.Reader.Count > 0 || (_suspensions == 0 && _userQueue.Reader.Count > 0))
                {
                    Schedule();
                }

                return;
            }
        }

        Start();
    }

    private bool TryTake(out Envelope envelope)
    {
        if (_unstashed.First is { } first)
        {
            _unstashed.RemoveFirst();
            envelope = first.Value;
            return true;
        }

        return _userQueue.Reader.TryRead(out envelope);
    }

    private async Task DeliverAsync(Envelope envelope)
    {
        if (_life == Life.Terminated)
        {
            System.DeadLetters.Tell(new DeadLetter(Unwrap(envelope.Message), envelope.Sender, _self), envelope.Sender);
            return;
        }

        try
        {
            if (envelope.Message is TimerScheduler.Tick tick)
            {
                if (!ReferenceEquals(tick.Owner, _timers) || _timers.Deliver(tick) is not { } message)
                {
                    return;
                }

                envelope = new Envelope(message, _self);
            }

            _current = envelope;
            _currentIsStashed = false;
            switch (envelope.Message)
            {
                case PoisonPill:
                    BeginStop();
                    break;
                case Kill:
                    throw new ActorKilledException($"{_self.Path} was killed.");
                case Terminated terminated when !_terminatedQueued.Remove(terminated.ActorRef):
                    break;
                default:
                    await _actor!.Invoke(envelope.Message);
                    break;
            }
        }
        catch (Exception e)
        {
            Fail(e, envelope.Message);
        }
        finally
        {
            _current = default;
        }

        static object Unwrap(object message) => message is TimerScheduler.Tick tick ? tick.Key : message;
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Fail(e, message: null);
        }
    }
}
