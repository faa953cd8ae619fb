namespace VaeSweep.Cluster.Actors;

/// <summary>A part of a command's question to a head, or of the answer. Bytes: what they mean is the channel's matter.</summary>
/// <param name="Bytes">At most <see cref="MostBytes"/>.</param>
internal sealed record ChannelFrame(byte[] Bytes)
{
    public const int MostBytes = Protocol.MessageCodec.MostBytes;
}
