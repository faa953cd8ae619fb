using System.Buffers.Binary;
using System.Text;

namespace VaeSweep.Cluster.Commands;

/// <summary>The first frame of a call.</summary>
/// <param name="Token">What <c>STORE.owner</c> says; empty of a command that has none.</param>
/// <param name="TakesInput">Pages follow that the method reads.</param>
/// <param name="Whole">The arguments are all here; otherwise their other slices are put next.</param>
/// <param name="Arguments">A page, or its beginning.</param>
internal readonly record struct Opening(string Token, string Method, bool TakesInput, bool Whole, ReadOnlyMemory<byte> Arguments)
{
    /// <summary>Arguments of the first frame: with a token and a name it has room.</summary>
    public const int MostArguments = Frame.MostPayload - 4_096;

    private const int InputFlag = 1;
    private const int WholeFlag = 2;

    public byte[] ToBytes()
    {
        var (token, method) = (Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes(Method));
        var bytes = new byte[5 + token.Length + method.Length + Arguments.Length];
        bytes[0] = (byte)((TakesInput ? InputFlag : 0) | (Whole ? WholeFlag : 0));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(1), checked((ushort)token.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(3), checked((ushort)method.Length));
        token.CopyTo(bytes, 5);
        method.CopyTo(bytes, 5 + token.Length);
        Arguments.Span.CopyTo(bytes.AsSpan(5 + token.Length + method.Length));
        return bytes;
    }

    /// <returns>False when the bytes are no opening.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Opening opening)
    {
        opening = default;
        var bytes = payload.Span;
        if (bytes.Length < 5 || bytes[0] > (InputFlag | WholeFlag))
            return false;
        var token = BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(bytes[3..]);
        if (bytes.Length < 5 + token + method)
            return false;
        opening = new Opening(
            Encoding.UTF8.GetString(bytes.Slice(5, token)), Encoding.UTF8.GetString(bytes.Slice(5 + token, method)),
            (bytes[0] & InputFlag) != 0, (bytes[0] & WholeFlag) != 0, payload[(5 + token + method)..]);
        return true;
    }
}
