using System.Globalization;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Serialization;
using VaeSweep.Cluster.Actors;

namespace VaeSweep.Cluster.Tests.Remote;

/// <summary>An Akka system with Akka's own settings, as somebody would run who means harm.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    /// <param name="setup">Null for TCP without TLS.</param>
    /// <param name="serializer">For the messages of the protocol; null for the true one.</param>
    /// <param name="publicPort">That it says it listens at; 0 for the true one.</param>
    public Stranger(Setup? setup, Type? serializer = null, int publicPort = 0)
    {
        var config = ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture,
            $$"""
            akka {
              loglevel = OFF, stdout-loglevel = OFF, log-serializer-override-on-start = off, log-dead-letters = off
              coordinated-shutdown.run-by-clr-shutdown-hook = off
              actor.provider = remote
              actor.serializers.vaesweep = "{{(serializer ?? typeof(MessageSerializer)).AssemblyQualifiedName}}"
              actor.serialization-bindings {
                "VaeSweep.Cluster.Protocol.Message, VaeSweep.Cluster" = vaesweep
                "VaeSweep.Cluster.Actors.DoorMessage, VaeSweep.Cluster" = vaesweep
              }
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, public-port = {{publicPort}} }
              remote.dot-netty.tcp.enable-ssl = {{(setup is null ? "off" : "on")}}
            }
            """));
        var boot = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config));
        System = ActorSystem.Create(Names.System, setup is null ? boot : boot.And(setup));
        Inbox = Inbox.Create(System);
    }

    public ActorSystem System { get; }

    public Inbox Inbox { get; }

    public async ValueTask DisposeAsync()
    {
        ((ExtendedActorSystem)System).Guardian.Stop();
        await System.WhenTerminated;
    }
}
