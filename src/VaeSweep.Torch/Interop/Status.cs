using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VaeSweep.Torch.Interop;

/// <summary>Turns a status of the native side into an exception that names the operation and its shapes.</summary>
internal static class Status
{
    internal const int OutOfMemory = 2;

    internal static void Check(int status, Tensor? a = null, Tensor? b = null, Tensor? c = null, [CallerMemberName] string operation = "")
    {
        if (status != 0)
        {
            throw Failure(status, operation, [a, b, c]);
        }
    }

    internal static TorchException Failure(int status, string operation, ReadOnlySpan<Tensor?> operands)
    {
        // Read first: describing the operands may call the native side and so overwrite it.
        var message = Marshal.PtrToStringUTF8(Native.vs_last_error()) ?? "";
        var detail = Marshal.PtrToStringUTF8(Native.vs_last_error_detail()) ?? "";
        var shapes = new List<string>();
        foreach (var operand in operands)
        {
            if (operand is not null)
            {
                shapes.Add(operand.Handle.IsClosed ? "disposed" : operand.ToString());
            }
        }

        return new TorchException(operation, shapes, message.Trim(), detail, status == OutOfMemory);
    }
}
