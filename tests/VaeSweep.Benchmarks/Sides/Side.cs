using System.Diagnostics;
using System.Globalization;
using VaeSweep.Training;

namespace VaeSweep.Benchmarks;

/// <summary>One side of a comparison: a child process that waits for its turn and answers each line with one number, most often
/// with the seconds of processor time that the work took on its one thread.</summary>
/// <remarks>All sides get the environment of VaeSweep's trainers, the C library's allocator settings among it, which help the
/// others as much; and none of the variables that choose kernels but those that the benchmark means.</remarks>
internal sealed class Side : IDisposable
{
    private static readonly string[] _choices =
    [
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA",
        "MKL_ENABLE_INSTRUCTIONS",
        "VAESWEEP_CPU", "VAESWEEP_NATIVE", "VAESWEEP_LIBTORCH",
    ];

    private readonly Process _child;
    private readonly string _program;

    /// <param name="environment">Over everything else.</param>
    /// <param name="advice">What to do when the child does not get ready.</param>
    public Side(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string advice)
    {
        _program = string.Join(' ', [program, .. arguments]);
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true,
            RedirectStandardOutput = true };
        foreach (var name in _choices)
            start.Environment.Remove(name);

        foreach (var (name, value) in TrainerEnvironment.For("cpu:0", new Dictionary<string, string>(StringComparer.Ordinal))
            .Concat(environment))
        {
            start.Environment[name] = value;
        }

        _child = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
        var first = _child.StandardOutput.ReadLine();
        if (first?.StartsWith("ready ", StringComparison.Ordinal) != true)
        {
            Dispose();
            throw new InvalidOperationException(
                $"`{_program}` {(first is null ? "ended at once" : $"said '{first}' instead of being ready")}. {advice}");
        }

        Description = first[6..];
    }

    /// <summary>What it says of itself: libraries, versions, kernels.</summary>
    public string Description { get; }

    /// <summary>Seconds a step of so many steps.</summary>
    public double Steps(int count) => Ask($"steps {count}") / count;

    /// <summary>What the child answers to a line.</summary>
    /// <exception cref="InvalidOperationException">It ended, or answered something else than a number.</exception>
    public double Ask(string line)
    {
        _child.StandardInput.WriteLine(line);
        _child.StandardInput.Flush();
        var answer = _child.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException($"`{_program}` ended when asked for '{line}'.");
        return double.TryParse(answer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidOperationException($"`{_program}` answered '{line}' with '{answer}' instead of a number.");
    }

    public void Dispose()
    {
        _child.StandardInput.Close();
        _child.WaitForExit();
        _child.Dispose();
    }
}
