using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace VaeSweep.Torch.Loading;

/// <summary>Has libtorch loaded by path when TorchSharp's assembly is, before the first of its code runs, whoever touches which
/// of its types first.</summary>
/// <remarks>
/// Left alone, TorchSharp asks the system for torch_cpu, torch_cuda and LibTorchSharp by name, which may find another libtorch
/// (two in one process end it), and when that fails it copies 460 MB beside the program. Once ours are loaded the names find
/// them, its calls are bound to our shim, and where ours cannot be loaded each call says why. A program that calls nothing of
/// TorchSharp loads nothing.
/// </remarks>
internal static class TorchSharpLoading
{
    private const string TorchSharp = "TorchSharp";

    [ModuleInitializer]
    internal static void Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(TorchSharpLoading).Assembly, Resolve);
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Prepare(loaded.LoadedAssembly);
        foreach (var early in AppDomain.CurrentDomain.GetAssemblies())
            Prepare(early);
    }

    private static void Prepare(Assembly assembly)
    {
        if (assembly.GetName().Name != TorchSharp)
            return;

        NativeLibrary.SetDllImportResolver(assembly, Resolve);
        AssemblyLoadContext.GetLoadContext(assembly)!.ResolvingUnmanagedDll += (asking, name) => asking == assembly
            ? ResolveByName(name) : 0;
        try
        {
            _ = NativeLibraries.Shim;
        }
        catch (TorchLibraryException)
        {
            // Nobody hears an exception here; the first call throws it again.
        }
    }

    // Every import of TorchSharp, and ours of its library.
    private static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path) => library == "LibTorchSharp"
        ? NativeLibraries.Shim : 0;

    // TorchSharp's own loader asks by name, and the system knows none: it is to be content, so that it copies nothing, and the
    // calls say what is wrong.
    private static nint ResolveByName(string name)
    {
        try
        {
            return name is "torch_cpu" or "LibTorchSharp" ? NativeLibraries.Shim : 0;
        }
        catch (TorchLibraryException)
        {
            return NativeLibrary.GetMainProgramHandle();
        }
    }
}
