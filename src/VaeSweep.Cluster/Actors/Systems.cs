using System.Globalization;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Event;
using VaeSweep.Cluster.Security;

namespace VaeSweep.Cluster.Actors;

/// <summary>Makes actor systems with the settings of akka.conf.</summary>
internal static class Systems
{
    private static readonly Lazy<Config> _settings = new(() =>
    {
        // DotNetty takes memory in pieces of 16 MB for each thread that has connections, and keeps it; of 1 MB it is no slower.
        Environment.SetEnvironmentVariable("io.netty.allocator.maxOrder", "7");
        using var stream = typeof(Systems).Assembly.GetManifestResourceStream("akka.conf")!;
        return ConfigurationFactory.ParseString(new StreamReader(stream).ReadToEnd());
    });

    /// <summary>For a node's own actors: no network.</summary>
    public static ActorSystem Local() => Local("");

    /// <param name="more">Settings that go before.</param>
    internal static ActorSystem Local(string more) => Create(
        Names.Local,
        // A node that was started anew would have forgotten what its trainers do. Nothing is to be shut down in phases.
        more + "\nakka.actor.provider = local\n"
            + "akka.actor.guardian-supervisor-strategy = \"Akka.Actor.StoppingSupervisorStrategy, Akka\"\n"
            + "akka.coordinated-shutdown.run-by-actor-system-terminate = off\n",
        setup: null, []);

    /// <summary>A cluster member.</summary>
    /// <param name="host">That it listens on and is called by.</param>
    /// <param name="port">0 for any that is free.</param>
    /// <param name="role"><see cref="Names.HeadRole"/> or <see cref="Names.WorkerRole"/>.</param>
    /// <param name="setup">TLS; null for plain TCP, which is for loopback alone.</param>
    public static ActorSystem Member(string host, int port, string role, Setup? setup) => Create(Names.System, Text(
        $"""
        akka.actor.provider = cluster
        akka.cluster.roles = [{role}]
        # A node that is taken out of the cluster makes another system first, and ends the old one then (WireActor).
        akka.cluster.run-coordinated-shutdown-when-down = {(role == Names.HeadRole ? "on" : "off")}

        """) + Tcp(host, port, setup), setup,
        [ClusterClientReceptionist.DefaultConfig(), ClusterSingleton.DefaultConfig(), DistributedPubSub.DefaultConfig()]);

    /// <summary>A process that talks with a head without being a member: a command or an outpost.</summary>
    public static ActorSystem Remote(string host, int port, Setup? setup) =>
        Create(
            Names.System, "akka.actor.provider = remote\n" + Tcp(host, port, setup), setup,
            // What a client sends is written by the one of publishers.
            [ClusterClientReceptionist.DefaultConfig(), DistributedPubSub.DefaultConfig()]);

    /// <summary>Lets a system that is on a network say whom it turned away.</summary>
    public static void TellOf(Refusals refusals, ActorSystem system)
    {
        var rejections = system.ActorOf(RejectionsActor.Props(refusals), Names.Rejections);
        system.EventStream.Subscribe(rejections, typeof(Warning));
        system.EventStream.Subscribe(rejections, typeof(Error));
    }

    /// <summary>Where a system answers.</summary>
    /// <param name="at">HOST:PORT.</param>
    /// <param name="tls">Whether that system was given a setup.</param>
    public static Address AddressOf(string at, bool tls)
    {
        var colon = at.LastIndexOf(':');
        return new Address(tls ? "akka.ssl.tcp" : "akka.tcp", Names.System, at[..colon],
            int.Parse(at.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    private static string Tcp(string host, int port, Setup? setup) => Text(
        $"akka.remote.dot-netty.tcp {{ hostname = \"{host}\", port = {port}, enable-ssl = {(setup is null ? "off" : "on")} }}\n");

    /// <param name="tools">What Akka's modules have as their defaults; to read them takes a command's time.</param>
    private static ActorSystem Create(string name, string settings, Setup? setup, IReadOnlyList<Config> tools)
    {
        var config = tools.Aggregate(
            ConfigurationFactory.ParseString(settings).WithFallback(_settings.Value), (all, one) => all.WithFallback(one));
        var all = name == Names.Local ? ActorSystemSetup.Empty : ActorSystemSetup.Create(ClosedSerializers.Setup);
        // As ActorSystem.Create does, which also looks for an App.config: that takes a command some hundredths of a second.
        var system = new ActorSystemImpl(name, config, setup is null ? all : all.And(setup));
        system.Start();
        if (setup is not null)
            Endings.SurviveTlsFailures(system);
        return system;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
