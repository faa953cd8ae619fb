using VaeSweep.Cluster.Tests.Simulation;
using VaeSweep.Store;
using VaeSweep.Sweeps;

namespace VaeSweep.Cluster.Tests.Actors;

/// <summary>Whole sweeps under faults of every kind, in histories that a seed decides: which actor runs next, how long calls take, what breaks and when.</summary>
public sealed class RandomHistoryTests
{
    private const int Seeds = 300;

    [Fact]
    public void Whatever_happens_every_trial_ends_once_with_each_epoch_once()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                new History(seed).Live();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private sealed class History
    {
        private readonly Random _random;
        private readonly SimulatedCluster _cluster;
        private readonly List<(Node Node, InMemoryStore Wire)> _nodes = [];
        private bool _calm;

        public History(int seed)
        {
            _random = new Random(seed);
            var script = new TrainerScript { Epochs = _random.Next(1, 12), CheckpointEvery = _random.Next(1, 5) };
            _cluster = new SimulatedCluster(script, seed);
            script.EpochTime = _ => TimeSpan.FromMilliseconds(_random.Next(2) == 0 ? _random.Next(0, 50) : _random.Next(0, 4_000));
            script.BeforeEpoch = (_, _, _) =>
            {
                if (!_calm && _random.Next(25) == 0)
                {
                    throw TrainerScript.Crash();
                }
            };
            _cluster.Launcher.BeforeStart = async (_, ct) =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, 3_000)), _cluster.Clock, ct);
                if (!_calm && _random.Next(10) == 0)
                {
                    throw TrainerScript.Crash(1, "no device");
                }
            };
        }

        public void Live()
        {
            _cluster.Submit(_random.Next(1, 12), maxAttempts: 1_000);
            var upheavals = _random.Next(2, 12);
            for (var i = 0; i < upheavals; i++)
            {
                Upheaval();
                _cluster.Pass(TimeSpan.FromMilliseconds(_random.Next(1, 40_000)));
            }

            _calm = true;
            foreach (var (_, wire) in _nodes)
            {
                Heal(wire);
            }

            SetState(SweepState.Active);
            var last = StartNode(exit: true);
            _cluster.Finish(last, TimeSpan.FromHours(2));

            _cluster.AssertAllSucceeded();
            Assert.All(_cluster.Store.Trials, t => Assert.InRange(t.Ends.Count, 1, t.Attempt));
        }

        private void Upheaval()
        {
            switch (_random.Next(10))
            {
                case 0 or 1 or 2:
                    StartNode(exit: false);
                    break;
                case 3 when Pick() is { } node:
                    _ = _cluster.Begin(async () =>
                    {
                        await node.Node.StopAsync();
                        return true;
                    });
                    break;
                case 4 when Pick() is { } node:
                    node.Node.Abort();
                    break;
                case 5 when Pick() is { } node:
                    node.Wire.Before = (_, _) => throw new StoreException("cut off");
                    break;
                case 6 when Pick() is { } node:
                    node.Wire.Before = (_, ct) => Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, 20_000)), _cluster.Clock, ct);
                    break;
                case 7 when Pick() is { } node:
                    node.Wire.After = (_, _) => _random.Next(3) == 0 ? throw new StoreException("answer lost") : Task.CompletedTask;
                    break;
                case 8:
                    SetState(_random.Next(2) == 0 ? SweepState.Paused : SweepState.Active);
                    break;
                default:
                    if (Pick() is { } lucky)
                    {
                        Heal(lucky.Wire);
                    }

                    break;
            }
        }

        private (Node Node, InMemoryStore Wire)? Pick() => _nodes.Count == 0 ? null : _nodes[_random.Next(_nodes.Count)];

        private Node StartNode(bool exit)
        {
            var wire = _cluster.Store.View();
            wire.Before = (_, ct) => Task.Delay(TimeSpan.FromMilliseconds(_random.Next(0, 30)), _cluster.Clock, ct);
            var devices = Enumerable.Range(0, _random.Next(1, 4)).Select(i => $"cpu:{i}").ToArray();
            var node = _cluster.Start(_cluster.Options(devices) with
            {
                Store = wire,
                ExitWhenDone = exit,
                PackSize = _random.Next(1, 4),
                PrefetchAhead = TimeSpan.FromSeconds(_random.Next(0, 20)),
                StopTimeout = TimeSpan.FromSeconds(_random.Next(1, 30)),
                Seed = _random.Next(),
            });
            _nodes.Add((node, wire));
            return node;
        }

        private void SetState(SweepState state) => _cluster.Run(() => _cluster.Store.SetSweepStateAsync("s", state, CancellationToken.None));

        private static void Heal(InMemoryStore wire)
        {
            wire.Before = (_, _) => Task.CompletedTask;
            wire.After = (_, _) => Task.CompletedTask;
        }
    }
}
