using VaeSweep.Cluster.Protocol;

namespace VaeSweep.Cluster.Commands;

/// <summary>Reads one thing from bytes.</summary>
/// <exception cref="ProtocolException">They are none.</exception>
internal delegate T WireRead<out T>(ref WireReader reader);

/// <summary>How one type is written for the other process. By hand: JSON of these types would take a command a third of its
/// start-up.</summary>
internal sealed class Codec<T>(Action<WireWriter, T> write, WireRead<T> read)
{
    public Action<WireWriter, T> Write { get; } = write;

    public WireRead<T> Read { get; } = read;

    /// <summary>The same, or null.</summary>
    public Codec<T?> OrNull => new(
        (writer, value) =>
        {
            writer.Flag(value is not null);
            if (value is not null)
                Write(writer, value);
        },
        (ref reader) => reader.Flag() ? Read(ref reader) : default);
}
