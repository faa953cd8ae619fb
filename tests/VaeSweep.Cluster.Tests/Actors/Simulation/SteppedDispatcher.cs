using Akka.Configuration;
using Akka.Dispatch;

namespace VaeSweep.Cluster.Tests.Actors.Simulation;

/// <summary>Runs mailboxes as tasks of a test's scheduler.</summary>
public sealed class SteppedDispatcher : MessageDispatcher
{
    private readonly TaskScheduler _lane;

    private SteppedDispatcher(Maker maker, TaskScheduler lane)
        : base(maker) => _lane = lane;

    protected override void ExecuteTask(IRunnable run) =>
        _ = Task.Factory.StartNew(run.Run, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _lane);

    protected override void Shutdown()
    {
        // The scheduler is the test's.
    }

    public sealed class Maker : MessageDispatcherConfigurator
    {
        private readonly SteppedDispatcher _dispatcher;

        public Maker(Config config, IDispatcherPrerequisites prerequisites)
            : base(config, prerequisites) =>
            _dispatcher = new SteppedDispatcher(this, SteppedSystems.Of(prerequisites.Settings.Config).Lane);

        public override MessageDispatcher Dispatcher() => _dispatcher;
    }
}
