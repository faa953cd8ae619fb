using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Files;

/// <summary>What a client asks of a <see cref="FileServer"/>.</summary>
/// <param name="Verb">What it wants.</param>
/// <param name="Token">Shows that it may.</param>
/// <param name="Name">See <see cref="ArtifactNames"/>; empty for <see cref="FileVerb.Where"/>.</param>
/// <param name="Length">Of what is put.</param>
/// <param name="Sum">SHA-256 of what is put.</param>
internal sealed record FileAsk(FileVerb Verb, string Token, string Name, long Length, byte[] Sum)
{
    private const byte Version = 1;

    public byte[] ToBytes()
    {
        var writer = new WireWriter(512);
        writer.Byte(Version);
        writer.Byte((byte)Verb);
        writer.Text(Token);
        writer.Text(Name);
        writer.Number(Length);
        writer.Bytes(Sum);
        return writer.ToArray();
    }

    /// <exception cref="ProtocolException">The bytes are none.</exception>
    public static FileAsk Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (reader.Byte() is var version && version != Version)
            throw new ProtocolException($"Files are asked for by protocol {version}; this program speaks {Version}.");
        var ask = new FileAsk(
            reader.Word<FileVerb>(), reader.Text(), reader.Text(), reader.Number(), reader.Bytes().ToArray());
        reader.End();
        return ask;
    }
}
