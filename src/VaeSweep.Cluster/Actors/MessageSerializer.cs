using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Actors;

/// <summary>Gives Akka the bytes of <see cref="MessageCodec"/>, and those of the command channel as they are.</summary>
internal sealed class MessageSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string Channel = "channel";

    public override int Identifier => 7301;

    public override string Manifest(object o) => o is ChannelFrame ? Channel : MessageCodec.ManifestOf(MessageOf(o));

    public override byte[] ToBinary(object obj) => obj is ChannelFrame frame ? frame.Bytes : MessageCodec.Write(MessageOf(obj));

    /// <exception cref="SerializationException">The bytes are no message of ours: Akka drops and logs it.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest == Channel)
            return new ChannelFrame(bytes);
        try
        {
            return MessageCodec.Read(manifest, bytes);
        }
        catch (ProtocolException failure)
        {
            throw new SerializationException(failure.Message, failure);
        }
    }

    private static Message MessageOf(object o) =>
        o as Message ?? throw new ArgumentException($"{o.GetType().Name} is no message for other processes.", nameof(o));
}
