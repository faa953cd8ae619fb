using System.Runtime.CompilerServices;
using VaeSweep.Torch.Probe;

// Touches libtorch in a process of its own, in the way that its argument says, and tells what came of it and what is mapped then.
var touch = args.Single();
Action? way = touch switch
{
    "nothing" => Touches.Nothing,
    "load" => TorchRuntime.Load,
    "tensor" => Touches.Tensor,
    "scalar" => Touches.Scalar,
    "cuda" => Touches.Cuda,
    "threads" => Touches.Threads,
    _ => null,
};
if (way is null)
{
    Console.Error.WriteLine($"'{touch}' is no way to touch libtorch.");
    return 2;
}

try
{
    way();
    Console.WriteLine("done");
}
catch (TypeInitializationException wrapped) when (wrapped.InnerException is TorchLibraryException inner)
{
    Console.WriteLine($"refused {inner.Message}");
}
catch (TorchLibraryException refused)
{
    Console.WriteLine($"refused {refused.Message}");
}

foreach (var line in Mapped())
    Console.WriteLine($"mapped {line}");

return 0;

// Not inlined: the files must be those of after the touch.
[MethodImpl(MethodImplOptions.NoInlining)]
static IEnumerable<string> Mapped() => File.ReadLines("/proc/self/maps").Where(line => line.Contains('/'))
.Select(line => line[line.IndexOf('/')..])
    .Where(path => Path.GetFileName(path) is var name
        && (name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.StartsWith("libc10", StringComparison.Ordinal))
        && name.Contains(".so", StringComparison.Ordinal))
    .Distinct(StringComparer.Ordinal);
