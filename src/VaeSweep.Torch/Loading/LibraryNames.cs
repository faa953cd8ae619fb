namespace VaeSweep.Torch.Loading;

/// <summary>How this system names libraries.</summary>
internal static class LibraryNames
{
    /// <summary>TorchSharp's own library, over libtorch.</summary>
    public static string Shim { get; } = File("LibTorchSharp");

    /// <summary>libtorch, each after those that it needs.</summary>
    public static IReadOnlyList<string> Libtorch { get; } = [File("c10"), File("torch_cpu"), File("torch")];

    /// <summary>What a libtorch for CUDA has besides; to be loaded before torch, which looks for it only once.</summary>
    public static IReadOnlyList<string> Cuda { get; } = [File("c10_cuda"), File("torch_cuda")];

    /// <summary>c10: libc10.so, libc10.dylib or c10.dll.</summary>
    public static string File(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";
}
