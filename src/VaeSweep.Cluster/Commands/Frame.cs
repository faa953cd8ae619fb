using System.Buffers.Binary;

namespace VaeSweep.Cluster.Commands;

/// <summary>One message of the command channel.</summary>
/// <remarks>The layout of the header, the kinds Open and Failed, and what a failure is written as are the same in all versions,
/// so that two of different versions can tell each other so.</remarks>
/// <param name="Version">Of the protocol.</param>
/// <param name="Call">Made at random by the command: who knows it may go on with the call.</param>
/// <param name="Step">0 for the first frame of a call, then one more each time; the answer has the same.</param>
internal readonly record struct Frame(byte Version, FrameKind Kind, Guid Call, int Step, ReadOnlyMemory<byte> Payload)
{
    public const byte ThisVersion = 3;
    public const int MostPayload = 400_000;

    private const int KeyAt = 2;
    private const int StepAt = 18;
    private const int HeaderBytes = 22;

    public Frame(FrameKind kind, Guid call, int step, ReadOnlyMemory<byte> payload = default)
        : this(ThisVersion, kind, call, step, payload)
    {
    }

    public byte[] ToBytes()
    {
        if (Payload.Length > MostPayload)
            throw new InvalidOperationException($"A frame of {Payload.Length} bytes; {MostPayload} are allowed.");
        var bytes = new byte[HeaderBytes + Payload.Length];
        bytes[0] = Version;
        bytes[1] = (byte)Kind;
        Call.TryWriteBytes(bytes.AsSpan(KeyAt));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(StepAt), Step);
        Payload.Span.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <returns>False when the bytes are no frame.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out Frame frame)
    {
        frame = default;
        if (bytes.Length is < HeaderBytes or > HeaderBytes + MostPayload || !TryKeyOf(bytes.Span, out var key))
            return false;
        var kind = (FrameKind)bytes.Span[1];
        frame = new Frame(bytes.Span[0], kind, key.Call, key.Step, bytes[HeaderBytes..]);
        return bytes.Span[0] != ThisVersion || Enum.IsDefined(kind);
    }

    /// <summary>What a question and its answer have in common.</summary>
    public static bool TryKeyOf(ReadOnlySpan<byte> bytes, out (Guid Call, int Step) key)
    {
        key = default;
        if (bytes.Length < HeaderBytes)
            return false;
        key = (new Guid(bytes[KeyAt..StepAt]), BinaryPrimitives.ReadInt32LittleEndian(bytes[StepAt..]));
        return true;
    }
}
