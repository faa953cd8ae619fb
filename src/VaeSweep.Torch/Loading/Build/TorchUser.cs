using System.Runtime.CompilerServices;

namespace VaeSweep.Torch;

/// <summary>Compiled into every assembly that calls TorchSharp: before any of its code runs, VaeSweep.Torch waits for TorchSharp
/// to be loaded.</summary>
internal static class TorchUser
{
    [ModuleInitializer]
    internal static void Start() => RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
}
