using System.Diagnostics;
using System.Globalization;
using VaeSweep.Torch;

namespace VaeSweep.Benchmarks;

/// <summary>How fast is the log-likelihood by 5,000 importance samples beside a chunked one in PyTorch, and how much memory does it take as
/// samples grow?</summary>
/// <remarks>Targets: at least 1.5 times PyTorch's rate (pytorch/families.py, log_likelihood: inference mode, the encoder once, chunks of the size that
/// suits it best), and memory that does not grow with the samples. Options: rounds=N. Sides take turns; processor time of the one thread.</remarks>
internal static class EvaluationBenchmark
{
    private const int Samples = 5000;
    private static readonly int[] Chunks = [25, 50, 100, 250, 500];
    private static readonly int[] Peaks = [500, 5_000, 50_000];

    public static async Task RunAsync(TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        if (options.FirstOrDefault(o => o.StartsWith("peak=", StringComparison.Ordinal)) is { } peak)
        {
            var samples = int.Parse(peak[5..], CultureInfo.InvariantCulture);
            using var alone = Own(FamilyCase.All[0]);
            alone.Likelihood(FamilyCase.Evaluated, samples);
            await output.WriteLineAsync(ResidentPeak().ToString(CultureInfo.InvariantCulture));
            return;
        }

        var rounds = options.Where(o => o.StartsWith("rounds=", StringComparison.Ordinal)).Select(o => int.Parse(o[7..], CultureInfo.InvariantCulture)).FirstOrDefault(8);
        await output.WriteLineAsync($"libtorch {TorchRuntime.TorchVersion}, {TorchRuntime.CpuKernels} kernels, OPENBLAS_CORETYPE {TorchRuntime.BlasCoreType ?? "not needed"}; "
            + $"{FamilyCase.Evaluated} images, {Samples:N0} samples, {rounds} rounds");
        await output.WriteLineAsync($"{"milliseconds of processor time an image",-50}{"VaeSweep",10}{"median",9}{"PyTorch",10}{"median",9}{"rate, best",12}{"median",8}   target");
        foreach (var model in FamilyCase.All.Where((_, i) => i != 1))
        {
            await CompareAsync(output, model, rounds, cancellationToken);
        }

        await output.WriteLineAsync("largest resident memory of a process that evaluates, first model:");
        foreach (var samples in Peaks)
        {
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {samples,6} samples: {Alone(samples) / 1e6,7:0.0} MB"));
        }
    }

    private static async Task CompareAsync(TextWriter output, FamilyCase model, int rounds, CancellationToken cancellationToken)
    {
        var images = BenchmarkImages.Take(model.Batch);
        using var files = new PyTorchFiles();
        await files.WriteAsync(model, images, cancellationToken);
        using var ours = Own(model);
        using var theirs = files.Start("family_steps.py");
        var chunk = Chunks.MinBy(size => Enumerable.Range(0, 3).Min(_ => theirs.Ask($"likelihood {2 * Chunks[^1]} {size}")));
        ours.Likelihood(FamilyCase.Evaluated, Samples);
        var (own, other) = (new Times(), new Times());
        for (var round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            own.Add(ours.Likelihood(FamilyCase.Evaluated, Samples) / FamilyCase.Evaluated);
            other.Add(theirs.Ask($"likelihood {Samples} {chunk}") / FamilyCase.Evaluated);
        }

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{model.Name,-50}{own.Best * 1e3,10:0.0}{own.Median * 1e3,9:0.0}{other.Best * 1e3,10:0.0}{other.Median * 1e3,9:0.0}"
            + $"{other.Best / own.Best,12:0.00}{other.MedianRatio(own),8:0.00}   at least 1.5; PyTorch in chunks of {chunk}"));
    }

    private static OwnModel Own(FamilyCase model) => new(model.Model, model.Objective, model.Batch, BenchmarkImages.Take(model.Batch).Pixels, warmUp: 2);

    // A process of its own for each number of samples: a peak never goes down again.
    private static double Alone(int samples)
    {
        var self = Environment.ProcessPath ?? throw new InvalidOperationException("this program's own path is not known.");
        string[] arguments = Path.GetFileNameWithoutExtension(self) == "dotnet" ? [typeof(EvaluationBenchmark).Assembly.Location] : [];
        using var child = Process.Start(new ProcessStartInfo(self, [.. arguments, "evaluation", $"peak={samples}"]) { RedirectStandardOutput = true, UseShellExecute = false })
            ?? throw new InvalidOperationException($"{self} does not start.");
        var answer = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return double.Parse(answer, CultureInfo.InvariantCulture);
    }

    private static long ResidentPeak()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
