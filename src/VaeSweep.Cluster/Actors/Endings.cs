using Akka;
using Akka.Actor;
using Akka.Cluster;

namespace VaeSweep.Cluster.Actors;

/// <summary>How actor systems that are on a network end, and when they do not.</summary>
internal static class Endings
{
    private const string TlsReason = "TlsHandshakeFailureReason";

    /// <summary>Keeps a system alive when TLS fails on a connection that it makes: Akka would end it as a whole. What answers at
    /// a node's old address may be any program.</summary>
    public static void SurviveTlsFailures(ActorSystem system)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        // The first phase does not recover (akka.conf): what fails in it keeps the others from being run.
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "survive-tls-failures", () =>
            shutdown.ShutdownReason?.GetType().Name == TlsReason
                ? Task.FromException<Done>(new IOException("TLS failed on a connection to another process; this one goes on."))
                : Task.FromResult(Done.Instance));
    }

    /// <summary>Leaves the cluster, so that the others need not find out by themselves, and ends the system.</summary>
    /// <remarks>After a TLS failure <see cref="ActorSystem.Terminate"/> ends nothing any more: Akka's shutdown is run
    /// once.</remarks>
    /// <param name="patience">For leaving; the rest takes what it takes.</param>
    public static async Task EndAsync(ActorSystem system, TimeSpan patience)
    {
        if (system.WhenTerminated.IsCompleted)
            return;
        if (((ExtendedActorSystem)system).Provider is IClusterActorRefProvider)
        {
            var cluster = Akka.Cluster.Cluster.Get(system);
            if (!cluster.IsTerminated && cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.WeaklyUp
                or MemberStatus.Joining)
            {
                using var late = new CancellationTokenSource(patience);
                try
                {
                    await cluster.LeaveAsync(late.Token);
                }
                catch (OperationCanceledException)
                {
                    // The others notice in a while.
                }
            }
        }

        ((ExtendedActorSystem)system).Guardian.Stop();
        await system.WhenTerminated;
    }
}
