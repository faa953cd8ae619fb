using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Files;

/// <summary>An answer of a <see cref="FileServer"/>, or a client's offset.</summary>
/// <param name="Fault">Null when all is well.</param>
/// <param name="Text">What is wrong, for a person; or where the file is on the head's machine.</param>
/// <param name="Number">An offset or a length.</param>
/// <param name="IsDone">Nothing more comes.</param>
/// <param name="Extra">A sum, or a mark.</param>
internal sealed record FileAnswer(FileFault? Fault, string Text, long Number, bool IsDone, byte[] Extra)
{
    public byte[] ToBytes()
    {
        var writer = new WireWriter(512);
        writer.Flag(Fault is not null);
        writer.Byte((byte)(Fault ?? default));
        writer.Text(Text);
        writer.Number(Number);
        writer.Flag(IsDone);
        writer.Bytes(Extra);
        return writer.ToArray();
    }

    /// <exception cref="ProtocolException">The bytes are none.</exception>
    public static FileAnswer Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var (isFault, fault) = (reader.Flag(), reader.Word<FileFault>());
        var answer = new FileAnswer(
            isFault ? fault : null, reader.Text(), reader.Number(), reader.Flag(), reader.Bytes().ToArray());
        reader.End();
        return answer;
    }
}
