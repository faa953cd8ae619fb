using System.Diagnostics;
using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>PyTorch's side of a benchmark: pytorch/step.py as a child that waits for its turn.</summary>
internal sealed class PyTorchSteps : IDisposable
{
    private readonly Process _child;

    /// <param name="images">File of float32 batches.</param>
    /// <param name="coreType">OPENBLAS_CORETYPE for the child; null leaves OpenBLAS to itself.</param>
    public PyTorchSteps(string activation, string images, string? coreType)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "pytorch", "step.py");
        // Debian's PyTorch belongs to Debian's Python, which need not be the first on the path.
        var python = Environment.GetEnvironmentVariable("VAESWEEP_PYTHON") ?? "/usr/bin/python3";
        var start = new ProcessStartInfo(python, [script, activation, images]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var variable in new[] { "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS" })
        {
            start.Environment[variable] = "1";
        }

        if (coreType is not null)
        {
            start.Environment["OPENBLAS_CORETYPE"] = coreType;
        }

        _child = Process.Start(start) ?? throw new InvalidOperationException($"{python} does not start.");
        if (_child.StandardOutput.ReadLine() != "ready")
        {
            throw new InvalidOperationException($"{python} {script} ended at once. Has it PyTorch (apt-get install python3-torch)? VAESWEEP_PYTHON names another Python.");
        }
    }

    /// <summary>Seconds of processor time that so many training steps take.</summary>
    public double Steps(int count) => Ask("steps", count);

    /// <summary>Seconds of processor time that the matrix products of so many training steps take.</summary>
    public double Products(int count) => Ask("products", count);

    public void Dispose()
    {
        _child.StandardInput.Close();
        _child.WaitForExit();
        _child.Dispose();
    }

    private double Ask(string what, int count)
    {
        _child.StandardInput.WriteLine($"{what} {count}");
        _child.StandardInput.Flush();
        var answer = _child.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PyTorch's side of the benchmark ended.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }
}
