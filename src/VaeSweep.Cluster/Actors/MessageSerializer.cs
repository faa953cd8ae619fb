using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Actors;

/// <summary>Gives Akka the bytes of <see cref="MessageCodec"/>, those of the door, and those of the command channel as they
/// are.</summary>
internal sealed class MessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string Channel = "channel";

    public override int Identifier => 7301;

    public override string Manifest(object o) => o switch
    {
        ChannelFrame => Channel,
        DoorMessage door => door.Manifest,
        _ => MessageCodec.ManifestOf(MessageOf(o)),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        ChannelFrame frame => frame.Bytes,
        DoorMessage door => door.ToBytes(),
        _ => MessageCodec.Write(MessageOf(obj)),
    };

    /// <exception cref="SerializationException">The bytes are no message of ours: Akka drops and logs it.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest == Channel)
            return new ChannelFrame(bytes);
        try
        {
            return DoorMessage.Read(manifest, bytes) ?? (object)MessageCodec.Read(manifest, bytes);
        }
        catch (ProtocolException failure)
        {
            throw new SerializationException(failure.Message, failure);
        }
    }

    private static Message MessageOf(object o) =>
        o as Message ?? throw new ArgumentException($"{o.GetType().Name} is no message for other processes.", nameof(o));
}
