using System.Diagnostics;
using System.Globalization;

namespace VaeSweep.Benchmarks;

/// <summary>PyTorch's side of a benchmark: a script of pytorch/ as a child that waits for its turn, one thread.</summary>
internal sealed class PyTorchChild : IDisposable
{
    private readonly Process _child;

    /// <param name="coreType">OPENBLAS_CORETYPE for the child; null leaves OpenBLAS to itself.</param>
    public PyTorchChild(string scriptName, IReadOnlyList<string> arguments, string? coreType)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "pytorch", scriptName);
        // Debian's PyTorch belongs to Debian's Python, which need not be the first on the path.
        var python = Environment.GetEnvironmentVariable("VAESWEEP_PYTHON") ?? "/usr/bin/python3";
        var start = new ProcessStartInfo(python, [script, .. arguments]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
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

    /// <summary>What the script answers to a line.</summary>
    public double Ask(string line)
    {
        _child.StandardInput.WriteLine(line);
        _child.StandardInput.Flush();
        var answer = _child.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PyTorch's side of the benchmark ended.");
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _child.StandardInput.Close();
        _child.WaitForExit();
        _child.Dispose();
    }
}
