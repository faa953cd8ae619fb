using System.Globalization;
using VaeSweep.Sweeps;
using VaeSweep.Torch;

namespace VaeSweep.Benchmarks;

/// <summary>How fast is a training step of the 784-300-300-40 VAE (Bernoulli, ELBO, Adam, batch 100, one thread) beside PyTorch's, and beside
/// its twenty matrix products alone?</summary>
/// <remarks>Targets: at least 2 times the rate of PyTorch as installed, 1.35 times that of PyTorch with the same BLAS kernels, and at most 1.35
/// times the time of the products (PyTorch needs 1.85). The sides take turns, a few steps each, so that whatever else the machine does falls
/// on all alike; what is counted is processor time of the one thread. Options: softplus (default), relu, tanh; rounds=N.</remarks>
internal static class StepBenchmark
{
    private const int Batch = 100;
    private const int Batches = 20;
    private const int StepsATurn = 10;
    private const int WarmUp = 300;

    public static async Task RunAsync(TextWriter output, string[] options, CancellationToken cancellationToken)
    {
        var activation = options.FirstOrDefault(o => !o.Contains('=', StringComparison.Ordinal)) ?? "softplus";
        var rounds = options.Where(o => o.StartsWith("rounds=", StringComparison.Ordinal)).Select(o => int.Parse(o[7..], CultureInfo.InvariantCulture)).FirstOrDefault(40);
        var images = Path.GetTempFileName();
        try
        {
            var data = BenchmarkImages.Take(Batch * Batches);
            await data.WriteAsync(images, cancellationToken);
            var config = new ModelConfig { Layers = [40], Hidden = [[300, 300]], Activation = activation };
            using var ours = new OwnModel(config, new ObjectiveConfig(), Batch, data.Pixels, WarmUp);
            using var installed = new PyTorchChild("step.py", [activation, images], coreType: null);
            using var same = TorchRuntime.BlasCoreType is { } type ? new PyTorchChild("step.py", [activation, images], type) : null;
            var times = new Dictionary<string, Times>(StringComparer.Ordinal) { ["ours"] = new(), ["installed"] = new(), ["same"] = new(), ["products"] = new() };
            for (var round = 0; round < rounds; round++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                times["ours"].Add(ours.Steps(StepsATurn) / StepsATurn);
                var asInstalled = installed.Ask($"steps {StepsATurn}") / StepsATurn;
                times["installed"].Add(asInstalled);
                times["same"].Add(same is null ? asInstalled : same.Ask($"steps {StepsATurn}") / StepsATurn);
                times["products"].Add((same ?? installed).Ask($"products {StepsATurn}") / StepsATurn);
            }

            await output.WriteLineAsync($"784-300-300-40, {activation}, batch {Batch}, {data.Name}; libtorch {TorchRuntime.TorchVersion}, "
                + $"{TorchRuntime.CpuKernels} kernels, OPENBLAS_CORETYPE {TorchRuntime.BlasCoreType ?? "not needed"}; {rounds} rounds of {StepsATurn} steps");
            await output.WriteLineAsync($"{"milliseconds of processor time",-42}{"best",10}{"median",10}");
            foreach (var (name, label) in new[]
            {
                ("ours", "VaeSweep's step"), ("installed", "PyTorch's step, as installed"), ("same", "PyTorch's step, same BLAS kernels"), ("products", "its 20 matrix products, same BLAS kernels"),
            })
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{label,-42}{times[name].Best * 1e3,10:0.000}{times[name].Median * 1e3,10:0.000}"));
            }

            foreach (var (label, over, under, target) in new[]
            {
                ("PyTorch as installed / VaeSweep", "installed", "ours", "at least 2"),
                ("PyTorch, same BLAS kernels / VaeSweep", "same", "ours", "at least 1.35"),
                ("VaeSweep / products alone", "ours", "products", "at most 1.35"),
                ("PyTorch, same BLAS kernels / products alone", "same", "products", ""),
            })
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"{label,-46}{times[over].Best / times[under].Best,6:0.00}{times[over].MedianRatio(times[under]),10:0.00}   {target}"));
            }
        }
        finally
        {
            File.Delete(images);
        }
    }
}
