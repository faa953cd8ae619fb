using System.Globalization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;

namespace VaeSweep.Cluster.Actors;

/// <summary>Makes actor systems with the settings of akka.conf.</summary>
internal static class Systems
{
    private static readonly Lazy<Config> _settings = new(() =>
    {
        using var stream = typeof(Systems).Assembly.GetManifestResourceStream("akka.conf")!;
        return ConfigurationFactory.ParseString(new StreamReader(stream).ReadToEnd());
    });

    /// <summary>For a node's own actors: no network.</summary>
    public static ActorSystem Local() => Create(Names.Local, "akka.actor.provider = local", setup: null);

    /// <summary>A cluster member.</summary>
    /// <param name="host">That it listens on and is called by.</param>
    /// <param name="port">0 for any that is free.</param>
    /// <param name="role"><see cref="Names.HeadRole"/> or <see cref="Names.WorkerRole"/>.</param>
    /// <param name="setup">TLS; null for plain TCP, which is for loopback alone.</param>
    public static ActorSystem Member(string host, int port, string role, Setup? setup) =>
        Create(Names.System, Text($"akka.actor.provider = cluster\nakka.cluster.roles = [{role}]\n") + Tcp(host, port, setup), setup);

    /// <summary>A process that talks with a head without being a member: a command or an outpost.</summary>
    public static ActorSystem Remote(string host, int port, Setup? setup) =>
        Create(Names.System, "akka.actor.provider = remote\n" + Tcp(host, port, setup), setup);

    private static string Tcp(string host, int port, Setup? setup) => Text(
        $"akka.remote.dot-netty.tcp {{ hostname = \"{host}\", port = {port}, enable-ssl = {(setup is null ? "off" : "on")} }}\n");

    private static ActorSystem Create(string name, string settings, Setup? setup)
    {
        var config = ConfigurationFactory.ParseString(settings).WithFallback(_settings.Value)
            .WithFallback(ClusterClientReceptionist.DefaultConfig())
            .WithFallback(ClusterSingleton.DefaultConfig())
            .WithFallback(DistributedPubSub.DefaultConfig());
        var boot = BootstrapSetup.Create().WithConfig(config);
        return ActorSystem.Create(name, setup is null ? ActorSystemSetup.Create(boot) : ActorSystemSetup.Create(boot, setup));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
