using System.Runtime.InteropServices;

/// <summary>What PyTorch calls set_flush_denormal, which TorchSharp does not expose: late in training, Adam's second moments are
/// denormal and slow.</summary>
internal static unsafe class Denormals
{
    public static void Flush()
    {
        var library = NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libtorch", "libtorch_cpu.so"));
        var context = ((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "_ZN2at13globalContextEv"))();
        var set = (delegate* unmanaged<nint, byte, byte>)NativeLibrary.GetExport(library, "_ZN2at7Context16setFlushDenormalEb");
        if (set(context, 1) == 0)
            throw new InvalidOperationException("libtorch cannot flush denormal numbers on this processor.");
    }
}
