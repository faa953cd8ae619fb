using System.Runtime.InteropServices;
using VaeSweep.Torch.Loading;

namespace VaeSweep.Torch;

/// <summary>Numbers too small for full precision, with which processors compute a hundred times slower.</summary>
public static unsafe class Denormals
{
    /// <summary>Takes them for zero from now on, on this thread: what a trained model is nearly sure of has such
    /// gradients.</summary>
    /// <returns>False where the processor or this libtorch cannot; then nothing has changed.</returns>
    /// <remarks>torch.set_flush_denormal of PyTorch, which TorchSharp does not have. It changes results in their last
    /// digits.</remarks>
    public static bool FlushToZero()
    {
        TorchRuntime.Load();
        var libtorch = NativeLibrary.Load(TorchRuntime.TorchPath);
        return NativeLibrary.TryGetExport(libtorch, "_ZN2at13globalContextEv", out var globalContext)
            && NativeLibrary.TryGetExport(libtorch, "_ZN2at7Context16setFlushDenormalEb", out var setFlushDenormal)
            && ((delegate* unmanaged<nint, byte, byte>)setFlushDenormal)(((delegate* unmanaged<nint>)globalContext)(), 1) != 0;
    }
}
