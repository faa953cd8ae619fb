using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace VaeSweep.Cluster.Actors;

/// <summary>Closes the ways by which Akka lets another process act inside this one: making actors, stopping and restarting them,
/// and objects of any type from JSON. Nobody needs them here, and who has a key must not be able to use them either.</summary>
/// <remarks>Akka's untrusted mode (akka.conf) drops some of it, but neither Kill nor most system messages; and what is dropped
/// was read before. Here it is not even read.</remarks>
internal static class ClosedSerializers
{
    private const int JsonIdentifier = 1;

    private static readonly (string Alias, int Identifier)[] _closed =
        [("json", JsonIdentifier), ("proto", 2), ("daemon-create", 3), ("akka-system-msg", 22), ("reliable-delivery", 36)];

    public static SerializationSetup Setup { get; } = SerializationSetup.Create(system =>
    [
        .. _closed.Select(one => Details(one.Alias, new ClosedSerializer(system, one.Identifier))),
        Details("akka-misc", new HarmlessMessages(system)),
    ]);

    /// <summary>Takes the place of Akka's own in akka.conf, so that Newtonsoft.Json is not even loaded.</summary>
    internal sealed class Json : ClosedSerializer
    {
        // Akka looks for a constructor of these two.
        public Json(ExtendedActorSystem system, Config settings)
            : base(system, JsonIdentifier) => ArgumentNullException.ThrowIfNull(settings);
    }

    private static SerializerDetails Details(string alias, Serializer serializer) =>
        SerializerDetails.Create(alias, serializer, ImmutableHashSet<Type>.Empty);

    internal class ClosedSerializer(ExtendedActorSystem system, int identifier) : SerializerWithStringManifest(system)
    {
        public override int Identifier => identifier;

        public override string Manifest(object o) => "";

        public override byte[] ToBinary(object obj) =>
            throw new SerializationException($"{obj.GetType().Name} is no message for other processes.");

        public override object FromBinary(byte[] bytes, string manifest) =>
            throw new SerializationException("Messages of this kind are not taken from other processes.");
    }

    /// <summary>Of Akka's various messages those that ask whether an actor is there, and heartbeats.</summary>
    private sealed class HarmlessMessages(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        private static readonly ImmutableHashSet<string> _harmless = ["ID", "AID", "AR", "RWHB", "RWHR"];
        private readonly MiscMessageSerializer _all = new(system);

        public override int Identifier => 16;

        public override string Manifest(object o) => _all.Manifest(o);

        public override byte[] ToBinary(object obj) => _all.ToBinary(obj);

        public override object FromBinary(byte[] bytes, string manifest) => _harmless.Contains(manifest)
            ? _all.FromBinary(bytes, manifest)
            : throw new SerializationException("Messages of this kind are not taken from other processes.");
    }
}
