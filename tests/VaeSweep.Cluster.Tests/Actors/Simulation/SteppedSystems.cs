using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Configuration;
using VaeSweep.Cluster.Actors;

namespace VaeSweep.Cluster.Tests.Actors.Simulation;

/// <summary>Makes actor systems whose actors run where a test steps them, and whose timers are the test's clock's.</summary>
internal static class SteppedSystems
{
    private const string Setting = "stepped-system";
    private static readonly ConcurrentDictionary<int, (TaskScheduler Lane, TimeProvider Clock)> _known = new();
    private static int _last;

    public static ActorSystem Create(TaskScheduler lane, TimeProvider clock)
    {
        var number = Interlocked.Increment(ref _last);
        _known[number] = (lane, clock);
        var dispatcher = typeof(SteppedDispatcher.Maker).AssemblyQualifiedName;
        return Systems.Local($$"""
            {{Setting}} = {{number}}
            akka.scheduler.implementation = "{{typeof(SteppedTimers).AssemblyQualifiedName}}"
            akka.actor.default-dispatcher { type = "{{dispatcher}}" }
            akka.actor.internal-dispatcher { type = "{{dispatcher}}" }
            """);
    }

    public static (TaskScheduler Lane, TimeProvider Clock) Of(Config config) => _known[config.GetInt(Setting)];
}
