using VaeSweep.Cluster.Protocol;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Protocol.Simulation;

/// <summary>A node's process: what actors make of <see cref="GatewayState"/> and <see cref="WorkerState"/>, with trainers that
/// take virtual time.</summary>
internal sealed class SimulatedNode : SimulatedProcess
{
    private readonly SimulatedWorld _world;
    private readonly GatewayState _gateway;
    private readonly List<WorkerState> _workers = [];

    // Every entry of this incarnation, to be checked when it is called durable.
    private readonly List<Entry> _told = [];
    private readonly Dictionary<AttemptFence, Training> _training = [];
    private TimeSpan _wakesAt = TimeSpan.MaxValue;

    public SimulatedNode(SimulatedWorld world, string name, long incarnation)
        : base(world.Time, world.Random)
    {
        (_world, Name) = (world, name);
        var random = world.Random;
        var options = new GatewayOptions
        {
            OutboxBytes = random.Next(3) == 0 ? 3_000 : 1_000_000, BatchBytes = random.Next(1, 2_000),
            ResendAfter = TimeSpan.FromSeconds(random.Next(1, 4)),
        };
        for (var i = random.Next(1, 4); i > 0; i--)
            _workers.Add(new WorkerState($"cpu:{i}", random.Next(1, 4)) { Packs = random.Next(1, 3), Trainer = ("stack", null) });
        var info = new NodeInfo(name, "host", [.. _workers.Select(one => one.Device)], "1", null);
        _gateway = new GatewayState(info, incarnation, "", null, options, world.Rules);
        _gateway.Connected();
        Pump();
    }

    public string Name { get; }


    /// <summary>Nothing trains, waits or is to be told.</summary>
    public bool IsDone => _gateway.IsDone && _workers.TrueForAll(one => one.IsIdle);

    public void Hear(Message message) => Post(() =>
    {
        switch (message)
        {
            case Ack ack:
                var first = _gateway.Outbox.First;
                foreach (var directed in _gateway.Hear(ack, Time.Now))
                    Direct(directed);
                for (var number = first; number < _gateway.Outbox.First; number++)
                    CheckKept(ack.History, _told[(int)number - 1]);
                break;
            case Grant grant when _gateway.Hear(grant):
                _workers.Find(one => one.Device == grant.Device)?.Take(grant);
                break;
            case Refused refused:
                switch (_gateway.Hear(refused))
                {
                    case Verdict.AllLost:
                        _told.Clear();
                        foreach (var attempt in _workers.SelectMany(one => one.LoseAll()))
                            StopSoon(attempt);
                        break;
                    case Verdict.Leave:
                        Leave();
                        break;
                    default:
                        break;
                }

                break;
            default:
                break;
        }

        Pump();
    });

    /// <summary>The way to the head is lost and found again.</summary>
    public void Reconnect() => Post(() =>
    {
        _gateway.Disconnected();
        _gateway.Connected();
        Pump();
    });

    /// <summary>Gives back what it has and takes no more; it ends when all is told.</summary>
    public void Leave() => Post(() =>
    {
        foreach (var (ends, stop) in _workers.Select(one => one.Drain()))
        {
            foreach (var end in ends)
                Tell(end);
            foreach (var attempt in stop)
                StopSoon(attempt);
        }

        Pump();
    });

    /// <summary>After whatever has happened: trainers begin, devices are shown, and what is due is sent.</summary>
    private void Pump()
    {
        foreach (var worker in _workers)
        {
            foreach (var one in worker.Next(Time.Now))
                Train(worker, one);
            if (_world.Random.Next(4) == 0)
                worker.AsksAhead = true;
            var (status, held) = worker.Show(Time.Now);
            _gateway.Show(status, held);
        }

        foreach (var message in _gateway.Due(Time.Now))
            _world.Network.Carry(message, _world.ToHead);
        var due = _gateway.DueAt;
        if (due >= _wakesAt && _wakesAt > Time.Now)
            return;
        _wakesAt = due;
        After(due > Time.Now ? due - Time.Now : TimeSpan.FromMilliseconds(1), () =>
        {
            if (_wakesAt == due)
            {
                _wakesAt = TimeSpan.MaxValue;
                Pump();
            }
        });
    }

    private void Train(WorkerState worker, Dispatch dispatch)
    {
        var training = new Training(worker, dispatch.Trial, dispatch.Trial.CheckpointEpoch);
        _training.Add(dispatch.Attempt, training);
        After(_world.EpochTime(), () => Epoch(training));
    }

    private void Epoch(Training training)
    {
        var (worker, trial, attempt) = (training.Worker, training.Trial, training.Trial.Attempt);
        if (!_training.ContainsKey(attempt))
            return;
        if (_gateway.Outbox.IsFull)
        {
            After(TimeSpan.FromSeconds(1), () => Epoch(training));
            return;
        }

        if (worker.Trains(attempt) && _world.Happens(40))
        {
            var failure = (FailureClass)_world.Random.Next(6);
            End(training, new AttemptEnd(AttemptOutcome.Failed) { FailureClass = failure, Reason = "chance" });
        }
        else if (training.Epoch >= trial.Budget)
        {
            End(training, trial.Budget < trial.Epochs ? new AttemptEnd(AttemptOutcome.Paused) : SimulatedWorld.Success(trial));
        }
        else
        {
            training.Epoch++;
            if (worker.Trains(attempt))
            {
                Tell(new EpochEntry(attempt, SimulatedWorld.Report(trial, training.Epoch)));
                if (training.Epoch % _world.CheckpointEvery == 0 || training.Epoch == trial.Budget)
                    Checkpoint(training);
            }

            After(_world.EpochTime(), () => Epoch(training));
        }

        Pump();
    }

    private void Checkpoint(Training training)
    {
        var (trial, epoch) = (training.Trial, training.Epoch);
        Tell(new CheckpointEntry(
            trial.Attempt, new EpochCheckpoint(epoch, $"{trial.TrialId}/{trial.Ordinal}/{epoch}", Best: epoch % 2 == 0)));
    }

    private void Direct(Directed directed)
    {
        foreach (var worker in _workers)
        {
            var (end, stop) = worker.Direct(directed.Attempt, directed.Directive);
            if (end is not null)
                Tell(end);
            if (stop)
                StopSoon(directed.Attempt);
        }
    }

    /// <summary>A trainer takes a while to stop.</summary>
    private void StopSoon(AttemptFence attempt) => After(TimeSpan.FromMilliseconds(_world.Random.Next(500)), () =>
    {
        if (!_training.Remove(attempt, out var training))
            return;
        if (training.Worker.Trains(attempt) && training.Epoch > 0)
            Checkpoint(training);
        if (training.Worker.Stopped(attempt) is { } end)
            Tell(end);
        Pump();
    });

    private void End(Training training, AttemptEnd end)
    {
        var attempt = training.Trial.Attempt;
        _training.Remove(attempt);
        if (training.Worker.End(attempt, end) is { } entry)
            Tell(entry);
        if (_world.Happens(8))
            training.Worker.Rest(Time.Now + TimeSpan.FromSeconds(_world.Random.Next(1, 20)));
    }

    private void Tell(Entry entry)
    {
        if (_gateway.Outbox.Add(entry))
            _told.Add(entry);
    }

    /// <summary>What the head calls durable is in the store, unless another attempt had the trial when it came.</summary>
    private void CheckKept(History history, Entry entry)
    {
        if (_world.History != history || _world.Log.Attempt(entry.Attempt.Trial, entry.Attempt.Fence) is not { } attempt)
            return;
        var kept = entry switch
        {
            EpochEntry { Report.Epoch: var epoch } =>
                attempt.Outcome is not (null or "succeeded") || _world.Log.Holds(attempt.Trial, epoch),
            EndEntry => attempt.Outcome is not null,
            _ => true,
        };
        if (!kept)
            _world.Breaches.Add($"{entry} was acknowledged and is not kept");
    }

    private sealed class Training(WorkerState worker, Granted trial, int epoch)
    {
        public WorkerState Worker { get; } = worker;
        public Granted Trial { get; } = trial;
        public int Epoch { get; set; } = epoch;
    }
}
