namespace VaeSweep.Benchmarks;

/// <summary>Who takes part in comparisons.</summary>
internal static class Sides
{
    /// <summary>What makes this program <see cref="Own"/>'s child.</summary>
    public const string OwnCommand = "own";

    private static readonly Dictionary<string, string> _none = new(StringComparer.Ordinal);

    /// <summary>Kernels of 256 bits, and none wider, in VaeSweep, in libtorch's own operations, in oneDNN and in whichever
    /// BLAS.</summary>
    private static readonly Dictionary<string, string> _narrow = new(StringComparer.Ordinal)
    {
        ["VAESWEEP_CPU"] = "avx2", ["ATEN_CPU_CAPABILITY"] = "avx2", ["ONEDNN_MAX_CPU_ISA"] = "AVX2",
        ["OPENBLAS_CORETYPE"] = "Haswell", ["MKL_ENABLE_INSTRUCTIONS"] = "AVX2",
    };

    private static readonly Lazy<Dictionary<string, string>> _fastest = new(() => OpenBlas.FastestKernels());

    /// <summary>VaeSweep, in a process of its own as its trainers are.</summary>
    /// <param name="narrow">On vectors of 256 bits.</param>
    public static Side Own(SideFiles files, bool narrow = false)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("this program's own path is not known.");
        string[] assembly = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(Sides).Assembly.Location] : [];
        return new Side(self, [.. assembly, OwnCommand, files.Config, files.Images],
            narrow ? _narrow : _none, "Its own words are above.");
    }

    /// <summary>VaeSweep as it was with an engine in C++.</summary>
    public static Side CppEngine(SideFiles files) =>
        new("dotnet", [Peers.CppEngine(), files.Config, files.Images], _fastest.Value, "Its own words are above.");

    /// <summary>TorchSharp's own modules and optimiser, with Intel's MKL.</summary>
    public static Side PlainTorchSharp(string activation, SideFiles files) =>
        new("dotnet", [Peers.PlainTorchSharp(), activation, files.Images], _none, "Its own words are above.");

    /// <summary>Debian's PyTorch on the step's model, with the fastest kernels that its OpenBLAS has for this
    /// processor.</summary>
    public static Side PyTorchStep(string activation, SideFiles files, bool narrow = false) =>
        PyTorch("step.py", [activation, files.Images], narrow ? _narrow : _fastest.Value);

    /// <summary>The same on any model.</summary>
    public static Side PyTorchFamily(SideFiles files) => PyTorch("family_steps.py", [files.Config, files.Images], _fastest.Value);

    /// <param name="environment">What chooses kernels.</param>
    public static Side PyTorch(string script, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        // Debian's PyTorch belongs to Debian's Python, which need not be the first on the path.
        var python = Environment.GetEnvironmentVariable("VAESWEEP_PYTHON") ?? "/usr/bin/python3";
        return new Side(python, [Path.Combine(AppContext.BaseDirectory, "pytorch", script), .. arguments], environment,
            "Has it PyTorch (apt-get install python3-torch)? VAESWEEP_PYTHON names another Python.");
    }
}
